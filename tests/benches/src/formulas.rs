//! A program of many formulas, to time what it takes from text to something that runs.

use std::fmt::Write as _;

use cadrage_driver::{Compiled, Members, Texts, compile};
use cadrage_ir::FormulaId;

/// A program of `count` formulas that read each other: rates, floors, exceptions, conditions, roundings.
#[must_use]
pub fn script(count: usize) -> String {
    let mut out = String::from(
        "utiliser socle.données version \"2026.1\"\n\
         constante point en €/point/an = 59,0734   source \"banc d'essai\"\n",
    );
    for k in 0..count {
        let before = |n: usize| if k >= n { format!("ligne_{}", k - n) } else { "assiette".to_owned() };
        let (one, other) = (before(1), before(1 + k % 7));
        let _ = writeln!(out, "constante taux_{k} en % = {},{:02} %   source \"banc d'essai\"", 1 + k % 9, (k * 37) % 100);
        let body = match k % 6 {
            0 => format!("  = {other} * taux_{k} + 12,34 €\n  arrondi au centime\n"),
            1 => format!("  = min({one} + assiette ; 3 925 €) * taux_{k}\n  arrondi au centime\n"),
            2 => format!("  = si {other} > 1 000 € alors {one} * taux_{k} sinon {one} * 2 %\n  arrondi au centime\n"),
            3 => format!("  = assiette * taux_{k}\n  sauf pour statut TITULAIRE : {one} * taux_{k} + {other}\n  arrondi au centime\n"),
            4 => format!("  = max({one} - {other} ; 0 €) * taux_{k} + ARRONDI(assiette * 20 % ; 2) * 5 %\n  arrondi au centime\n"),
            _ => format!("  pour hors statut CDI\n  = ({one} + {other}) * taux_{k}\n  arrondi au centime\n"),
        };
        let _ = write!(out, "formule ligne_{k} en € par agent :\n{body}fin\n");
    }
    let _ = writeln!(
        out,
        "formule assiette en € par agent :\n  = (nbi_points en fin de mois + 400 points) * point * 1 mois * (quotité_rémunérée en fin de mois)\n  arrondi au centime\nfin"
    );
    let _ = writeln!(
        out,
        "formule ensemble en € par agent :\n  = {}\nfin",
        (0..count).map(|k| format!("ligne_{k}")).collect::<Vec<_>>().join("\n  + ")
    );
    out
}

/// Text to program.
///
/// # Errors
/// The first message, when the text is refused.
pub fn compiled(text: &str) -> Result<(Compiled, FormulaId), String> {
    let world = Texts { scripts: vec![("essai.cadrage".into(), text.to_owned())], tables: Vec::new(), members: Members::default() };
    let compiled = compile(&world, None);
    if let Some(first) = compiled.diagnostics.iter().find(|d| d.is_error()) {
        let line = first.labels.first().map_or("", |l| compiled.sources.line_of(l.span));
        return Err(format!("{} {} ({line})", first.code.name(), first.message));
    }
    let at = compiled.program.formulas.iter().position(|f| f.name == "ensemble").map(FormulaId::at).ok_or("`ensemble` manque")?;
    Ok((compiled, at))
}

#[cfg(test)]
mod tests {
    #[test]
    fn three_hundred_formulas_compile() {
        let (compiled, _) = super::compiled(&super::script(300)).unwrap_or_else(|e| panic!("{e}"));
        assert!(compiled.program.formulas.len() > 300);
    }
}
