//! The words of a text, in canonical spelling, each with what its place in the grammar says: how far in a line that begins with it
//! stands, which column it opens.

use cadrage_grammar::{CadrageParser, Rule};
use cadrage_source::{Diagnostic, FileId};
use pest::Parser;

use super::phrases::{self, Phrase};
use super::spelling;
use crate::build::P;
use crate::{error, layout};

/// One step to the right.
const STEP: usize = 2;

/// The column a word opens, aligned with that of the lines around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `=` of a population, of a column of a file.
    Equal,
    /// `:` after a date, after the bound of a bracket.
    Colon,
    /// What follows the name and unit of a field.
    Tail,
    /// The `;` that begins a cell.
    Cell,
    /// Where a value comes from, at the end of its line.
    Source,
}

/// What stands between a word and the one before it, on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    None,
    Space,
    /// A narrow no-break space.
    Narrow,
    /// Three spaces.
    Wide,
}

/// A word of the text.
#[derive(Debug)]
pub(super) struct Token {
    /// Its bytes in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// As written from now on; none for what a phrase does without.
    pub(super) text: Option<String>,
    pub(super) before: Gap,
    /// The next word touches it.
    pub(super) tight: bool,
    /// Columns before it when it begins a line.
    pub(super) indent: usize,
    /// Columns before a comment on the line above it.
    pub(super) comment_indent: usize,
    /// It begins a clause, not the continuation of one.
    pub(super) opens: bool,
    /// It closes a block.
    pub(super) closes: bool,
    pub(super) mark: Option<Mark>,
    /// Where the block it belongs to begins: columns do not cross it.
    pub(super) group: usize,
}

/// Where a rule stands.
#[derive(Clone, Copy)]
struct Place {
    /// Columns before its first word, when it begins a line.
    first: usize,
    /// Columns before its other words that begin a line.
    rest: usize,
    opens: bool,
    group: usize,
    /// A `si` without parentheses may stand here.
    bare: bool,
    /// An `et` without parentheses may stand here.
    logical: bool,
    /// Codes here are members of an axis.
    members: bool,
    mark: Option<Mark>,
    owner: Rule,
}

/// The words of a text that reads without complaint.
pub(super) fn read(file: FileId, text: &str) -> Result<Vec<Token>, Vec<Diagnostic>> {
    let mut tokens = Vec::new();
    for chunk in layout::chunks(text).into_iter().filter(|c| c.headed) {
        let piece = text.get(chunk.start..chunk.end).unwrap_or("");
        match CadrageParser::parse(Rule::lecture, piece) {
            Ok(pairs) => {
                let mut walk = Walk { text: piece, offset: chunk.start, tokens, end: 0, line: 0 };
                for pair in pairs.flat_map(pest::iterators::Pair::into_inner).filter(|p| p.as_rule() == Rule::declaration) {
                    for inner in pair.into_inner() {
                        walk.declaration(inner);
                    }
                }
                tokens = walk.tokens;
            }
            Err(e) => return Err(vec![error::unreadable(file, piece, chunk.start, &e, Rule::lecture, "cette déclaration")]),
        }
    }
    Ok(tokens)
}

struct Walk<'t> {
    /// One declaration and what follows it.
    text: &'t str,
    /// Where it begins in the file.
    offset: usize,
    tokens: Vec<Token>,
    /// Where the last word ends, in the declaration.
    end: usize,
    /// Columns before the line being read.
    line: usize,
}

impl Walk<'_> {
    fn declaration(&mut self, pair: P<'_>) {
        // One-line declarations in a row share their columns.
        let group = if pair.as_rule() == Rule::population { 0 } else { self.offset + pair.as_span().start() + 1 };
        let owner = pair.as_rule();
        for (k, part) in pair.into_inner().enumerate() {
            let first = if k == 0 { 0 } else { STEP };
            let place = Place { first, rest: 2 * STEP, opens: true, group, bare: true, logical: true, members: true, mark: None, owner };
            match part.as_rule() {
                Rule::corps_valeur => {
                    for clause in part.into_inner() {
                        self.rule(clause, Place { owner: Rule::corps_valeur, ..place });
                    }
                }
                Rule::k_fin => self.rule(part, Place { first: 0, ..place }),
                _ => self.rule(part, place),
            }
        }
    }

    fn rule(&mut self, pair: P<'_>, place: Place) {
        let rule = pair.as_rule();
        match rule {
            Rule::EOI | Rule::bloc_ouvert | Rule::reste => {}
            Rule::k_fin if matches!(place.owner, Rule::corps_valeur) => self.leaf(&pair, Place { first: 0, ..place }),
            Rule::version_table | Rule::version_bareme => self.version(pair, place),
            Rule::ligne_table => self.row(&pair, place),
            Rule::table_selon => self.select(pair, place),
            Rule::conditionnelle => self.conditional(pair, place),
            Rule::parenthese | Rule::appel | Rule::liste => self.enclosed(pair, place, None),
            Rule::expr | Rule::operation | Rule::suffixe => self.expression(pair, place),
            Rule::provenance => {
                let mark = if self.ends_line(&pair) && place.owner != Rule::declaration { Some(Mark::Source) } else { None };
                self.inside(pair, Place { mark, ..place });
            }
            _ if pair.clone().into_inner().next().is_none() => self.leaf(&pair, place),
            _ => self.inside(pair, place),
        }
    }

    /// The parts of a rule that is no block: the first stands where the rule does.
    fn inside(&mut self, pair: P<'_>, place: Place) {
        let owner = pair.as_rule();
        let mut tail = owner == Rule::s_champ;
        for (k, part) in pair.into_inner().enumerate() {
            let own = if k == 0 { place } else { Place { first: place.rest, opens: false, mark: None, ..place } };
            let mark = match (owner, part.as_rule()) {
                (Rule::ligne_datee | Rule::tranche, Rule::deux_points) => Some(Mark::Colon),
                (Rule::i_colonne | Rule::population, Rule::egal) => Some(Mark::Equal),
                (Rule::s_champ, Rule::k_parmi | Rule::k_obligatoire) if tail => {
                    tail = false;
                    Some(Mark::Tail)
                }
                _ => own.mark,
            };
            // The choices of a field are its author's words.
            self.rule(part, Place { owner, mark, members: own.members && owner != Rule::s_champ, ..own });
        }
    }

    fn version(&mut self, pair: P<'_>, place: Place) {
        let owner = pair.as_rule();
        let group = self.offset + pair.as_span().start() + 1;
        for (k, part) in pair.into_inner().enumerate() {
            let first = if k == 0 { place.first } else { place.first + STEP };
            self.rule(part, Place { first, rest: first + STEP, opens: true, group, owner, ..place });
        }
    }

    /// A row of a table. Its cells are kept as written.
    fn row(&mut self, pair: &P<'_>, place: Place) {
        for (k, cell) in pair.clone().into_inner().enumerate() {
            let whole = cell.as_span();
            if k > 0 {
                let at = whole.start();
                self.push(at - 1, at, Some(";".to_owned()), Place { mark: Some(Mark::Cell), opens: false, ..place });
            }
            let kept = whole.as_str().trim();
            let start = whole.start() + (whole.as_str().len() - whole.as_str().trim_start().len());
            let start = if kept.is_empty() { whole.start() } else { start };
            self.push(start, start + kept.len(), Some(kept.to_owned()), Place { opens: k == 0, ..place });
        }
    }

    /// `selon`: its cases one step right of it, its `fin` under it.
    fn select(&mut self, pair: P<'_>, place: Place) {
        let mut base = 0;
        for (k, part) in pair.into_inner().enumerate() {
            let own = Place { bare: true, logical: true, mark: None, owner: Rule::table_selon, ..place };
            match (k, part.as_rule()) {
                (0, _) => {
                    let begins = self.begins_line(part.as_span().start());
                    base = if begins { place.first } else { self.line + STEP };
                    self.rule(part, Place { mark: place.mark, ..own });
                }
                (_, Rule::k_fin) => self.rule(part, Place { first: base, opens: true, ..own }),
                (_, Rule::expr) => self.rule(part, Place { first: base + 2 * STEP, rest: base + 2 * STEP, opens: false, ..own }),
                _ => self.rule(part, Place { first: base + STEP, rest: base + 2 * STEP, opens: true, ..own }),
            }
        }
    }

    /// `si … alors … sinon …`: inside `alors`, a second `si` keeps its parentheses.
    fn conditional(&mut self, pair: P<'_>, place: Place) {
        let mut branches = 0;
        for (k, part) in pair.into_inner().enumerate() {
            let own = if k == 0 { place } else { Place { first: place.rest, opens: false, mark: None, ..place } };
            branches += usize::from(part.as_rule() == Rule::expr);
            self.rule(part, Place { bare: branches > 1, logical: true, owner: Rule::conditionnelle, ..own });
        }
    }

    /// What stands between parentheses, one step further right; as a phrase, without them.
    fn enclosed(&mut self, pair: P<'_>, place: Place, phrase: Option<Phrase>) {
        let owner = pair.as_rule();
        let (name, separators) = phrase.map_or(("", ["", ""]), Phrase::words);
        let keeps = match phrase {
            None => true,
            Some(Phrase::Sum | Phrase::Mean) => !phrases::of_a_name(self.text, &pair),
            Some(_) => false,
        };
        // A `si` that stays a call keeps its own as they are.
        let bare = phrase.is_some() || !phrases::is_conditional(&pair);
        let mut semicolons = 0;
        for (k, part) in pair.into_inner().enumerate() {
            let inner = if keeps { place.rest + STEP } else { place.rest };
            let within = Place { first: inner, rest: inner, opens: false, mark: None, owner, ..place };
            let (start, end) = (part.as_span().start(), part.as_span().end());
            match part.as_rule() {
                Rule::nom_fonction if phrase.is_some() => self.push(start, end, written(name), place),
                Rule::ouvre if keeps && phrase.is_some() => self.rule(part, Place { owner: Rule::agregat, ..within }),
                Rule::ouvre | Rule::ferme if !keeps => self.push(start, end, None, within),
                Rule::ferme => self.rule(part, Place { first: place.rest, ..within }),
                Rule::point_virgule if phrase.is_some() => {
                    let word = separators.get(semicolons.min(1)).copied().unwrap_or("");
                    semicolons += 1;
                    self.push(start, end, written(word), within);
                }
                Rule::argument | Rule::expr => {
                    let branch = match phrase {
                        Some(Phrase::If) => Place { bare: semicolons > 1, logical: true, ..within },
                        Some(Phrase::And | Phrase::Or) => Place { bare: false, logical: false, ..within },
                        _ => Place { bare, logical: true, ..within },
                    };
                    self.rule(part, branch);
                }
                _ if k == 0 => self.rule(part, Place { owner, ..place }),
                _ => self.rule(part, within),
            }
        }
    }

    /// An expression, its spreadsheet call rewritten where its phrase may stand.
    fn expression(&mut self, pair: P<'_>, place: Place) {
        let call = phrases::sole_call(&pair);
        let phrase = call.as_ref().and_then(|call| match pair.as_rule() {
            Rule::expr if place.bare && phrases::conditional(self.text, call) => Some(Phrase::If),
            Rule::operation if place.logical => phrases::logical(self.text, call),
            _ => None,
        });
        if let (Some(call), Some(phrase)) = (call, phrase) {
            self.enclosed(call, place, Some(phrase));
            return;
        }
        if pair.as_rule() == Rule::suffixe {
            self.suffixed(pair, place);
        } else {
            // Only an operand that is the whole operation may become several.
            let alone = pair.clone().into_inner().nth(1).is_none();
            self.inside(pair, Place { bare: place.bare && alone, logical: place.logical && alone, ..place });
        }
    }

    /// `SOMME(x)` and `MOYENNE(x)`, unless a `pour` follows: the phrase would take it for itself.
    fn suffixed(&mut self, pair: P<'_>, place: Place) {
        let mut parts = pair.clone().into_inner();
        let (head, next) = (parts.next(), parts.next());
        let call = head.and_then(|a| a.into_inner().next()).filter(|a| a.as_rule() == Rule::appel);
        let phrase = call.as_ref().and_then(phrases::total).filter(|_| next.is_none_or(|n| n.as_rule() != Rule::filtre));
        let (Some(call), Some(phrase)) = (call, phrase) else {
            self.inside(pair, place);
            return;
        };
        self.enclosed(call, place, Some(phrase));
        for part in pair.into_inner().skip(1) {
            self.rule(part, Place { first: place.rest, opens: false, mark: None, owner: Rule::suffixe, ..place });
        }
    }

    fn leaf(&mut self, pair: &P<'_>, place: Place) {
        let (start, text) = (pair.as_span().start(), pair.as_str().trim_end());
        let written = if pair.as_rule() == Rule::code && place.owner == Rule::valeur && place.members {
            spelling::member(text)
        } else {
            spelling::canonical(pair.as_rule(), text)
        };
        let before = match pair.as_rule() {
            Rule::unite if matches!(place.owner, Rule::litteral | Rule::quantite | Rule::mesure | Rule::combien | Rule::c_a) => Gap::Narrow,
            Rule::ferme => Gap::None,
            Rule::ouvre if place.owner == Rule::appel => Gap::None,
            _ if place.mark == Some(Mark::Source) => Gap::Wide,
            _ => Gap::Space,
        };
        let tight = matches!(pair.as_rule(), Rule::ouvre | Rule::signe) || written.ends_with('\'');
        let closes = pair.as_rule() == Rule::k_fin;
        self.push(start, start + text.len(), Some(written), place);
        if let Some(token) = self.tokens.last_mut() {
            (token.before, token.tight, token.closes) = (before, tight, closes);
            if closes || pair.as_rule() == Rule::ferme {
                token.comment_indent = token.indent + STEP;
            }
        }
    }

    fn push(&mut self, start: usize, end: usize, text: Option<String>, place: Place) {
        if self.begins_line(start) {
            self.line = place.first;
        }
        self.end = end;
        self.tokens.push(Token {
            start: self.offset + start,
            end: self.offset + end,
            text,
            before: Gap::Space,
            tight: false,
            indent: place.first,
            comment_indent: place.first,
            opens: place.opens,
            closes: false,
            mark: place.mark,
            group: place.group,
        });
    }

    /// Is there a line end between the last word and this place?
    fn begins_line(&self, start: usize) -> bool {
        self.text.get(self.end..start).is_some_and(|gap| gap.contains('\n'))
    }

    /// Does nothing but a comment follow on the line?
    fn ends_line(&self, pair: &P<'_>) -> bool {
        let end = pair.as_span().start() + crate::build::own_words(pair.as_str()).len();
        let rest = self.text.get(end..).unwrap_or("").lines().next().unwrap_or("");
        layout::without_comment(rest).trim().is_empty()
    }
}

fn written(word: &str) -> Option<String> {
    (!word.is_empty()).then(|| word.to_owned())
}
