//! 10 000 agents × 36 months: how long, and how many states are shared. The time is printed, not judged: machines differ.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use crate::made::{Scene, hire, titulaire};

#[test]
fn ten_thousand_agents_over_three_years() {
    let mut scene = Scene::new("2026-09", "2028-09").horizon("2026-12");
    for month in scene.last.plus(-11).through(scene.last) {
        for k in 0..10_000_i32 {
            let since = crate::made::d("2026-01-15").plus_months(-(k % 34));
            let state = titulaire(if k % 3 == 0 { "2" } else { "3" }, &since.to_string());
            scene = scene.row(month, "2023-01-01", None, state);
            if let Some(row) = scene.constate.get_mut(&month).and_then(|rows| rows.last_mut()) {
                row.matricule = format!("VAL{k:09}");
            }
        }
    }
    scene = scene.movement(hire("M001/1", "2026-11-01", titulaire("1", "2026-11-01")));
    let start = Instant::now();
    let careers = scene.unroll();
    let time = start.elapsed();
    let rows: usize = careers.agents.iter().map(|a| a.rows.len()).sum();
    let states: BTreeSet<_> = careers.agents.iter().flat_map(|a| &a.rows).map(|r| Arc::as_ptr(&r.state) as usize).collect();
    println!(
        "{} agents, {rows} lignes de {} octets, {} états partagés, {time:?}",
        careers.agents.len(),
        size_of_val(&careers.agents[0].rows[0]),
        states.len()
    );
    assert_eq!(careers.agents.len(), 10_001);
    assert!(rows >= 360_000 && states.len() < rows / 8);
}
