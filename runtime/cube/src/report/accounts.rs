//! A pay file by account: what was read, what became facts, what waits in quarantine.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cadrage_value::Money;
use serde::{Deserialize, Serialize};

use super::FileCount;
use crate::memory::UNKNOWN;
use crate::plain;

/// Lines and euros of an account in a file. Σ read = Σ accepted + Σ quarantined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTotal {
    /// Account, `?` when none can be read.
    #[serde(rename = "compte")]
    pub account: String,
    /// Lines.
    #[serde(rename = "lues")]
    pub read: usize,
    /// Lines whose amount cannot be read.
    #[serde(rename = "quarantaine")]
    pub quarantined: usize,
    /// Σ of the amounts read, as the file is read.
    #[serde(rename = "montant_lu", with = "plain::money")]
    pub read_amount: Money,
    /// Σ of the facts kept, as they are kept.
    #[serde(rename = "montant_accepte", with = "plain::money")]
    pub accepted_amount: Money,
    /// Σ of the readable amounts in quarantine: none.
    #[serde(rename = "montant_quarantaine", with = "plain::money")]
    pub quarantined_amount: Money,
}

/// Accounts told one by one; a file of rubbish does not make a table of it.
const TOLD: usize = 2_000;

/// The accounts beyond.
const OTHERS: &str = "autres";

/// What is read of a file, by account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts(BTreeMap<String, AccountTotal>);

impl Accounts {
    /// A line of the file; nothing when its amount cannot be read.
    pub(crate) fn read(&mut self, account: &str, amount: Option<Money>) {
        let account = if account.is_empty() { UNKNOWN } else { account };
        let name = if self.0.contains_key(account) || self.0.len() < TOLD { account } else { OTHERS };
        let total = match self.0.get_mut(name) {
            Some(total) => total,
            None => self.0.entry(name.to_owned()).or_insert_with(|| AccountTotal {
                account: name.to_owned(),
                read: 0,
                quarantined: 0,
                read_amount: Money::ZERO,
                accepted_amount: Money::ZERO,
                quarantined_amount: Money::ZERO,
            }),
        };
        total.read += 1;
        match amount {
            Some(amount) => total.read_amount += amount,
            None => total.quarantined += 1,
        }
    }

    pub(crate) fn totals(&self) -> Vec<AccountTotal> {
        self.0.values().cloned().collect()
    }
}

/// Gives the facts of a file to the accounts it was read with.
pub(crate) fn accept(totals: &mut [AccountTotal], kept: &HashMap<Arc<str>, Money>) {
    let mut others: Money = kept.values().copied().sum();
    for total in totals.iter_mut().filter(|t| t.account != OTHERS) {
        total.accepted_amount = kept.get(&*total.account).copied().unwrap_or_default();
        others = others - total.accepted_amount;
    }
    if let Some(total) = totals.iter_mut().find(|t| t.account == OTHERS) {
        total.accepted_amount = others;
    }
}

impl FileCount {
    /// Does each account foot, and do they sum to the file?
    pub(crate) fn accounts_foot(&self) -> bool {
        let each = self.accounts.iter().all(|a| a.read_amount == a.accepted_amount + a.quarantined_amount);
        let sum: Money = self.accounts.iter().map(|a| a.accepted_amount).sum();
        // A report of an earlier version has none.
        each && (self.accounts.is_empty() || Some(sum) == self.accepted_amount)
    }
}
