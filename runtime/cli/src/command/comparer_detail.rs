//! What an effect of a comparison is made of: constants, then agents, the greatest first.

use std::fmt::Write as _;

use cadrage_session::Comparison;
use cadrage_value::Exact;

use super::MISUSE;
use super::comparer::{plain, shown};
use crate::arguments::Format;
use crate::columns::cut;
use crate::csv::cell;

/// The effect of this name or number.
pub(super) fn detail(c: &Comparison, name: &str, most: usize, format: Format) -> Result<String, u8> {
    let number = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let found = number.and_then(|n| c.effects.get(n)).or_else(|| c.effects.iter().find(|e| e.key == name));
    let Some(effect) = found else {
        let known: Vec<&str> = c.effects.iter().map(|e| e.key.as_str()).collect();
        eprintln!("cadrage : l'effet `{name}` n'est pas dans cette comparaison ; effets : {}", known.join(", "));
        return Err(MISUSE);
    };
    let mut agents: Vec<(&String, &Exact)> = effect.agents.iter().collect();
    agents.sort_by(|a, b| absolute(b.1).cmp(&absolute(a.1)).then_with(|| a.0.cmp(b.0)));
    let first = || agents.iter().take(most);
    Ok(match format {
        Format::Json => {
            let list: Vec<_> = first().map(|(m, x)| serde_json::json!({"matricule": m, "montant": plain(c, x)})).collect();
            let parts: Vec<_> =
                effect.parts.iter().map(|p| serde_json::json!({"libelle": p.label, "montant": plain(c, &p.amount)})).collect();
            let value = serde_json::json!({
                "effet": effect.key, "libelle": effect.label, "montant": plain(c, &effect.amount), "declaration": effect.place,
                "dont": parts, "agents": agents.len(), "premiers": list,
            });
            format!("{value:#}\n")
        }
        Format::Csv | Format::CsvBrut => {
            let (separator, decimal) = if format == Format::Csv { (";", ",") } else { (",", ".") };
            let mut out = ["nature", "de", "montant"].join(separator) + "\n";
            let mut row = |kind: &str, of: &str, x: &Exact| {
                out.push_str(&format!("{kind}{separator}{}{separator}{}\n", cell(of, separator), plain(c, x).replace('.', decimal)));
            };
            effect.parts.iter().for_each(|p| row("valeur", &p.label, &p.amount));
            first().for_each(|(m, x)| row("agent", m, x));
            out
        }
        Format::Table => {
            let mut out = format!("{} : {} {}\n", effect.label, shown(c, &effect.amount), c.unit);
            if let Some(place) = &effect.place {
                let _ = writeln!(out, "  déclaré dans {place}");
            }
            for part in &effect.parts {
                let _ = writeln!(out, "  dont {:<52} {:>18}", cut(&part.label, 52), shown(c, &part.amount));
            }
            for (matricule, x) in first() {
                let _ = writeln!(out, "  {matricule:<24} {:>18}", shown(c, x));
            }
            match agents.len().saturating_sub(most) {
                0 => {}
                rest => {
                    let _ = writeln!(out, "  … et {rest} autres ; `--au-plus {}` les montre", agents.len());
                }
            }
            out
        }
    })
}

fn absolute(x: &Exact) -> Exact {
    if x.is_negative() { -x.clone() } else { x.clone() }
}
