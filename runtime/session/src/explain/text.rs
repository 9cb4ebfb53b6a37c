//! An explanation in a terminal: a tree of figures, what there is to say of each beside it, and where it is written on the right.

use super::{Entry, Explanation, Mark, Rule};

/// Where what there is to say begins, when there is room.
const COMMENTS: usize = 34;

/// The least room that words are wrapped in.
const NARROW: usize = 16;

/// At most so many constants are listed among what carries an aggregate, besides those a scenario sets.
const CARRIERS: usize = 4;

impl Explanation {
    /// The lines of the tree, then what carries it and what to know, in `width` columns where they fit.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<String> {
        let mut out = Drawing { lines: Vec::new(), width: width.max(40) };
        out.wrapped("  ", "  ", &self.understood);
        out.entry(&self.root, "  ", "  ");
        let (marked, others): (Vec<&Entry>, Vec<&Entry>) = self.carriers.iter().partition(|c| c.mark != Mark::None);
        if !marked.is_empty() || !others.is_empty() {
            out.lines.push("  porté par".to_owned());
            let shown: Vec<&Entry> = marked.iter().copied().chain(others.iter().copied().take(CARRIERS)).collect();
            let rest = others.len().saturating_sub(CARRIERS);
            for (k, carrier) in shown.iter().enumerate() {
                let last = k + 1 == shown.len() && rest == 0;
                out.entry(carrier, if last { "  └─ " } else { "  ├─ " }, if last { "     " } else { "  │  " });
            }
            if rest > 0 {
                let words = if rest > 1 { "autres constantes des textes" } else { "autre constante des textes" };
                out.lines.push(format!("  └─ {rest} {words}"));
            }
        }
        for note in &self.notes {
            out.wrapped("  note : ", "         ", note);
        }
        out.lines
    }
}

struct Drawing {
    lines: Vec<String>,
    width: usize,
}

fn len(text: &str) -> usize {
    text.chars().count()
}

impl Drawing {
    fn entry(&mut self, e: &Entry, head: &str, below: &str) {
        let left = format!("{head}{}", titled(e));
        let right = [e.place.as_str(), e.mark.text()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("  ");
        let computed = !e.sentence.is_empty();
        let mut said: Vec<&str> = Vec::new();
        if !computed && !e.label.is_empty() {
            said.push(&e.label);
        }
        said.extend([e.layer.as_str()].into_iter().filter(|t| !t.is_empty()));
        if !computed {
            said.extend([e.source.as_str()].into_iter().filter(|t| !t.is_empty()));
        }
        said.extend(e.remarks.iter().map(String::as_str));
        let bar = if e.entries.is_empty() { "   " } else { "│  " };
        let under = format!("{below}{bar}");
        self.first(&left, &said.join(", "), &right, &under);
        if computed {
            let more = format!("{under}  ");
            self.wrapped(&format!("{under}= "), &more, &calculation(e));
            if !e.source.is_empty() {
                self.wrapped(&under, &more, &e.source);
            }
        }
        for choice in e.choices.iter().filter(|_| e.choices.len() > 1) {
            let word = if choice.chosen { "retenu" } else { "écarté" };
            let says = if choice.says.is_empty() { String::new() } else { format!(" : {}", choice.says) };
            let place = if choice.place.is_empty() { String::new() } else { format!(" ({})", choice.place) };
            let why = if choice.chosen { String::new() } else { format!(", {}", choice.reason) };
            self.wrapped(&under, &format!("{under}  "), &format!("{word} : {}{says}{why}{place}", choice.whom));
        }
        for (k, child) in e.entries.iter().enumerate() {
            let last = k + 1 == e.entries.len();
            let (mark, next) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            self.entry(child, &format!("{below}{mark}"), &format!("{below}{next}"));
        }
    }

    /// What it is, what there is to say of it, where it is written: on one line when they fit.
    fn first(&mut self, left: &str, said: &str, right: &str, under: &str) {
        let gap = |n: usize| " ".repeat(n);
        let room = self.width.saturating_sub(if right.is_empty() { 0 } else { len(right) + 2 });
        let at = (len(left) + 2).max(COMMENTS);
        let at = if at + len(said) <= room { at } else { len(left) + 2 };
        let beside = !said.is_empty() && at + len(said) <= room;
        let mut line = left.to_owned();
        if beside {
            line.push_str(&gap(at.saturating_sub(len(left))));
            line.push_str(said);
        }
        let fits = len(&line) + 2 + len(right) <= self.width;
        if !right.is_empty() && fits {
            line.push_str(&gap(self.width.saturating_sub(len(&line) + len(right))));
            line.push_str(right);
        }
        self.lines.push(line);
        if !said.is_empty() && !beside {
            self.wrapped(under, under, said);
        }
        if !right.is_empty() && !fits {
            self.wrapped(under, under, right);
        }
    }

    /// Words on as many lines as they need.
    fn wrapped(&mut self, first: &str, next: &str, words: &str) {
        let mut line = first.to_owned();
        let mut empty = true;
        for (k, word) in words.split('\n').enumerate().flat_map(|(k, l)| l.split(' ').enumerate().map(move |(w, t)| (k > 0 && w == 0, t))) {
            if k && !empty {
                self.lines.push(std::mem::replace(&mut line, next.to_owned()));
                empty = true;
            }
            if !empty && len(&line) + 1 + len(word) > self.width.max(len(next) + NARROW) {
                self.lines.push(std::mem::replace(&mut line, next.to_owned()));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.lines.push(line);
    }
}

/// `traitement_brut = 2 853,07 €`
fn titled(e: &Entry) -> String {
    let about = if e.value.about.is_empty() { String::new() } else { format!(" (≈ {})", e.value.about) };
    match e.value.text.as_str() {
        "" => e.name.clone(),
        text if text == e.name => format!("{text}{about}"),
        text => format!("{} = {text}{about}", e.name),
    }
}

/// `inm * valeur_du_point, arrondi au centime de 2 853,0729 €`
fn calculation(e: &Entry) -> String {
    let mut out = e.sentence.clone();
    if e.rule == Rule::Sentence || !e.rounded.is_empty() {
        for (k, rounded) in e.rounded.iter().enumerate() {
            out.push_str(", ");
            out.push_str(rounded);
            if k == 0 && !e.unrounded.is_empty() {
                out.push_str(" de ");
                out.push_str(&e.unrounded);
            }
        }
    }
    out
}
