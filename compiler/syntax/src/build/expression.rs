//! Formulas: the flat list of operands and operators becomes a tree, after the table of operators.

use std::collections::VecDeque;

use cadrage_grammar::Rule;
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_value::Exact;

use super::{Builder, P, child, children, has};
use crate::ast::{Aggregate, BinaryOperator, Expr, ExprKind, Member, Shift, UnitExpr};
use crate::operators::{self, COMPARISON, CONVERT, Chain, NOT};

/// Tallest tree: later stages walk it recursively, so operators, suffixes and cases in a row count as much as parentheses.
const TALLEST: usize = 500;

/// An element of the flat list.
enum Token {
    Operand(Expr),
    Minus(Span),
    Not(Span),
    Infix(BinaryOperator, Span),
    Between(Expr, Expr, Span),
    In(Vec<Member>, Span),
    Convert(UnitExpr, Span),
}

impl Builder<'_> {
    /// The tree of any rule of an expression.
    pub(crate) fn expr(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let siblings = std::mem::take(&mut self.height);
        let storeys = storeys(&pair);
        let mut built = if storeys > TALLEST { None } else { Some(self.rule(pair, span)) };
        let height = self.height + storeys;
        if height > TALLEST {
            built = None;
        }
        self.height = siblings.max(if built.is_some() { height } else { 0 });
        built.unwrap_or_else(|| self.too_tall(span))
    }

    fn rule(&mut self, pair: P<'_>, span: Span) -> Expr {
        match pair.as_rule() {
            Rule::expr | Rule::atome => self.first_of(pair, |_| true),
            Rule::parenthese => self.first_of(pair, |r| r == Rule::expr),
            Rule::conditionnelle => {
                let mut parts = pair.into_inner().filter(|p| matches!(p.as_rule(), Rule::operation | Rule::expr));
                let (c, a, b) = (parts.next(), parts.next(), parts.next());
                let mut read = |p: Option<P<'_>>| Box::new(p.map_or_else(|| hole(span), |p| self.expr(p)));
                Expr { kind: ExprKind::If(read(c), read(a), read(b)), span }
            }
            Rule::table_selon => self.select(pair),
            Rule::operation | Rule::arithmetique => self.operation(pair),
            Rule::suffixe => self.suffixed(pair),
            Rule::operande_defaut => {
                let negative = child(&pair, Rule::signe).is_some_and(|s| s.as_str() == "-");
                let value = self.first_of(pair, |r| r == Rule::atome);
                if negative { Expr { kind: ExprKind::Negate(Box::new(value)), span } } else { value }
            }
            Rule::borne => self.first_of(pair, |_| true),
            Rule::date => Expr { kind: ExprKind::Date(self.date(&pair)), span },
            Rule::mois => Expr { kind: ExprKind::Month(self.month(&pair)), span },
            Rule::litteral | Rule::quantite => self.quantity(pair),
            Rule::chaine => Expr { kind: ExprKind::Text(self.text_of(&pair).value), span },
            Rule::chemin => Expr { kind: ExprKind::Name(self.words(&pair).value), span },
            Rule::agregat => self.aggregate(pair),
            Rule::appel => self.call(pair),
            Rule::repartition => {
                let mut names = children(&pair, Rule::chemin);
                match (names.next(), names.next()) {
                    (Some(amount), Some(key)) => Expr { kind: ExprKind::Distribute(self.words(&amount), self.words(&key)), span },
                    _ => hole(span),
                }
            }
            _ => hole(span),
        }
    }

    /// The tree of the first child that `wanted` accepts.
    fn first_of(&mut self, pair: P<'_>, wanted: impl Fn(Rule) -> bool) -> Expr {
        let span = self.span(&pair);
        match pair.into_inner().find(|p| wanted(p.as_rule())) {
            Some(inner) => self.expr(inner),
            None => hole(span),
        }
    }

    /// The tree of a child, or a hole.
    pub(super) fn expr_in(&mut self, pair: &P<'_>, rule: Rule) -> Expr {
        match child(pair, rule) {
            Some(inner) => self.expr(inner),
            None => hole(self.span(pair)),
        }
    }

    fn select(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        if has(&pair, Rule::err_selon_ouvert) {
            self.open_table(span);
        }
        let (mut cases, mut last) = (Vec::new(), hole(span));
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::cas => cases.push((self.expr_in(&part, Rule::operation), self.expr_in(&part, Rule::expr))),
                Rule::expr => last = self.expr(part),
                _ => {}
            }
        }
        Expr { kind: ExprKind::Select(cases, Box::new(last)), span }
    }

    fn operation(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let mut tokens = VecDeque::new();
        for part in pair.into_inner() {
            let at = self.span(&part);
            let token = match part.as_rule() {
                Rule::signe if part.as_str().trim() == "-" => Token::Minus(at),
                Rule::signe => continue,
                Rule::k_non => Token::Not(at),
                Rule::k_et => Token::Infix(BinaryOperator::And, at),
                Rule::k_ou => Token::Infix(BinaryOperator::Or, at),
                Rule::op_calcul | Rule::op_comp => match operators::read(part.as_str().trim()) {
                    Some(operator) => Token::Infix(operator, at),
                    None => continue,
                },
                Rule::entre => {
                    let mut bounds = children(&part, Rule::arithmetique);
                    match (bounds.next(), bounds.next()) {
                        (Some(low), Some(high)) => Token::Between(self.expr(low), self.expr(high), at),
                        _ => continue,
                    }
                }
                Rule::dans => match child(&part, Rule::liste) {
                    Some(list) => Token::In(self.members(list), at),
                    None => continue,
                },
                Rule::conversion => match child(&part, Rule::unite) {
                    Some(unit) => Token::Convert(self.unit(&unit), at),
                    None => continue,
                },
                _ => Token::Operand(self.expr(part)),
            };
            tokens.push_back(token);
        }
        self.climb(&mut tokens, 0).unwrap_or_else(|| hole(span))
    }

    /// Precedence climbing. Recursion is bounded by the number of levels of the table.
    fn climb(&mut self, tokens: &mut VecDeque<Token>, least: u8) -> Option<Expr> {
        let mut left = match tokens.pop_front()? {
            Token::Operand(e) => e,
            Token::Minus(at) => match tokens.pop_front()? {
                Token::Operand(e) => Expr { span: at.to(e.span), kind: ExprKind::Negate(Box::new(e)) },
                _ => return None,
            },
            Token::Not(at) => {
                let e = self.climb(tokens, NOT)?;
                Expr { span: at.to(e.span), kind: ExprKind::Not(Box::new(e)) }
            }
            _ => return None,
        };
        let mut compared = false;
        loop {
            let (level, chain, at) = match tokens.front() {
                Some(Token::Infix(operator, at)) => match operators::entry(*operator) {
                    Some(line) => (line.precedence, line.chain, *at),
                    None => return Some(left),
                },
                Some(Token::Between(_, _, at) | Token::In(_, at)) => (COMPARISON, Chain::Never, *at),
                Some(Token::Convert(_, at)) => (CONVERT, Chain::Left, *at),
                _ => return Some(left),
            };
            if level < least {
                return Some(left);
            }
            if chain == Chain::Never {
                if compared {
                    self.complain(
                        Diagnostic::new(Code::S01, "deux comparaisons de suite", at)
                            .here("la seconde")
                            .help("écrivez `x entre a et b`, ou reliez les deux par « et » : `a < x et x < b`"),
                    );
                }
                compared = true;
            }
            let from = left.span;
            left = match tokens.pop_front()? {
                Token::Infix(operator, _) => {
                    let right = self.climb(tokens, level + 1)?;
                    Expr { span: from.to(right.span), kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)) }
                }
                Token::Between(low, high, at) => {
                    Expr { span: from.to(at), kind: ExprKind::Between(Box::new(left), Box::new(low), Box::new(high)) }
                }
                Token::In(members, at) => Expr { span: from.to(at), kind: ExprKind::InList(Box::new(left), members) },
                Token::Convert(unit, at) => Expr { span: from.to(at), kind: ExprKind::Convert(Box::new(left), unit) },
                _ => return None,
            };
        }
    }

    /// Too many operations, in a row or one inside the other.
    fn too_tall(&mut self, span: Span) -> Expr {
        self.complain(
            Diagnostic::new(Code::S07, format!("cette formule enchaîne ou imbrique plus de {TALLEST} opérations"), span)
                .here("trop longue")
                .help("donnez un nom aux calculs intermédiaires, dans des formules à part"),
        );
        hole(span)
    }

    fn suffixed(&mut self, pair: P<'_>) -> Expr {
        let start = self.span(&pair);
        let mut value = hole(start);
        for part in pair.into_inner() {
            value = match part.as_rule() {
                Rule::decalage | Rule::a_defaut | Rule::au_niveau | Rule::filtre => self.suffix(value, part, start),
                _ => self.expr(part),
            };
        }
        value
    }

    /// A value followed by a shift, a selection…; `start` is where the value begins.
    pub(super) fn suffix(&mut self, value: Expr, part: P<'_>, start: Span) -> Expr {
        let span = Span { end: self.span(&part).end, ..start };
        let kind = match part.as_rule() {
            Rule::decalage => self.shift(&part).map(|shift| ExprKind::Shifted(Box::new(value.clone()), shift)),
            Rule::a_defaut => {
                let fallback = self.expr_in(&part, Rule::operande_defaut);
                Some(ExprKind::OrElse(Box::new(value.clone()), Box::new(fallback)))
            }
            Rule::au_niveau => self.named(&part, Rule::ident).map(|level| ExprKind::AtLevel(Box::new(value.clone()), level)),
            _ => self.selection_in(&part).map(|selection| ExprKind::Filtered(Box::new(value.clone()), selection)),
        };
        kind.map_or(value, |kind| Expr { kind, span })
    }

    fn shift(&mut self, pair: &P<'_>) -> Option<Shift> {
        let over = has(pair, Rule::k_sur);
        for part in pair.clone().into_inner() {
            return Some(match part.as_rule() {
                Rule::k_mois_precedent => Shift::PreviousMonth,
                Rule::k_exercice_precedent => Shift::PreviousYear,
                Rule::k_dernier_mois_paye => Shift::LastPaid,
                Rule::k_fin_de_mois => Shift::EndOfMonth,
                Rule::mois => Shift::InMonth(self.month(&part)),
                Rule::annee => {
                    let year = self.year(&part);
                    if over { Shift::OverYear(year) } else { Shift::InYear(year) }
                }
                _ => continue,
            });
        }
        None
    }

    /// A number and its unit, with its sign.
    pub(super) fn quantity(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let negative = child(&pair, Rule::signe).is_some_and(|s| s.as_str().trim() == "-");
        let (mut value, mut unit) = (Exact::ZERO, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::unite => unit = Some(self.unit(&part)),
                Rule::signe => {}
                _ => value = self.number(&part),
            }
        }
        Expr { kind: ExprKind::Number(if negative { -value } else { value }, unit), span }
    }

    /// The quantity among the children, or a hole.
    pub(super) fn quantity_in(&mut self, pair: &P<'_>) -> Expr {
        match child(pair, Rule::quantite) {
            Some(inner) => self.quantity(inner),
            None => hole(self.span(pair)),
        }
    }

    fn aggregate(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let word = child(&pair, Rule::mot_agregat).and_then(|p| p.into_inner().next()).map(|p| p.as_rule());
        let kind = match word {
            Some(Rule::k_total) => Aggregate::Total,
            Some(Rule::k_moyenne) => Aggregate::Mean,
            Some(Rule::k_cumul) => Aggregate::Cumulative,
            Some(Rule::k_part) => Aggregate::Share,
            _ => Aggregate::Sum,
        };
        let (mut operand, mut weight, mut within, mut selection) = (hole(span), None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::chemin | Rule::parenthese => operand = self.expr(part),
                Rule::pondere => weight = self.named(&part, Rule::chemin),
                Rule::dans_le => within = self.named(&part, Rule::ident),
                Rule::filtre => selection = self.selection_in(&part),
                _ => {}
            }
        }
        Expr { kind: ExprKind::Aggregate { kind, operand: Box::new(operand), weight, within, selection }, span }
    }

    fn call(&mut self, pair: P<'_>) -> Expr {
        let span = self.span(&pair);
        let mut name = self.named(&pair, Rule::nom_fonction).unwrap_or_else(|| Spanned::new(String::new(), span));
        let (mut arguments, mut commas, mut written) = (Vec::new(), Vec::new(), Vec::new());
        for argument in children(&pair, Rule::argument) {
            for part in argument.into_inner() {
                match part.as_rule() {
                    Rule::err_virgule => {
                        for more in part.into_inner().filter(|p| p.as_rule() == Rule::expr) {
                            commas.extend(self.comma_before(self.start_of(&more)));
                            written.push(more.as_str().trim().to_owned());
                            arguments.push(self.expr(more));
                        }
                    }
                    Rule::mot_arrondi => {
                        let digits = if has(&part, Rule::k_centime) { 2 } else { 0 };
                        written.push(part.as_str().trim().to_owned());
                        arguments.push(Expr { kind: ExprKind::Number(Exact::from_int(digits), None), span: self.span(&part) });
                    }
                    _ => {
                        written.push(part.as_str().trim().to_owned());
                        arguments.push(self.expr(part));
                    }
                }
            }
        }
        self.comma(&commas, &written, &format!("{}({})", name.value, written.join(" ; ")));
        if let Some((french, help)) = crate::error::foreign(&name.value) {
            let complaint =
                Diagnostic::new(Code::S01, format!("`{}` n'est pas une fonction de Cadrage", name.value), name.span).here("ici").help(help);
            self.complain(match french {
                Some(french) => complaint.fix(name.span, french),
                None => complaint,
            });
            let Some(french) = french else { return hole(span) };
            // Read as the French one, so that the rest of the formula is still checked.
            french.clone_into(&mut name.value);
        }
        phrase(name, arguments, span)
    }

    /// The comma before what begins at `at`.
    pub(super) fn comma_before(&self, at: usize) -> Option<usize> {
        self.text.get(..at).and_then(|t| t.rfind(','))
    }

    /// Commas where semicolons were meant, with the corrected text.
    pub(super) fn comma(&mut self, commas: &[usize], written: &[String], corrected: &str) {
        let Some(first) = commas.first() else { return };
        let at = |k: usize| Span::new(self.file, k, k + 1);
        let mut complaint =
            Diagnostic::new(Code::S03, "les éléments se séparent par « ; » : la virgule est réservée aux décimales", at(*first))
                .here("virgule")
                .help(format!("écrivez `{corrected}`"));
        // « 1,5,2 » may be two numbers or three.
        let decimal = |w: &String| w.split(',').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        if !written.iter().any(decimal) {
            for k in commas {
                let spaced = self.text.get(k + 1..).is_some_and(|t| t.starts_with(char::is_whitespace));
                let before = self.text.get(..*k).is_some_and(|t| t.ends_with(char::is_whitespace));
                complaint = complaint.fix(at(*k), format!("{};{}", if before { "" } else { " " }, if spaced { "" } else { " " }));
            }
        }
        self.complain(complaint);
    }
}

/// The spreadsheet's habits are the phrases they stand for (decision D6); any other call is a call.
fn phrase(name: Spanned<String>, mut arguments: Vec<Expr>, span: Span) -> Expr {
    let word = crate::fold(&name.value);
    let mut boxed = || arguments.drain(..).map(Box::new).collect::<Vec<_>>();
    let kind = match word.as_str() {
        "si" => match <[Box<Expr>; 3]>::try_from(boxed()) {
            Ok([condition, then, otherwise]) => ExprKind::If(condition, then, otherwise),
            Err(others) => ExprKind::Call { name, arguments: others.into_iter().map(|e| *e).collect() },
        },
        "et" | "ou" => {
            let operator = if word == "et" { BinaryOperator::And } else { BinaryOperator::Or };
            let joined = |a: Box<Expr>, b: Box<Expr>| {
                let span = a.span.to(b.span);
                Box::new(Expr { kind: ExprKind::Binary(operator, a, b), span })
            };
            match boxed().into_iter().reduce(joined) {
                Some(whole) => return Expr { span, ..*whole },
                None => ExprKind::Call { name, arguments: Vec::new() },
            }
        }
        "somme" | "moyenne" => match <[Box<Expr>; 1]>::try_from(boxed()) {
            Ok([operand]) => {
                let kind = if word == "somme" { Aggregate::Sum } else { Aggregate::Mean };
                ExprKind::Aggregate { kind, operand, weight: None, within: None, selection: None }
            }
            Err(others) => ExprKind::Call { name, arguments: others.into_iter().map(|e| *e).collect() },
        },
        _ => ExprKind::Call { name, arguments },
    };
    Expr { kind, span }
}

/// How much a rule adds to the height of its tallest part.
fn storeys(pair: &P<'_>) -> usize {
    match pair.as_rule() {
        // Operators and operands alternate; suffixes follow one operand; cases become one condition inside the other.
        Rule::operation | Rule::arithmetique => pair.clone().into_inner().count() / 2,
        Rule::suffixe => pair.clone().into_inner().count().saturating_sub(1),
        Rule::table_selon => pair.clone().into_inner().count(),
        // `ET(a ; b ; c)` is one `et` inside the other.
        Rule::appel if child(pair, Rule::nom_fonction).is_some_and(|n| matches!(crate::fold(n.as_str()).as_str(), "et" | "ou")) => {
            children(pair, Rule::argument).count()
        }
        Rule::appel | Rule::conditionnelle | Rule::agregat | Rule::operande_defaut => 1,
        _ => 0,
    }
}

/// Stands for what could not be read and was complained about.
pub(super) fn hole(span: Span) -> Expr {
    Expr { kind: ExprKind::Hole, span }
}
