//! `restitution` of an analysis: what the verbs `gvt`, `eap`, `mouvements`… show, under a name, a title and a file (decision 0181).

use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast;
use cadrage_syntax::fold;

use crate::model::Report;
use crate::scope::Scope;
use crate::suggest;

/// An analysis that a report may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportAnalysis {
    /// Entries, exits and changes by motive, month by month.
    Movements,
    /// Effects from an exercice to the next.
    Effects,
    /// Extensions en année pleine.
    Eap,
    /// Index mass and GVT by both methods.
    Gvt,
    /// Schéma d'emplois.
    JobPlan,
    /// Mean costs down to the step.
    MeanCosts,
    /// What loads found.
    Quality,
}

const ALL: [ReportAnalysis; 7] = [
    ReportAnalysis::Movements,
    ReportAnalysis::Effects,
    ReportAnalysis::Eap,
    ReportAnalysis::Gvt,
    ReportAnalysis::JobPlan,
    ReportAnalysis::MeanCosts,
    ReportAnalysis::Quality,
];

impl ReportAnalysis {
    /// As written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ReportAnalysis::Movements => "mouvements",
            ReportAnalysis::Effects => "effets",
            ReportAnalysis::Eap => "eap",
            ReportAnalysis::Gvt => "gvt",
            ReportAnalysis::JobPlan => "schéma_d_emplois",
            ReportAnalysis::MeanCosts => "coûts_moyens",
            ReportAnalysis::Quality => "qualité",
        }
    }

    /// The levels it may be cut by (decision 0185); none for what has its own cut.
    #[must_use]
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            // A movement is of the grade held: where somebody works is shared, and moves without an entry.
            ReportAnalysis::Movements => &["groupe", "catégorie", "corps", "grade"],
            ReportAnalysis::Effects => {
                &["composante", "structure", "statut", "grade", "corps", "groupe", "catégorie", "plafond", "centre_de_coût", "eotp"]
            }
            ReportAnalysis::JobPlan => &["statut", "catégorie", "groupe", "corps", "grade", "composante", "plafond"],
            ReportAnalysis::Eap | ReportAnalysis::Gvt | ReportAnalysis::MeanCosts | ReportAnalysis::Quality => &[],
        }
    }
}

impl Scope<'_> {
    /// The checked report of an analysis, which has its own rows and columns.
    pub(crate) fn report_of_analysis(
        &mut self,
        r: &ast::Report,
        word: &Spanned<String>,
        level: Option<&Spanned<String>>,
    ) -> Option<Report> {
        let found = ALL.into_iter().find(|a| fold(a.word()) == fold(&word.value));
        if found.is_none() {
            let words = ALL.map(ReportAnalysis::word);
            let near = suggest::nearest(&word.value, words.iter().copied());
            let help = near.map_or_else(|| format!("analyses : {}", words.join(", ")), |n| format!("vouliez-vous `{n}` ?"));
            let complaint = Diagnostic::new(Code::N01, format!("`{}` n'est pas une analyse", word.value), word.span);
            self.complain(complaint.here("analyse inconnue").help(help));
        }
        let mut whole = true;
        let clauses: [(&str, Option<Span>); 4] = [
            ("lignes", r.rows.as_ref().map(|(axis, _)| axis.span)),
            ("colonnes", r.columns.first().map(|c| c.span)),
            ("mesures", r.measures.first().map(|m| m.span)),
            ("pour", r.scope.as_ref().map(|s| s.span)),
        ];
        for (clause, span) in clauses {
            let Some(span) = span else { continue };
            let message = format!("`{clause}` n'a pas sa place dans une restitution d'analyse : elle a ses lignes et ses colonnes");
            let help = format!("retirez `{clause}`, ou `analyse {}` pour montrer des mesures", word.value);
            self.complain(Diagnostic::new(Code::V21, message, span).here("ici").help(help));
            whole = false;
        }
        let cut = found.zip(level).map(|(analysis, level)| self.cut_of(analysis, level));
        whole &= !matches!(cut, Some(None));
        whole &= r.export.as_ref().is_none_or(|path| self.exportable(path));
        let analysis = found.filter(|_| whole)?;
        Some(Report {
            name: r.name.value.clone(),
            label: crate::reports::title(r),
            levels: Vec::new(),
            columns: Vec::new(),
            splits: Vec::new(),
            measures: Vec::new(),
            analysis: Some(analysis),
            analysis_level: cut.flatten(),
            export: r.export.clone(),
            span: r.name.span,
        })
    }

    /// The level an analysis is cut by.
    fn cut_of(&mut self, analysis: ReportAnalysis, level: &Spanned<String>) -> Option<&'static str> {
        let (word, levels) = (analysis.word(), analysis.levels());
        let found = levels.iter().copied().find(|l| fold(l) == fold(&level.value));
        if found.is_none() {
            let help = if levels.is_empty() {
                format!("retirez `par {}` : `analyse {word}` a ses propres lignes", level.value)
            } else {
                format!("`analyse {word}` se dit par {}", levels.join(", "))
            };
            let message = format!("`analyse {word}` ne se dit pas par `{}`", level.value);
            self.complain(Diagnostic::new(Code::V21, message, level.span).here("ici").help(help));
        }
        found
    }
}
