//! The agents of a scenario as columns, and where each of their months is split.

use std::sync::Arc;

use cadrage_careers::{AgentCareer, Post};
use cadrage_driver::DataRule;
use cadrage_engine::{Cohort, CohortBuilder, Keys};
use cadrage_value::Month;

use crate::attributes::Coder;
use crate::constate::Paid;
use crate::keys::KeyBook;
use crate::presence::Presence;
use crate::{data, frames};

/// Everybody, over the months of a scenario.
pub(crate) struct People<'a> {
    /// Their months.
    pub(crate) cohort: Cohort,
    /// When each of them is in activity.
    pub(crate) presences: Vec<Presence>,
    seats: Vec<Seat>,
    keys: Arc<KeyBook<'a>>,
}

/// Whose keys an agent has.
struct Seat {
    matricule: Arc<str>,
    /// Where a scenario put the post, by month; nothing for nearly all.
    posts: Vec<(Month, Arc<Post>)>,
}

/// The months people are seen over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon {
    pub(crate) first: Month,
    pub(crate) constate: Month,
    pub(crate) until: Month,
}

impl<'a> People<'a> {
    /// The careers as columns, and the data that must be there and are not. A frame lives while it is pushed.
    pub(crate) fn new(
        careers: Vec<AgentCareer>,
        horizon: Horizon,
        paid: &Paid<'_>,
        rules: &[DataRule],
        keys: Arc<KeyBook<'a>>,
        coder: &mut Coder<'_>,
    ) -> (Self, Vec<data::Hole>) {
        let Horizon { first, constate, until } = horizon;
        let mut builder = CohortBuilder::new(first.through(until).map(|m| (m, m <= constate)).collect());
        let (mut holes, mut seats, mut presences) = (Vec::new(), Vec::with_capacity(careers.len()), Vec::with_capacity(careers.len()));
        for career in careers {
            let mut frame = frames::frame(&career, (first, until), constate, paid, coder);
            holes.append(&mut data::complete(&mut frame, rules));
            builder.push(&frame);
            presences.push(Presence::of(&career));
            let posts = first.through(until).filter_map(|m| Some((m, career.rows_of(m).last()?.state.post.clone()?)));
            seats.push(Seat { matricule: coder.text(career.seat.as_ref().unwrap_or(&career.matricule)), posts: posts.collect() });
        }
        (People { cohort: builder.finish(), presences, seats, keys }, holes)
    }

    /// The keys of a month: the agent's own, those of whom he replaces or is a fraction, or where a scenario put him.
    pub(crate) fn keys(&self, agent: usize, structure: &str, month: Month) -> Keys {
        let (matricule, posts): (&str, &[(Month, Arc<Post>)]) = self.seats.get(agent).map_or(("?", &[]), |s| (&s.matricule, &s.posts));
        let post = posts.iter().find(|(m, _)| *m == month).map(|(_, post)| &**post);
        self.keys.agent(matricule).of(structure, month, post)
    }
}
