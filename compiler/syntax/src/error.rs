//! What could not be read, in words users know: what was read, then what to write. Never a rule name.

use cadrage_grammar::{CadrageParser, Class, Rule, WORDS, canonical};
use cadrage_source::{Code, Diagnostic, FileId, Span};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use crate::{habits, layout, phrases};

pub(crate) use habits::foreign;

/// Re-reads a bad zone with the rule it should have followed, and says what was expected. `what` is what the zone is.
pub(crate) fn explain(file: FileId, zone: &str, offset: usize, narrow: Rule, what: &str) -> Diagnostic {
    match CadrageParser::parse(narrow, zone) {
        Err(e) => unreadable(file, zone, offset, &e, narrow, what),
        Ok(_) => {
            let line = zone.lines().next().unwrap_or("").trim_end();
            Diagnostic::new(Code::S01, format!("{what} n'a pas sa place ici"), Span::new(file, offset, offset + line.len()))
                .help("vérifiez les deux-points et le `fin` de ce qui précède")
        }
    }
}

/// A complaint from pest's own: `e` says where `text` stopped following `rule`.
pub(crate) fn unreadable(file: FileId, text: &str, offset: usize, e: &Error<Rule>, rule: Rule, what: &str) -> Diagnostic {
    let ErrorVariant::ParsingError { positives, .. } = &e.variant else {
        let span = Span::new(file, offset, offset + text.lines().next().unwrap_or("").len());
        return Diagnostic::new(Code::S07, format!("{what} est trop longue à lire"), span).help("découpez-la en plusieurs déclarations");
    };
    let InputLocation::Pos(stop) = e.location else { return Diagnostic::new(Code::S01, what, Span::new(file, offset, offset)) };
    if let Some(kept) = line_before(text, stop)
        && let Err(shorter) = CadrageParser::parse(rule, kept)
        && let ErrorVariant::ParsingError { positives, .. } = &shorter.variant
        && (positives.iter().any(|r| named(*r).is_some_and(|(rank, _)| rank == 0)) || !layout::continues(text.get(stop..).unwrap_or("")))
    {
        return at_place(file, text, offset, kept.len(), positives, what);
    }
    let blanks = text.get(stop..).map_or(0, |rest| rest.len() - rest.trim_start_matches(layout::is_blank).len());
    at_place(file, text, offset, stop + blanks, positives, what)
}

/// The complaint, where the reader should look.
fn at_place(file: FileId, text: &str, offset: usize, at: usize, positives: &[Rule], what: &str) -> Diagnostic {
    let line_start = text.get(..at).map_or(0, |t| t.rfind('\n').map_or(0, |k| k + 1));
    let line = text.get(line_start..).unwrap_or("").lines().next().unwrap_or("");
    let kept = layout::without_comment(line).trim_end();
    let ended = kept.len() <= at - line_start;
    // What a comment says is not part of the phrase.
    let at = if ended { line_start + kept.len() } else { at };
    let before = text.get(line_start..at).unwrap_or("");
    // At the end of a line, what is missing is missing after the last word of it.
    let (word, span) = if ended {
        let end = offset + line_start + kept.len();
        ("", Span::new(file, end.saturating_sub(last_char(kept)), end))
    } else {
        let word = word_at(text.get(at..).unwrap_or(""));
        (word, Span::new(file, offset + at, offset + at + word.len()))
    };
    let stop = phrases::Stop { line, at: at - line_start, word, positives, what };
    if let Some(habit) = phrases::complaint(&stop).or_else(|| habits::complaint(line, at - line_start, word)) {
        let complaint = Diagnostic::new(habit.code, habit.message, span).here("ici").help(habit.help);
        let in_file = |range: &std::ops::Range<usize>| {
            let start = offset + line_start;
            Span::new(file, start + range.start, start + range.end)
        };
        return habit.edits.iter().fold(complaint, |c, (range, text)| c.fix(in_file(range), text));
    }
    let (word_before, span_before) = last_word(before, span, offset + line_start);
    for (word, span, name) in [(word, span, taken(word, positives)), (word_before, span_before, meant_as_name(word_before, positives))] {
        if let Some(name) = name {
            let read = if word == name { "est un mot du langage".to_owned() } else { format!("est lu comme « {name} »") };
            return Diagnostic::new(Code::S01, format!("`{word}` {read} : ce n'est pas un nom"), span)
                .here("mot du langage")
                .help("choisissez un autre nom");
        }
    }
    let read = if ended { "la ligne finit trop tôt".to_owned() } else { format!("`{word}` n'était pas attendu") };
    let diagnostic = Diagnostic::new(Code::S01, format!("{what} n'est pas comprise : {read}"), span).here("la lecture s'arrête ici");
    let (help, respelled) = remedy(positives, word, before, text.get(at..).unwrap_or(""));
    match respelled {
        Some((length, right)) => diagnostic.help(help).fix(Span::new(file, offset + at, offset + at + length), right),
        None => diagnostic.help(help),
    }
}

/// pest also tries the next line, when the phrase could go on there: what is missing is then missing at the end of the line
/// before. The text up to that end, when `stop` is the first word of a line.
fn line_before(text: &str, stop: usize) -> Option<&str> {
    let read = text.get(..stop)?;
    let line_start = read.rfind('\n')? + 1;
    let first = read.get(line_start..)?.trim().is_empty();
    let kept = read.get(..line_start)?.trim_end();
    (first && !kept.is_empty()).then_some(kept)
}

/// Text that belongs to no declaration.
pub(crate) fn stray(line: &str, span: Span) -> Diagnostic {
    let word = word_at(line);
    if crate::fold(word) == "fin" {
        return Diagnostic::new(Code::S01, "ce « fin » ne ferme aucun bloc", span)
            .here("en trop")
            .help("retirez-le, ou vérifiez les « fin » qui précèdent");
    }
    if let Some(sign) = ["//", "#"].into_iter().find(|s| line.starts_with(s)) {
        let length = u32::try_from(sign.len()).unwrap_or(0);
        return Diagnostic::new(Code::S01, format!("`{sign}` n'ouvre pas un commentaire"), span)
            .here("hors de tout bloc")
            .help("un commentaire commence par `--`")
            .fix(Span { end: span.start + length, ..span }, "--");
    }
    let complaint = Diagnostic::new(Code::S01, format!("`{word}` n'ouvre aucune déclaration"), span).here("hors de tout bloc");
    if let Some((help, head)) = phrases::outside(word) {
        let length = u32::try_from(word.len()).unwrap_or(0);
        let complaint = complaint.help(help);
        return match head {
            Some(head) => complaint.fix(Span { end: span.start + length, ..span }, head),
            None => complaint,
        };
    }
    let Some(head) = nearest(word, layout::heads()).and_then(spelled) else {
        return complaint.help("une déclaration commence par `constante`, `hypothèse`, `formule`, `population`, `scénario`, `test`…");
    };
    let complaint = complaint.help(format!("vouliez-vous `{head}` ?"));
    let folded = crate::fold(word);
    let at_one = layout::heads().filter(|h| distance(&folded, h) == 1).count();
    if at_one == 1 && distance(&folded, &crate::fold(head)) == 1 {
        let length = u32::try_from(word.len()).unwrap_or(0);
        return complaint.fix(Span { end: span.start + length, ..span }, head);
    }
    complaint
}

/// A spelling to put in place of the first bytes of what was read.
type Respelled = Option<(usize, &'static str)>;

/// The help: the obligatory word, else the nearest spelling, else what could follow.
fn remedy(positives: &[Rule], word: &str, before: &str, after: &str) -> (String, Respelled) {
    let complete = positives.contains(&Rule::EOI);
    let mut expected: Vec<(u8, String)> = Vec::new();
    for rule in positives {
        if let Some((rank, name)) = named(*rule)
            && !expected.iter().any(|(_, n)| *n == name)
        {
            expected.push((rank, name));
        }
    }
    // An obligatory word says more than the operators that could also have followed.
    expected.sort();
    match expected.as_slice() {
        [(0, first), ..] if !complete => return (format!("il manque {first}"), None),
        _ => {}
    }
    // What is in quotes is a text, however near a word it is.
    if !after.starts_with('"')
        && let Some((near, certain)) = misspelled(after)
    {
        return (format!("vouliez-vous `{near}` ?"), certain.map(|length| (length, near)));
    }
    if let ([(rank, only)], false) = (expected.as_slice(), complete)
        && *rank >= WORD
    {
        return (format!("il manque {only}"), None);
    }
    if !word.is_empty() && before.trim_end().ends_with(':') {
        return ("après « : », passez à la ligne".to_owned(), None);
    }
    if complete {
        return (format!("la phrase est complète avant `{word}` : retirez-le, ou passez à la ligne"), None);
    }
    let shown: Vec<String> = expected.into_iter().map(|(_, n)| n).take(6).collect();
    let help = if shown.is_empty() {
        "comparez avec un exemple : `cadrage aide S01`".to_owned()
    } else {
        format!("attendu ici : {}", shown.join(", "))
    };
    (help, None)
}

/// The word of the language that stands where a name was expected.
fn taken(word: &str, positives: &[Rule]) -> Option<&'static str> {
    const STRUCTURE: &[&str] = &["alors", "sinon", "fin", "pour", "sauf", "selon", "si", "et", "entre", "hors", "avec", "vers"];
    let folded = crate::fold(word);
    let names = [Rule::ident, Rule::chemin, Rule::code, Rule::valeur, Rule::selection, Rule::critere];
    let values = [Rule::expr, Rule::operation, Rule::suffixe, Rule::atome, Rule::arithmetique];
    let name = positives.iter().any(|r| names.contains(r));
    let value = positives.iter().any(|r| values.contains(r)) && !STRUCTURE.contains(&folded.as_str());
    if !(name || value) {
        return None;
    }
    let reserved = WORDS.iter().filter(|w| w.class == Class::Reserved);
    reserved
        .filter(|w| w.forms.iter().any(|form| crate::fold(form) == folded))
        .find_map(|w| w.forms.iter().find(|f| crate::fold(f) == folded).copied())
}

/// Rank of a word or sign that is one way to go on among others.
const WORD: u8 = 2;

/// An unaccented `a` where only what follows « à » could come: a name was meant.
fn meant_as_name(word: &str, positives: &[Rule]) -> Option<&'static str> {
    let follows = [Rule::k_le, Rule::k_defaut, Rule::k_compter, Rule::k_pres];
    (matches!(word, "a" | "A") && positives.iter().any(|r| follows.contains(r))).then_some("à")
}

/// The last word before the place, and where it is.
fn last_word(before: &str, near: Span, line_start: usize) -> (&str, Span) {
    let trimmed = before.trim_end();
    let start = trimmed
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |k| k + trimmed.get(k..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8));
    (trimmed.get(start..).unwrap_or(""), Span::new(near.file, line_start + start, line_start + trimmed.len()))
}

/// How a rule is called before users, obligatory words first; `None` for those that help nobody.
fn named(rule: Rule) -> Option<(u8, String)> {
    let (rank, name) = match rule {
        Rule::deux_points => (0, "« : »"),
        Rule::ferme => (0, "« ) »"),
        Rule::ouvre => (WORD, "« ( »"),
        Rule::egal => (WORD, "« = »"),
        Rule::point_virgule => (WORD, "« ; »"),
        Rule::ident | Rule::chemin | Rule::crit_nomme => (1, "un nom"),
        Rule::code | Rule::valeur | Rule::code_compte => (1, "un code"),
        Rule::chaine => (1, "un texte entre guillemets"),
        Rule::nombre | Rule::quantite | Rule::entier | Rule::litteral | Rule::mesure | Rule::combien => (1, "un nombre"),
        Rule::unite => (1, "une unité (`€`, `%`, `mois`…)"),
        Rule::date => (1, "une date (JJ/MM/AAAA)"),
        Rule::mois => (1, "un mois (MM/AAAA)"),
        Rule::annee => (1, "une année"),
        Rule::selection | Rule::critere => (1, "une sélection (`corps PR`, `statut TITULAIRE`)"),
        Rule::expr | Rule::operation | Rule::arithmetique | Rule::suffixe | Rule::atome | Rule::parenthese => {
            (1, "une valeur (nombre, nom ou parenthèse)")
        }
        Rule::op_calcul | Rule::op_comp | Rule::entre | Rule::dans | Rule::conversion => (3, "un opérateur"),
        Rule::grain => (1, "un grain (`par agent`)"),
        Rule::profil | Rule::paire => (1, "une caractéristique (`grade MCF_CN`)"),
        Rule::k_par => (1, "« par » (`par agent`)"),
        Rule::a_compter => (1, "« à compter du »"),
        Rule::k_observe => (0, "« observé au JJ/MM/AAAA »"),
        Rule::k_version => (0, "« version \"…\" »"),
        Rule::k_sinon
        | Rule::k_alors
        | Rule::k_compter
        | Rule::k_attendre
        | Rule::k_pres
        | Rule::k_tel_que
        | Rule::k_pas
        | Rule::k_avec
        | Rule::k_defaut
        | Rule::k_prorata => {
            return canonical(&format!("{rule:?}")).map(|w| (0, format!("« {w} »")));
        }
        Rule::visibilite
        | Rule::doc
        | Rule::provenance
        | Rule::signe
        | Rule::filtre
        | Rule::decalage
        | Rule::a_defaut
        | Rule::au_niveau
        | Rule::k_ou
        | Rule::k_non
        | Rule::EOI => return None,
        // « et » joins conditions almost everywhere: worth saying only when nothing else fits.
        Rule::k_et => (3, "« et »"),
        other => return canonical(&format!("{other:?}")).map(|w| (WORD, format!("« {w} »"))),
    };
    Some((rank, name.to_owned()))
}

/// The word of the language that the text probably meant to begin with; how many bytes it replaces, when one letter makes the
/// difference and no other word is as near.
fn misspelled(text: &str) -> Option<(&'static str, Option<usize>)> {
    let line = text.lines().next().unwrap_or("");
    let words: Vec<&str> = line.split_whitespace().take(4).collect();
    let starts: Vec<String> = (1..=words.len()).filter_map(|n| words.get(..n)).map(|w| w.join(" ")).collect();
    let candidates = WORDS.iter().filter(|w| w.class != Class::Head).flat_map(|w| w.forms).copied();
    let mut best: Option<((usize, std::cmp::Reverse<usize>), &'static str)> = None;
    let (mut exact, mut as_near) = (false, 0);
    for candidate in candidates {
        let length = candidate.split(' ').count();
        let Some(start) = starts.get(length - 1) else { continue };
        let away = distance(&crate::fold(start), &crate::fold(candidate));
        exact |= away == 0;
        let allowed = if start.chars().count() <= 4 { 1 } else { 2 };
        let key = (away, std::cmp::Reverse(length));
        if start.chars().count() <= 2 || away == 0 || away > allowed {
            continue;
        }
        if best.is_some_and(|(b, _)| key == b) {
            as_near += 1;
        } else if best.is_none_or(|(b, _)| key < b) {
            (best, as_near) = (Some((key, candidate)), 1);
        }
    }
    // A word that is one of ours is not misspelled, unless a longer phrase begins there.
    let ((away, length), word) = best.filter(|((_, length), _)| !exact || length.0 > 1)?;
    let replaced = words.get(length.0 - 1).and_then(|last| {
        let end = last.as_ptr() as usize - line.as_ptr() as usize + last.len();
        (away == 1 && as_near == 1).then_some(end)
    });
    Some((word, replaced))
}

/// The spelling of a folded head word.
fn spelled(folded: &str) -> Option<&'static str> {
    WORDS.iter().filter(|w| w.class == Class::Head).flat_map(|w| w.forms).copied().find(|f| crate::fold(f) == folded)
}

/// A line that is `fin` but for a letter.
pub(crate) fn almost_fin(line: &str) -> bool {
    let folded = crate::fold(line);
    matches!(folded.as_str(), "end" | "fin." | "fin;" | "}") || folded.chars().count() <= 5 && distance(&folded, "fin") <= 1
}

/// The candidate at most two letters away, unless the word is one of them.
fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = crate::fold(word);
    let allowed = if folded.chars().count() <= 4 { 1 } else { 2 };
    candidates.map(|c| (distance(&folded, &crate::fold(c)), c)).filter(|(d, _)| *d > 0 && *d <= allowed).min().map(|(_, c)| c)
}

/// Edit distance, two letters swapped counting for one; one row of the table at a time.
fn distance(a: &str, b: &str) -> usize {
    let (source, target): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut above_row: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=target.len()).collect();
    for (i, x) in source.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, (y, pair)) in target.iter().zip(row.windows(2)).enumerate() {
            let (diagonal, above) = (pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0));
            let left = next.last().copied().unwrap_or(0);
            let mut best = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            let swapped = i > 0 && j > 0 && source.get(i - 1) == Some(y) && target.get(j - 1) == Some(x);
            if let (true, Some(before)) = (swapped, above_row.get(j.wrapping_sub(1))) {
                best = best.min(before + 1);
            }
            next.push(best);
        }
        above_row = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

/// The word or sign a text begins with.
fn word_at(text: &str) -> &str {
    let word = layout::first_word(text);
    let end = if word.is_empty() {
        text.find(|c: char| c.is_whitespace() || c.is_alphanumeric() || matches!(c, ';' | ')')).filter(|k| *k > 0)
    } else {
        Some(word.len())
    };
    let end = end.unwrap_or_else(|| text.chars().next().map_or(0, char::len_utf8));
    text.get(..end).unwrap_or("")
}

/// Bytes of the last visible character.
fn last_char(text: &str) -> usize {
    text.trim_end().chars().next_back().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("formule", "formule"), 0);
        assert_eq!(distance("formul", "formule"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("arondi", "arrondi"), 1);
        assert_eq!(distance("fni", "fin"), 1);
        assert_eq!(distance("ab", "ba"), 1);
    }
}
