//! What a generator draws, kept as a list of small numbers: the same list makes the same thing, a shorter or smaller one makes a
//! simpler thing. Shrinking works on the list, so whatever it finds is as well formed as what was drawn.

/// Where the numbers come from.
#[derive(Clone, Debug)]
enum Source {
    /// A seeded sequence (splitmix64).
    Seeded(u64),
    /// A given list; 0, the simplest choice, once it is over.
    Given(Vec<u32>),
}

/// A source of choices that remembers them.
#[derive(Clone, Debug)]
pub struct Choices {
    source: Source,
    taken: Vec<u32>,
    spans: Vec<(usize, usize)>,
}

impl Choices {
    /// Choices that only a seed decides.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Choices { source: Source::Seeded(seed), taken: Vec::new(), spans: Vec::new() }
    }

    /// The choices of a list, then always the simplest.
    #[must_use]
    pub fn given(list: Vec<u32>) -> Self {
        Choices { source: Source::Given(list), taken: Vec::new(), spans: Vec::new() }
    }

    /// A number below `bound`; 0 is the simplest.
    pub fn below(&mut self, bound: u32) -> u32 {
        let at = self.taken.len();
        let drawn = match &mut self.source {
            Source::Seeded(state) => {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0)
            }
            Source::Given(list) => list.get(at).copied().unwrap_or(0),
        };
        let kept = drawn % bound.max(1);
        self.taken.push(kept);
        kept
    }

    /// True `percent` times in a hundred; false is the simplest.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) >= 100_u32.saturating_sub(percent)
    }

    /// One of the list, the first being the simplest; `None` when it is empty, and nothing is drawn.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() {
            return None;
        }
        let at = self.below(u32::try_from(list.len()).unwrap_or(u32::MAX));
        list.get(at as usize)
    }

    /// One of the list by weight.
    pub fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> Option<T> {
        let total: u32 = list.iter().map(|(w, _)| w).sum();
        let mut at = self.below(total);
        list.iter()
            .find(|(w, _)| {
                if at < *w {
                    true
                } else {
                    at -= w;
                    false
                }
            })
            .map(|(_, x)| *x)
    }

    /// Up to `most` things, each preceded by the choice to make one more: shrinking takes out one of them whole.
    pub fn several<T>(&mut self, least: usize, most: usize, percent: u32, mut one: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        let mut out = Vec::new();
        while out.len() < most {
            let start = self.taken.len();
            if out.len() >= least && !self.chance(percent) {
                break;
            }
            let made = one(self, out.len());
            self.spans.push((start, self.taken.len()));
            out.push(made);
        }
        out
    }

    /// Marks all that was drawn since `start` as a whole that shrinking may take out.
    pub fn mark(&mut self, start: usize) {
        self.spans.push((start, self.taken.len()));
    }

    /// What was drawn.
    #[must_use]
    pub fn taken(&self) -> &[u32] {
        &self.taken
    }

    /// Parts that make a whole: candidates for removal.
    #[must_use]
    pub fn spans(&self) -> &[(usize, usize)] {
        &self.spans
    }
}
