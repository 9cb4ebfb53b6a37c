//! Numbers that are read rather than computed: of the row, of the month, or from a table by the class of the row.

use cadrage_ir::{AttributeId, FormulaId, Grain, ParameterId};

use crate::graph::{Bounds, LaneOp, Mask};
use crate::inputs::{Cell, Class, Line, Part, Predicate, Scalar, Source, Table, When};
use crate::layout::Form;
use crate::month::{MonthBuilder, Place};
use crate::number::{Number, Tags};
use crate::shape::Promise;
use crate::translate::{Refusal, Translated};

impl MonthBuilder<'_> {
    /// What is promised of a source; nothing where the data do not have it.
    pub(crate) fn promised(&self, source: &Source) -> Translated<Option<Promise>> {
        if self.shape.beyond.contains(source) {
            return Err(Refusal::Construct("des nombres trop grands, ou dont les dénominateurs le sont"));
        }
        Ok(self.shape.sources.get(source).cloned())
    }

    /// A number of the row.
    pub(crate) fn of_row(&mut self, source: &Source, place: Place) -> Translated<Number> {
        let absent = |source: &Source| matches!(source, Source::Column(_));
        let Some(promise) = self.promised(source)? else {
            return Ok(if absent(source) { self.missing() } else { self.nothing() });
        };
        let slot = place.slot();
        let cell = self.inputs.cell(Cell::Number { source: source.clone(), slot });
        let numerator = self.graph.read(LaneOp::Cell(cell), promise.bounds)?;
        let mut number = Number { numerator, denominator: promise.denominator, divisor: None, tags: Tags::none(self.graph) };
        if promise.missing || promise.not_applicable {
            let known = self.fact(Predicate::Known { source: source.clone(), slot });
            let unknown = self.graph.not(known);
            if promise.missing {
                number.tags.missing = unknown;
            } else {
                number.tags.not_applicable = unknown;
            }
            number = number.only(known, number.tags, self.graph);
        }
        Ok(number)
    }

    /// A number that the month alone decides.
    pub(crate) fn of_month(&mut self, source: &Source) -> Translated<Number> {
        let Some(promise) = self.promised(source)? else { return Ok(self.missing()) };
        let scalar = self.inputs.scalar(Scalar::Number(source.clone()));
        let numerator = self.graph.read(LaneOp::Scalar(scalar), promise.bounds)?;
        let mut number = Number { numerator, denominator: promise.denominator, divisor: None, tags: Tags::none(self.graph) };
        if promise.missing || promise.no_value {
            let known = self.inputs.scalar(Scalar::Known(source.clone()));
            let known = self.graph.month(known);
            let unknown = self.graph.not(known);
            if promise.no_value {
                number.tags.no_value = unknown;
            } else {
                number.tags.missing = unknown;
            }
            number = number.only(known, number.tags, self.graph);
        }
        Ok(number)
    }

    pub(crate) fn parameter(&mut self, id: ParameterId, place: Place) -> Translated<Number> {
        let source = Source::Parameter(id);
        match self.promised(&source)? {
            Some(promise) if promise.by_row => {
                let class = Class::Parameters(vec![id]);
                self.looked_up(vec![Line::Source(source)], Some(class), &promise, None, place)
            }
            Some(_) => self.of_month(&source),
            None => Err(Refusal::Construct("une constante inconnue")),
        }
    }

    /// What a member of a level has, for the row's own member.
    pub(crate) fn by_code(&mut self, source: &Source, level: Option<AttributeId>, place: Place) -> Translated<Number> {
        let Some(promise) = self.promised(source)? else {
            return Err(Refusal::Construct("une valeur de niveau dont les dénominateurs sont trop grands"));
        };
        self.looked_up(vec![Line::Source(source.clone())], level.map(Class::Attribute), &promise, None, place)
    }

    pub(crate) fn level(&mut self, id: FormulaId, grain: &Grain, when: When, place: Place) -> Translated<Number> {
        self.by_code(&Source::Level(id, when), grain.attribute(), place)
    }

    /// A value from a table: by the class of the row, and by line when there are several.
    pub(crate) fn looked_up(
        &mut self,
        lines: Vec<Line>,
        class: Option<Class>,
        promise: &Promise,
        line: Option<crate::graph::Lane>,
        place: Place,
    ) -> Translated<Number> {
        let class = class.map(|c| self.inputs.class(c));
        let cell = class.map(|class| self.inputs.cell(Cell::Class { class, slot: place.slot() }));
        let read = |this: &mut Self, part: Part, bounds: Bounds| -> Translated<crate::graph::Lane> {
            let table = this.inputs.table(Table {
                lines: lines.clone(),
                class,
                part,
                denominator: promise.denominator,
                floating: Form::of(bounds) == Form::Floating,
            });
            Ok(this.graph.read(LaneOp::Lookup { table, class: cell, line }, bounds)?)
        };
        let numerator = read(self, Part::Numerator, promise.bounds)?;
        let divisor = match promise.divisors {
            Some(bounds) => Some(read(self, Part::Divisor, bounds)?),
            None => None,
        };
        let mut flag = |possible: bool, part: Part| -> Translated<Mask> {
            if !possible {
                return Ok(self.graph.always(false));
            }
            let lane = read(self, part, Bounds::between(0, 1))?;
            let one = self.graph.constant(1);
            Ok(self.graph.equal(lane, one))
        };
        // A table holds 0 where it holds no value.
        let tags = Tags {
            not_applicable: flag(promise.not_applicable, Part::NotApplicable)?,
            missing: flag(promise.missing, Part::Missing)?,
            no_value: flag(promise.no_value, Part::NoValue)?,
            fault: flag(false, Part::Fault)?,
        };
        Ok(Number { numerator, denominator: promise.denominator, divisor, tags })
    }
}
