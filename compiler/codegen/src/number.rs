//! Exact values of every row: a whole numerator over a denominator known when compiling, and the kinds of nothing beside it.

use cadrage_value::{greatest_common_divisor, least_common_multiple};

use crate::graph::{Graph, Lane, Mask, RoundBy, TooWide};

/// What may stand instead of a number. A row has at most one of them; its numerator is then 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tags {
    /// « sans objet »
    pub not_applicable: Mask,
    /// « manquant »
    pub missing: Mask,
    /// A constant without value: a fault, unless `à défaut` catches it.
    pub no_value: Mask,
    /// Any other fault.
    pub fault: Mask,
}

impl Tags {
    /// None.
    pub fn none(g: &mut Graph) -> Self {
        let never = g.always(false);
        Tags { not_applicable: never, missing: never, no_value: never, fault: never }
    }

    /// Is any of them possible?
    #[must_use]
    pub fn possible(self, g: &Graph) -> bool {
        ![self.not_applicable, self.missing, self.no_value, self.fault].into_iter().all(|m| g.is_never(m))
    }

    /// No number in the row.
    pub fn any(self, g: &mut Graph) -> Mask {
        let nothing = g.or(self.not_applicable, self.missing);
        let faults = self.faults(g);
        g.or(nothing, faults)
    }

    /// A fault in the row.
    pub fn faults(self, g: &mut Graph) -> Mask {
        g.or(self.no_value, self.fault)
    }

    /// Of an operation that evaluates both, whose nothing is sans objet when either is: faults first, then « manquant ».
    pub fn both(self, other: Tags, g: &mut Graph) -> Tags {
        if self == other {
            return self;
        }
        let no_value = g.or(self.no_value, other.no_value);
        let fault = g.or(self.fault, other.fault);
        let missing = g.or(self.missing, other.missing);
        let not_applicable = g.or(self.not_applicable, other.not_applicable);
        Tags { not_applicable, missing, no_value, fault }.ordered(g)
    }

    /// One tag a row: a fault hides « manquant », which hides « sans objet ».
    pub fn ordered(self, g: &mut Graph) -> Tags {
        let faults = self.faults(g);
        let sound = g.not(faults);
        let missing = g.and(self.missing, sound);
        let hidden = g.or(faults, self.missing);
        let shown = g.not(hidden);
        let not_applicable = g.and(self.not_applicable, shown);
        Tags { missing, not_applicable, ..self }
    }

    /// These where the mask is true, `other` elsewhere.
    pub fn select(mask: Mask, a: Tags, b: Tags, g: &mut Graph) -> Tags {
        let mut one = |a: Mask, b: Mask| {
            if a == b {
                return a;
            }
            let not = g.not(mask);
            let (x, y) = (g.and(mask, a), g.and(not, b));
            g.or(x, y)
        };
        Tags {
            not_applicable: one(a.not_applicable, b.not_applicable),
            missing: one(a.missing, b.missing),
            no_value: one(a.no_value, b.no_value),
            fault: one(a.fault, b.fault),
        }
    }
}

/// A number of every row: `numerator / (denominator × divisor)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Whole; 0 where there is no number.
    pub numerator: Lane,
    /// Above 0.
    pub denominator: i64,
    /// Above 0 in every row; absent = 1.
    pub divisor: Option<Lane>,
    /// Where there is no number.
    pub tags: Tags,
}

/// A condition of every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// False where there is none.
    pub mask: Mask,
    /// Where there is none.
    pub tags: Tags,
}

impl Number {
    /// A constant.
    pub fn constant(numerator: i64, denominator: i64, g: &mut Graph) -> Number {
        Number { numerator: g.constant(numerator), denominator, divisor: None, tags: Tags::none(g) }
    }

    /// 0 where the mask is false, with these tags.
    pub fn only(self, mask: Mask, tags: Tags, g: &mut Graph) -> Number {
        let zero = g.constant(0);
        let numerator = g.select(mask, self.numerator, zero);
        Number { numerator, tags, ..self }
    }

    /// Over another fixed denominator, a multiple of its own.
    fn over(self, denominator: i64, g: &mut Graph) -> Result<Lane, TooWide> {
        g.scale(self.numerator, denominator / self.denominator)
    }

    /// Both numerators over one denominator, the divisors crossed.
    pub fn aligned(self, other: Number, g: &mut Graph) -> Result<(Lane, Lane, i64, Option<Lane>), TooWide> {
        let denominator = least_common_multiple(self.denominator, other.denominator).ok_or(TooWide)?;
        let (mut a, mut b) = (self.over(denominator, g)?, other.over(denominator, g)?);
        let divisor = match (self.divisor, other.divisor) {
            (x, y) if x == y => x,
            (Some(x), None) => {
                b = g.multiply(b, x)?;
                Some(x)
            }
            (None, Some(y)) => {
                a = g.multiply(a, y)?;
                Some(y)
            }
            (Some(x), Some(y)) => {
                (a, b) = (g.multiply(a, y)?, g.multiply(b, x)?);
                Some(g.multiply(x, y)?)
            }
            (None, None) => None,
        };
        Ok((a, b, denominator, divisor))
    }

    /// Sum or difference: « sans objet » is 0, both together stay sans objet.
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn add(self, other: Number, minus: bool, g: &mut Graph) -> Result<Number, TooWide> {
        let (a, b, denominator, divisor) = self.aligned(other, g)?;
        let numerator = if minus { g.subtract(a, b)? } else { g.add(a, b)? };
        if self.tags == other.tags {
            return Ok(Number { numerator, denominator, divisor, tags: self.tags });
        }
        let not_applicable = g.and(self.tags.not_applicable, other.tags.not_applicable);
        let both = self.tags.both(other.tags, g);
        let tags = Tags { not_applicable, ..both };
        // A row with a tag holds 0, unless the other operand brought its number.
        let bad = g.or(tags.missing, tags.no_value);
        let bad = g.or(bad, tags.fault);
        let sound = g.not(bad);
        Ok(Number { numerator, denominator, divisor, tags }.only(sound, tags, g))
    }

    /// Product.
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn multiply(self, other: Number, g: &mut Graph) -> Result<Number, TooWide> {
        let (mut a, mut b) = (self, other);
        a.cancel(&mut b.denominator, g);
        b.cancel(&mut a.denominator, g);
        let numerator = g.multiply(a.numerator, b.numerator)?;
        let denominator = a.denominator.checked_mul(b.denominator).ok_or(TooWide)?;
        let divisor = match (a.divisor, b.divisor) {
            (Some(x), Some(y)) => Some(g.multiply(x, y)?),
            (x, y) => x.or(y),
        };
        // 0 times anything is 0: rows with a tag stay 0.
        let tags = self.tags.both(other.tags, g);
        Ok(Number { numerator, denominator, divisor, tags })
    }

    /// A constant numerator sheds what it has in common with the denominator it will stand over.
    fn cancel(&mut self, denominator: &mut i64, g: &mut Graph) {
        if let Some(x) = g.constant_of(self.numerator).filter(|x| *x != 0) {
            let common = greatest_common_divisor(x, *denominator);
            if common > 1 {
                self.numerator = g.constant(x / common);
                *denominator /= common;
            }
        }
    }

    /// Quotient; where the divisor is 0, the mask says so and the value is 0.
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn divide(self, other: Number, g: &mut Graph) -> Result<(Number, Mask), TooWide> {
        let zero = g.constant(0);
        let by_zero = g.equal(other.numerator, zero);
        let no_number = other.tags.any(g);
        let sound = g.not(no_number);
        let by_zero = g.and(by_zero, sound);
        let tags = self.tags.both(other.tags, g);
        // (a / (d·x)) / (b / (e·y)) = a·e·y / (d·x·b)
        let (mut numerator, mut denominator) = (self.numerator, self.denominator);
        let mut factor = other.denominator;
        let mut divisor = other.numerator;
        if let Some(b) = g.constant_of(divisor).filter(|b| *b != 0) {
            let common = greatest_common_divisor(b, factor);
            factor /= common;
            let b = b / common;
            denominator = denominator.checked_mul(b.checked_abs().ok_or(TooWide)?).ok_or(TooWide)?;
            let common = greatest_common_divisor(factor, denominator);
            (factor, denominator) = (factor / common, denominator / common);
            numerator = g.scale(numerator, if b < 0 { -factor } else { factor })?;
            if let Some(y) = other.divisor {
                numerator = g.multiply(numerator, y)?;
            }
            return Ok((Number { numerator, denominator, divisor: self.divisor, tags }, by_zero));
        }
        let common = greatest_common_divisor(factor, denominator);
        (factor, denominator) = (factor / common, denominator / common);
        numerator = g.scale(numerator, factor)?;
        if let Some(y) = other.divisor {
            numerator = g.multiply(numerator, y)?;
        }
        let negative = g.less(divisor, zero);
        let minus = g.subtract(zero, numerator)?;
        numerator = g.select(negative, minus, numerator);
        divisor = g.absolute(divisor);
        let is_zero = g.equal(divisor, zero);
        let one = g.constant(1);
        divisor = g.select(is_zero, one, divisor);
        divisor = g.max(divisor, one);
        if let Some(x) = self.divisor {
            divisor = g.multiply(divisor, x)?;
        }
        let any = tags.any(g);
        let bad = g.or(any, by_zero);
        let sound = g.not(bad);
        Ok((Number { numerator, denominator, divisor: Some(divisor), tags }.only(sound, tags, g), by_zero))
    }

    /// Rounded to decimal places.
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn round(self, digits: u32, rule: RoundBy, g: &mut Graph) -> Result<Number, TooWide> {
        let scale = 10_i64.checked_pow(digits).ok_or(TooWide)?;
        let common = greatest_common_divisor(self.denominator, scale);
        let (factor, fixed) = (scale / common, self.denominator / common);
        let mut numerator = g.scale(self.numerator, factor)?;
        numerator = match self.divisor {
            None => g.round(numerator, fixed, rule)?,
            Some(x) => {
                let divisor = g.scale(x, fixed)?;
                g.round_over(numerator, divisor, rule)?
            }
        };
        Ok(Number { numerator, denominator: scale, divisor: None, tags: self.tags })
    }

    /// Sign changed.
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn negate(self, g: &mut Graph) -> Result<Number, TooWide> {
        let zero = g.constant(0);
        Ok(Number { numerator: g.subtract(zero, self.numerator)?, ..self })
    }

    /// Without sign.
    pub fn absolute(self, g: &mut Graph) -> Number {
        Number { numerator: g.absolute(self.numerator), ..self }
    }

    /// One or the other; tags are the caller's.
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn select(mask: Mask, a: Number, b: Number, tags: Tags, g: &mut Graph) -> Result<Number, TooWide> {
        if a.denominator == b.denominator && a.divisor == b.divisor {
            return Ok(Number { numerator: g.select(mask, a.numerator, b.numerator), tags, ..a });
        }
        let denominator = least_common_multiple(a.denominator, b.denominator).ok_or(TooWide)?;
        let (x, y) = (a.over(denominator, g)?, b.over(denominator, g)?);
        let one = g.constant(1);
        let divisor = match (a.divisor, b.divisor) {
            (None, None) => None,
            (p, q) => Some(g.select(mask, p.unwrap_or(one), q.unwrap_or(one))),
        };
        Ok(Number { numerator: g.select(mask, x, y), denominator, divisor, tags })
    }
}
