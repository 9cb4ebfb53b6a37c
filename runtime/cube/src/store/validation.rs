//! Whether a month may be validated: its files against their manifests, its accounts against the mandates, what blocks it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cadrage_value::{Money, Month};

use crate::error::why_unread;
use crate::quality::Level;
use crate::{CubeError, Finding, FlatFile, Kind, MonthFacts, PayLine, field};

/// What is asked of a validation.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The month.
    pub month: Month,
    /// What is waived, by name: codes that block, `comptabilité`.
    pub waived: Vec<String>,
    /// Why.
    pub reason: String,
    /// The mandates of accounting, when they are given.
    pub ledger: Option<Ledger>,
}

/// Name under which gaps with accounting are waived.
pub const LEDGER: &str = "comptabilité";

impl Asked {
    /// Is it waived? Accents and case aside.
    fn waives(&self, name: &str) -> bool {
        self.waived.iter().any(|w| same(w, name))
    }

    /// What the journal keeps.
    pub(super) fn noted(&self) -> String {
        if self.waived.is_empty() { self.reason.clone() } else { format!("{} levé : {}", self.waived.join(", "), self.reason) }
    }
}

fn same(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('é', "e");
    plain(a) == plain(b)
}

/// The mandates of accounting: a total by account (the other half of R10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// File, as people name it.
    pub name: String,
    /// By account.
    pub totals: BTreeMap<String, Money>,
}

impl Ledger {
    /// Reads `compte;montant`, one line or several by account; other columns are for people.
    ///
    /// # Errors
    /// `I15`, with the line and the column.
    pub fn read(path: &Path) -> Result<Ledger, CubeError> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let help = "un fichier `compte;montant` en utf-8 : `641110;795902,56`, une ligne ou plusieurs par compte";
        let bytes = std::fs::read(path).map_err(|e| {
            CubeError::new("I15", format!("le fichier ne se lit pas : {}", why_unread(e.kind())), help).at(&name, None, None)
        })?;
        let file = FlatFile::read(&name, &bytes, "utf-8")?;
        let mut totals: BTreeMap<String, Money> = BTreeMap::new();
        for (line, row) in file.named_rows() {
            let cell = |column: &'static str| {
                let missing = || CubeError::new("I15", format!("la colonne `{column}` manque"), help).at(&name, Some(1), Some(column));
                row.get(column).map(|c| c.trim().to_owned()).ok_or_else(missing)
            };
            let (account, amount) = (cell("compte")?, cell("montant")?);
            let bad = |column: &'static str, what: String| CubeError::new("I15", what, help).at(&name, Some(line), Some(column));
            let account = field::code(&account)
                .ok()
                .filter(|a| !a.is_empty())
                .ok_or_else(|| bad("compte", format!("`{account}` n'est pas un compte")))?;
            let spaceless = field::unspaced(&amount).map_or_else(|| amount.clone(), std::borrow::Cow::into_owned);
            let read = field::money(&spaceless).ok().flatten();
            let read = read.ok_or_else(|| bad("montant", format!("`{amount}` n'est pas un montant")))?;
            *totals.entry(account).or_default() += read;
        }
        if totals.is_empty() {
            return Err(CubeError::new("I15", "aucun compte", help).at(&name, Some(1), None));
        }
        Ok(Ledger { name, totals })
    }
}

/// A pay file against its manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TieOut {
    /// Type.
    pub kind: Kind,
    /// `no_remise`.
    pub remise: i64,
    /// Total of the manifest.
    pub announced: Money,
    /// Sum of the facts kept.
    pub kept: Money,
}

/// An account, in accounting and in pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerAccount {
    /// The account.
    pub account: String,
    /// Mandates.
    pub ledger: Money,
    /// Lines of the retour de paie.
    pub pay: Money,
}

/// What blocks the month, by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocking {
    /// `Q13`, `Q15`.
    pub code: String,
    /// Findings.
    pub count: usize,
    /// Their euros.
    pub amount: Money,
    /// Waived by name?
    pub waived: bool,
}

/// A month looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validation {
    /// The month.
    pub month: Month,
    /// Pay files.
    pub files: Vec<TieOut>,
    /// Accounts, when mandates were given.
    pub accounts: Option<(String, Vec<LedgerAccount>)>,
    /// Pay that accounting's mandates do not cover.
    pub manual: Money,
    /// What blocks, waived or not.
    pub blocking: Vec<Blocking>,
    /// Why the month is not validated; nothing = it is.
    pub obstacles: Vec<String>,
}

impl Validation {
    /// # Errors
    /// `I14` when something is waived that does not stand in the way.
    pub(super) fn of(
        asked: &Asked,
        facts: &MonthFacts,
        announced: &[(Kind, i64, Option<Money>)],
        findings: &[(Month, Kind, Finding)],
    ) -> Result<Validation, CubeError> {
        let sum = |kind: Kind| facts.pay.iter().filter(|p| p.is_manual() == (kind == Kind::HorsPsop)).map(|p| p.amount).sum();
        let tie = |(kind, remise, total): &(Kind, i64, Option<Money>)| {
            kind.is_pay().then(|| TieOut { kind: *kind, remise: *remise, announced: total.unwrap_or_default(), kept: sum(*kind) })
        };
        let mut out = Validation {
            month: asked.month,
            files: announced.iter().filter_map(tie).collect(),
            accounts: asked.ledger.as_ref().map(|ledger| (ledger.name.clone(), accounts(ledger, &facts.pay))),
            manual: sum(Kind::HorsPsop),
            blocking: blocking(asked, findings),
            obstacles: Vec::new(),
        };
        let stands = |name: &str| out.blocking.iter().any(|b| same(&b.code, name)) || (same(name, LEDGER) && out.ledger_gap().is_some());
        if let Some(name) = asked.waived.iter().find(|name| !stands(name)) {
            let blocks: Vec<&str> = out.blocking.iter().map(|b| b.code.as_str()).chain(out.ledger_gap().map(|_| LEDGER)).collect();
            let help = if blocks.is_empty() {
                "rien ne bloque ce mois : retirez `--lever`".to_owned()
            } else {
                format!("ce qui bloque : {}", blocks.join(", "))
            };
            return Err(CubeError::new("I14", format!("`{name}` ne bloque pas {}, il n'y a rien à lever", asked.month.to_french()), help));
        }
        out.obstacles = out.stops(asked, announced);
        Ok(out)
    }

    /// Sum of the gaps with accounting, each without its sign; nothing when there is none.
    #[must_use]
    pub fn ledger_gap(&self) -> Option<Money> {
        let gaps = self.accounts.iter().flat_map(|(_, accounts)| accounts).map(|a| (a.ledger - a.pay).cents().abs());
        Some(Money::from_cents(gaps.sum())).filter(|gap| *gap != Money::ZERO)
    }

    fn stops(&self, asked: &Asked, announced: &[(Kind, i64, Option<Money>)]) -> Vec<String> {
        let mut out = Vec::new();
        for kind in [Kind::MouvementsConstates, Kind::RetourDePaie] {
            if !announced.iter().any(|(k, _, _)| *k == kind) {
                out.push(format!("le mois n'a pas de fichier `{}` : importez-le", kind.name()));
            }
        }
        for b in self.blocking.iter().filter(|b| !b.waived) {
            let (plural, amount) = (if b.count > 1 { "s" } else { "" }, b.amount.to_french());
            out.push(format!("{} : {} constat{plural}, {amount} € ; corrigez, ou `--lever {} --motif \"…\"`", b.code, b.count, b.code));
        }
        // A gap that the load did not find is one that came since: nothing may waive it.
        let blocked = |kind: Kind| self.blocking.iter().any(|b| b.code == "Q13" || (b.code == "Q15" && kind.is_pay()));
        for f in self.files.iter().filter(|f| f.announced != f.kept && !blocked(f.kind)) {
            let (kept, announced) = (f.kept.to_french(), f.announced.to_french());
            out.push(format!(
                "`{}` : {kept} € dans le magasin, {announced} € au manifeste, et le compte rendu n'en dit rien",
                f.kind.name()
            ));
        }
        if let Some(gap) = self.ledger_gap().filter(|_| !asked.waives(LEDGER)) {
            out.push(format!("comptabilité : {} € d'écarts ; corrigez, ou `--lever {LEDGER} --motif \"…\"`", gap.to_french()));
        }
        out
    }
}

fn blocking(asked: &Asked, findings: &[(Month, Kind, Finding)]) -> Vec<Blocking> {
    let mut out: BTreeMap<&str, (usize, Money)> = BTreeMap::new();
    for (_, _, f) in findings.iter().filter(|(month, _, f)| *month == asked.month && f.level == Level::Blocking) {
        let sums = out.entry(&f.code).or_default();
        sums.0 += 1;
        sums.1 += f.amount;
    }
    let of =
        |(code, (count, amount)): (&str, (usize, Money))| Blocking { code: code.to_owned(), count, amount, waived: asked.waives(code) };
    out.into_iter().map(of).collect()
}

/// Every account of either side. What is entered by hand is no mandate of the pay.
fn accounts(ledger: &Ledger, pay: &[PayLine]) -> Vec<LedgerAccount> {
    let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
    for p in pay.iter().filter(|p| !p.is_manual()) {
        *sums.entry(&p.compte).or_default() += p.amount;
    }
    let all: BTreeSet<&str> = sums.keys().copied().chain(ledger.totals.keys().map(String::as_str)).collect();
    let of = |account: &str| LedgerAccount {
        account: account.to_owned(),
        ledger: ledger.totals.get(account).copied().unwrap_or_default(),
        pay: sums.get(account).copied().unwrap_or_default(),
    };
    all.into_iter().map(of).collect()
}
