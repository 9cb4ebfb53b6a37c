//! Values as JSON carries them: amounts as plain decimal strings, jobs as exact fractions, months and days as ISO text.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer};

fn read<'de, D: Deserializer<'de>, T>(deserializer: D, parse: impl Fn(&str) -> Option<T>) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` n'a pas la forme attendue")))
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn write<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// `-1234.50`.
pub(crate) mod money {
    use cadrage_value::Money;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Money, s: S) -> Result<S::Ok, S::Error> {
        super::write(value, s)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Money, D::Error> {
        super::read(d, |t| super::parsed(&t.replace('.', ",")))
    }
}

/// An amount, or null.
pub(crate) mod money_option {
    use cadrage_value::Money;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Option<Money>, s: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(m) => s.collect_str(m),
            None => s.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Money>, D::Error> {
        let text = Option::<String>::deserialize(d)?;
        Ok(text.and_then(|t| super::parsed(&t.replace('.', ","))))
    }
}

/// `n/d`.
pub(crate) mod exact {
    use cadrage_value::Exact;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Exact, s: S) -> Result<S::Ok, S::Error> {
        super::write(value, s)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Exact, D::Error> {
        super::read(d, super::parsed)
    }
}

/// `2026-09`.
pub(crate) mod month {
    use cadrage_value::Month;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Month, s: S) -> Result<S::Ok, S::Error> {
        super::write(value, s)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Month, D::Error> {
        super::read(d, super::parsed)
    }
}

/// `2026-09-30`.
pub(crate) mod date {
    use cadrage_value::Date;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Date, s: S) -> Result<S::Ok, S::Error> {
        super::write(value, s)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Date, D::Error> {
        super::read(d, Date::parse)
    }
}
