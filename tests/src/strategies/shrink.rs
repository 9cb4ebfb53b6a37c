//! The smallest list of choices that still fails.

use super::Choices;

/// How many candidates are tried at most: a figure to bound the time, reached by large programs only.
const MOST: usize = 4_000;

/// Makes a failing list as short and as small as it can. `fails` draws from the choices and says whether what they make still
/// fails; the parts it marks are taken out whole first.
pub fn shrink(first: &[u32], mut fails: impl FnMut(&mut Choices) -> bool) -> Vec<u32> {
    let mut tried = 0;
    let mut best = first.to_vec();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    // What was really drawn, when it still fails.
    let mut attempt = |list: Vec<u32>, best: &mut Vec<u32>, spans: &mut Vec<(usize, usize)>| -> bool {
        if tried >= MOST {
            return false;
        }
        tried += 1;
        let mut choices = Choices::given(list);
        if !fails(&mut choices) {
            return false;
        }
        let drawn = trimmed(choices.taken());
        let better = (drawn.len(), &drawn) < (best.len(), &*best) || spans.is_empty();
        if better {
            *best = drawn;
            *spans = choices.spans().to_vec();
        }
        better
    };
    attempt(first.to_vec(), &mut best, &mut spans);
    loop {
        let before = best.clone();
        // Whole parts, the largest first.
        let mut k = 0;
        loop {
            let mut parts = spans.clone();
            parts.sort_by_key(|(a, b)| std::cmp::Reverse(b - a));
            let Some((start, end)) = parts.get(k).copied() else { break };
            k += 1;
            let end = end.min(best.len());
            if start < end {
                let mut list = best.clone();
                list.drain(start..end);
                if attempt(list, &mut best, &mut spans) {
                    k = k.saturating_sub(1);
                }
            }
        }
        // A part becomes the simplest one, or a part of itself.
        let mut k = 0;
        loop {
            let mut parts = spans.clone();
            parts.sort_by_key(|(a, b)| std::cmp::Reverse(b - a));
            let Some((start, end)) = parts.get(k).copied() else { break };
            k += 1;
            let inside = parts.iter().copied().filter(|(a, b)| *a >= start && *b <= end && (*a, *b) != (start, end)).take(8);
            let simplest = (1..=6).map(|n| vec![0; n]);
            let within = inside.filter_map(|(a, b)| best.get(a..b).map(<[u32]>::to_vec));
            for new in simplest.chain(within).collect::<Vec<_>>() {
                let same =
                    best.get(start..end.min(best.len())).is_none_or(|old| old.is_empty() || old == new.as_slice() || old.len() < new.len());
                if same {
                    continue;
                }
                let mut list = best.clone();
                list.splice(start..end.min(best.len()), new);
                if attempt(list, &mut best, &mut spans) {
                    k = k.saturating_sub(1);
                    break;
                }
            }
        }
        // Runs of numbers, then numbers to 0, then smaller numbers.
        for size in [32_usize, 8, 4, 2, 1] {
            let mut at = best.len();
            while at > 0 {
                at = at.min(best.len()).saturating_sub(size);
                let end = (at + size).min(best.len());
                let mut list = best.clone();
                list.drain(at..end);
                if attempt(list, &mut best, &mut spans) {
                    continue;
                }
                let mut list = best.clone();
                let zero = list.get(at..end).is_some_and(|run| run.iter().all(|x| *x == 0));
                list.iter_mut().take(end).skip(at).for_each(|x| *x = 0);
                if !zero {
                    attempt(list, &mut best, &mut spans);
                }
            }
        }
        for at in 0..best.len() {
            let mut low = 0;
            while let Some(value) = best.get(at).copied().filter(|v| *v > low) {
                let middle = low + (value - low) / 2;
                let mut list = best.clone();
                if let Some(slot) = list.get_mut(at) {
                    *slot = middle;
                }
                if !attempt(list, &mut best, &mut spans) {
                    low = middle + 1;
                }
            }
        }
        if best == before {
            return best;
        }
    }
}

/// Without the zeros at the end, which are drawn anyway.
fn trimmed(list: &[u32]) -> Vec<u32> {
    let end = list.iter().rposition(|x| *x != 0).map_or(0, |k| k + 1);
    list.iter().take(end).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers, a few of them large: what fails is a sum beyond a bound.
    fn draw(choices: &mut Choices) -> Vec<u32> {
        choices.several(0, 50, 90, |c, _| c.below(1_000))
    }

    #[test]
    fn the_smallest_failure_is_found() {
        let fails = |c: &mut Choices| draw(c).iter().any(|x| *x >= 700);
        // Some seed fails, whatever a seed draws today.
        let mut tried = (0..1000).map(Choices::seeded);
        let first = tried.find_map(|mut first| fails(&mut first).then_some(first)).expect("a failure among a thousand");
        let least = shrink(first.taken(), fails);
        assert_eq!(draw(&mut Choices::given(least)), [700]);
    }

    #[test]
    fn a_list_makes_the_same_thing_again() {
        let mut once = Choices::seeded(8);
        let made = draw(&mut once);
        assert_eq!(draw(&mut Choices::given(once.taken().to_vec())), made);
        assert!(draw(&mut Choices::given(Vec::new())).is_empty());
    }
}
