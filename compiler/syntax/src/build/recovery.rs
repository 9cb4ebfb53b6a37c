//! Reading goes on after a mistake: at the next line inside a block, at the next head word outside. Each mistake is told once.

use cadrage_grammar::{CadrageParser, Rule};
use cadrage_source::{Code, Diagnostic, Span};
use pest::Parser;

use super::{Builder, P};
use crate::ast::{Declaration, File, Invalid};
use crate::layout::{self, Chunk};
use crate::{error, limits};

impl Builder<'_> {
    /// The whole file, piece by piece.
    pub(crate) fn file(&mut self) -> File {
        let mut declarations = Vec::new();
        for chunk in layout::chunks(self.text) {
            self.chunk(chunk, &mut declarations);
        }
        File { declarations }
    }

    /// How many complaints so far that leave something unread. A decimal point or a comma is mended as it is read.
    pub(super) fn complaints(&self) -> usize {
        self.diagnostics.iter().filter(|d| !matches!(d.code, Code::S02 | Code::S03)).count()
    }

    /// Past so many complaints only the first are shown: the others are counted, not explained.
    fn weary(&self) -> bool {
        self.complaints() > 200
    }

    /// Stands for a complaint nobody will read.
    fn another(&mut self, start: usize) {
        self.complain(Diagnostic::new(Code::S01, "cette phrase n'est pas comprise", Span::new(self.file, start, start)));
    }

    fn chunk(&mut self, chunk: Chunk, out: &mut Vec<Declaration>) {
        let text = self.text.get(chunk.start..chunk.end).unwrap_or("");
        (self.offset, self.end, self.unread) = (chunk.start, chunk.end, None);
        if !chunk.headed {
            self.stray(text, chunk.start, out);
            return;
        }
        if let Some(at) = layout::too_deep(text) {
            self.complain(limits::too_deep(self.file, text, chunk.start, at));
            out.push(self.poisoned(text, chunk.start));
            return;
        }
        let before = self.complaints();
        match CadrageParser::parse(Rule::lecture, text) {
            Ok(pairs) => {
                for part in pairs.flat_map(pest::iterators::Pair::into_inner) {
                    match part.as_rule() {
                        Rule::declaration => {
                            let read = part.into_inner().next().and_then(|inner| self.declaration(inner));
                            out.push(read.unwrap_or_else(|| self.poisoned(text, chunk.start)));
                        }
                        // What follows a block already complained about is most likely a part of it.
                        Rule::reste if self.complaints() == before => {
                            let start = self.start_of(&part);
                            self.rest(text, start, out);
                            // A selection that goes on past what was read says something else: uses of its name are not judged.
                            if let Some(Declaration::Population(p)) = out.last() {
                                let (name, span) = (Some(p.name.value.clone()), p.span);
                                out.pop();
                                out.push(Declaration::Invalid(Invalid { name, span }));
                            }
                            // The value was read, what documents it was not.
                            if let Some(Declaration::Value(value)) = out.iter_mut().rev().find(|d| !matches!(d, Declaration::Invalid(_))) {
                                value.damaged = true;
                            }
                        }
                        _ => {}
                    }
                }
            }
            Err(e) => {
                if self.weary() {
                    self.another(chunk.start);
                } else {
                    self.complain(error::unreadable(self.file, text, chunk.start, &e, Rule::lecture, "cette déclaration"));
                }
                out.push(self.poisoned(text, chunk.start));
            }
        }
    }

    /// What should not follow a declaration: on its last line, the line is re-read; further down, it is stray text.
    fn rest(&mut self, text: &str, start: usize, out: &mut Vec<Declaration>) {
        let rest = self.text.get(start..self.end).unwrap_or("");
        let alone = self.text.get(self.line_start(start)..start).is_some_and(|t| t.trim().is_empty());
        if alone {
            self.stray(rest, start, out);
        } else if let Err(e) = CadrageParser::parse(Rule::seule_declaration, text) {
            self.complain(error::unreadable(self.file, text, self.offset, &e, Rule::seule_declaration, "cette phrase"));
        } else {
            self.stray(rest, start, out);
        }
    }

    /// Text that belongs to no declaration: one complaint for all of it.
    fn stray(&mut self, text: &str, start: usize, out: &mut Vec<Declaration>) {
        let mut at = start;
        for line in text.split_inclusive('\n') {
            let read = layout::without_comment(line);
            if !read.trim().is_empty() {
                let skipped = read.len() - read.trim_start().len();
                let span = Span::new(self.file, at + skipped, at + read.trim_end().len());
                if self.weary() {
                    self.another(at + skipped);
                } else {
                    self.complain(error::stray(read.trim(), span));
                }
                if let Some(name) = second_word(read) {
                    out.push(Declaration::Invalid(Invalid { name: Some(name), span }));
                }
                return;
            }
            at += line.len();
        }
    }

    /// Stands for an unreadable declaration; its name is kept so that uses of it are not complained about again.
    fn poisoned(&self, text: &str, start: usize) -> Declaration {
        let line = text.lines().next().unwrap_or("");
        Declaration::Invalid(Invalid { name: second_word(line), span: Span::new(self.file, start, start + line.trim_end().len()) })
    }

    /// The clauses of a block. Unreadable lines are complained about, as is a missing `fin`.
    pub(super) fn clauses<'i>(&mut self, pair: P<'i>, narrow: Rule, construct: &str) -> Vec<P<'i>> {
        let header = self.span(&pair);
        let mut out = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ligne_invalide => self.unreadable_line(&part, narrow, construct),
                Rule::bloc_ouvert => self.unclosed(header),
                _ => out.push(part),
            }
        }
        out
    }

    /// An unreadable line of a block: re-read with the rule it should have followed. A line that only carries on the one just
    /// complained about says nothing new.
    pub(super) fn unreadable_line(&mut self, part: &P<'_>, narrow: Rule, construct: &str) {
        let start = self.start_of(part);
        if self.carries_on(start) {
            return;
        }
        self.unread = Some(self.line_start(start));
        if self.weary() {
            self.another(start);
            return;
        }
        let zone = self.text.get(start..self.end).unwrap_or("");
        let line = layout::without_comment(zone.lines().next().unwrap_or("")).trim();
        if error::almost_fin(line) {
            let span = Span::new(self.file, start, start + line.len());
            self.complain(
                Diagnostic::new(Code::S05, format!("`{line}` ne ferme pas ce bloc"), span)
                    .here("ici")
                    .help("vouliez-vous `fin` ?")
                    .fix(span, "fin"),
            );
            return;
        }
        if matches!(narrow, Rule::seul_grille | Rule::seul_bareme) && (line.contains(';') || CadrageParser::parse(narrow, zone).is_ok()) {
            let span = Span::new(self.file, start, start + line.len());
            self.complain(
                Diagnostic::new(Code::S01, format!("cette ligne de {construct} n'est sous aucune date"), span)
                    .here("ici")
                    .help("il manque au-dessus la ligne `à compter du JJ/MM/AAAA :`"),
            );
            return;
        }
        if narrow == Rule::seul_table {
            let span = Span::new(self.file, start, start + line.len());
            let help = if line.contains(',') {
                "remplacez les virgules par « ; »"
            } else {
                "séparez les cellules par « ; », et écrivez `-` où il n'y a rien"
            };
            let code = if line.contains(',') { Code::S03 } else { Code::S01 };
            self.complain(
                Diagnostic::new(code, format!("cette ligne de {construct} n'est pas une ligne de tableau"), span).here("ici").help(help),
            );
            return;
        }
        self.complain(error::explain(self.file, zone, start, narrow, &format!("cette ligne de {construct}")));
    }

    /// Does the line at `start` carry on the last unreadable one? It does when it is deeper, when it begins as a phrase goes on, or
    /// when both are deeper than the clauses of the block: rows and cases whose first line is missing.
    fn carries_on(&self, start: usize) -> bool {
        let Some(bad_start) = self.unread else { return false };
        let this_start = self.line_start(start);
        if this_start <= bad_start || self.diagnostics.last().is_some_and(|d| d.labels.iter().any(|l| l.span.start as usize >= this_start))
        {
            return true;
        }
        let line = |at: usize| self.text.get(at..).and_then(|t| t.lines().next()).unwrap_or("");
        let (bad, this) = (line(bad_start), line(this_start));
        let depth = layout::indent(bad);
        let part_of_it = |l: &str| layout::indent(l) > depth || layout::continues(l) || (layout::indent(l) == depth && self.is_row(bad, l));
        let between = self.text.get(bad_start + bad.len()..this_start).unwrap_or("");
        part_of_it(this) && between.lines().all(|l| layout::without_comment(l).trim().is_empty() || part_of_it(l))
    }

    /// Are both lines rows of a table, or both deeper than the clauses of the block?
    fn is_row(&self, bad: &str, this: &str) -> bool {
        let body = self.text.get(self.offset..self.end).unwrap_or("");
        let header = layout::indent(body);
        let clauses = body.lines().map(layout::indent).filter(|i| *i > header).min().unwrap_or(header);
        let row = |l: &str| l.contains(';') || matches!(crate::fold(layout::first_word(l)).as_str(), "jusqu" | "au" | "au-dela");
        layout::indent(bad) > clauses || (row(bad) && row(this))
    }

    /// `fin` is missing: the alignment tells where it should stand.
    pub(super) fn unclosed(&mut self, block: Span) {
        let (from, to) = (block.start as usize, block.end as usize);
        let told = |d: &Diagnostic| d.code == Code::S05 && d.labels.iter().any(|l| l.span.start >= block.start);
        if self.diagnostics.last().is_some_and(told) {
            return;
        }
        let body = self.text.get(from..to).unwrap_or("");
        let first = body.lines().next().unwrap_or("").trim_end();
        let header = layout::indent(self.text.get(self.line_start(from)..).unwrap_or(""));
        // A `fin` at the margin of the header closed an inner table instead: the table is what stays open.
        let mut at = from;
        let (mut table, mut taken) = (None, None);
        for line in body.split_inclusive('\n') {
            let read = layout::without_comment(line);
            if let Some(k) = read.rfind("selon").filter(|k| read.get(*k..).is_some_and(|t| t.trim() == "selon")) {
                table = Some(at + k);
            }
            if crate::fold(layout::first_word(read)) == "fin" && layout::indent(line) == header {
                taken = Some(at);
            }
            at += line.len();
        }
        if let (Some(table), Some(taken)) = (table, taken) {
            let line = self.line(taken);
            self.complain(missing_fin(Span::new(self.file, table, table + "selon".len()), "cette table `selon` n'est pas fermée", line));
            return;
        }
        // The first line back at the margin, else the line after the last one.
        let mut at = from;
        let mut wanted = None;
        for (k, line) in body.split_inclusive('\n').enumerate() {
            let read = layout::without_comment(line);
            if k > 0 && !read.trim().is_empty() && layout::indent(line) <= header && !layout::continues(line) {
                wanted = Some(self.line(at));
                break;
            }
            at += line.len();
        }
        let line = wanted.unwrap_or_else(|| self.line(to) + 1);
        let complaint = missing_fin(Span::new(self.file, from, from + first.len()), "ce bloc n'est pas fermé", line);
        // Every line is deeper than the header and the next declaration follows: « fin » can only stand between them.
        let certain = wanted.is_none() && body.lines().count() > 1 && table.is_none();
        self.complain(if certain {
            let end = self.text.get(to..).and_then(|t| t.find('\n')).map_or(self.text.len(), |k| to + k);
            complaint.fix(Span::new(self.file, end, end), format!("\n{}fin", " ".repeat(header)))
        } else {
            complaint
        });
    }

    /// A `selon` table without its `fin`.
    pub(super) fn open_table(&mut self, table: Span) {
        let line = self.line(table.end as usize) + 1;
        let word = Span { end: table.start + 5, ..table };
        self.complain(missing_fin(word, "cette table `selon` n'est pas fermée", line));
    }

    /// Where the line that holds byte `at` begins.
    fn line_start(&self, at: usize) -> usize {
        self.lines.get(self.line(at) - 1).copied().unwrap_or(0)
    }

    /// The number of the line that holds byte `at`.
    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }
}

fn missing_fin(span: Span, message: &str, line: usize) -> Diagnostic {
    Diagnostic::new(Code::S05, message, span).here("ouvert ici").help(format!("d'après l'alignement, il manque « fin » ligne {line}"))
}

/// The name a declaration gives itself, when that much can be read.
fn second_word(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let (_, name) = (words.next()?, words.next()?);
    let name = name.trim_end_matches(':');
    let readable = name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    readable.then(|| name.to_owned())
}
