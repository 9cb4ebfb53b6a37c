//! The stack of a name as a page of text.

use std::fmt::Write as _;

use crate::why::Why;

impl Why {
    /// Layers with their sentences, then what is in force.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{} ({}, {})\n", self.name, self.kind, self.openness);
        let mut layer = "";
        for s in &self.sentences {
            if s.layer != layer {
                let _ = writeln!(out, "  {}", s.layer);
                layer = &s.layer;
            }
            let source =
                s.source.as_ref().filter(|source| !s.text.contains(source.as_str())).map_or_else(String::new, |s| format!("   {s}"));
            let _ = writeln!(out, "    {:<28} {}{source}", s.place, s.text);
        }
        if self.verdicts.is_empty() {
            return out;
        }
        let when = self.month.map_or_else(String::new, |m| format!(" en {}", m.to_french()));
        let whose = self.scenario.as_ref().map_or_else(|| ", tel que les modules le disent".to_owned(), |s| format!(", dans {s}"));
        let _ = writeln!(out, "\nen vigueur{when}{whose} :");
        for v in &self.verdicts {
            let whom = if v.whom.is_empty() { String::new() } else { format!("{} : ", v.whom) };
            let value = v.value.as_ref().map_or_else(String::new, |v| format!("{v}   "));
            let place = if v.place.is_empty() { String::new() } else { format!("{}   ", v.place) };
            let _ = writeln!(out, "  {whom}{value}{place}\n    {}", v.reason);
        }
        out
    }
}
