//! `cadrage tester`: the `test` blocks. 0 when all hold, 1 when one fails; coverage changes nothing to it.

use std::path::PathBuf;

use cadrage_driver::{Compiled, Library, compile};
use cadrage_session::TestReport;

use super::{Context, DONE, WRONG};
use crate::arguments::Format;
use crate::{output, verdicts};

pub(crate) fn run(context: &Context, files: &[PathBuf], library: bool, coverage: bool, engine: &str) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let mut runs: Vec<(Compiled, TestReport)> = Vec::new();
    if library {
        for world in Library::each() {
            let compiled = compile(&world, None);
            if !compiled.is_sound() {
                context.drawing().diagnostics(&compiled.diagnostics, &compiled.sources);
                return Err(WRONG);
            }
            let mut report = TestReport::run(&compiled, &cadrage_cube::References::default(), &*backend);
            report.verdicts.retain(|v| world.tests(&v.module));
            runs.push((compiled, report));
        }
    } else {
        let mut workspace = context.open(files)?;
        let compiled = context.compile(&mut workspace)?;
        let report = workspace.test(&compiled, &*backend).map_err(|e| context.refuse(&e))?;
        runs.push((compiled, report));
    }
    let counts = runs.iter().map(|(_, report)| report.counts());
    let (passed, failed) = counts.fold((0, 0), |(passed, failed), (p, f)| (passed + p, failed + f));
    if context.common.format == Format::Json {
        for (compiled, report) in &runs {
            for v in &report.verdicts {
                context.drawing().diagnostics(&v.failures, &compiled.sources);
            }
        }
        output::data(&verdicts::json(&runs, (passed, failed), coverage));
        return Ok(if failed == 0 { DONE } else { WRONG });
    }
    for (compiled, report) in &runs {
        for v in &report.verdicts {
            output::data(&verdicts::verdict(v));
            context.drawing().diagnostics(&v.failures, &compiled.sources);
        }
    }
    output::data(&verdicts::count(passed, failed));
    if let Some((_, report)) = runs.first().filter(|_| coverage) {
        output::data(&verdicts::coverage(&report.coverage));
    }
    Ok(if failed == 0 { DONE } else { WRONG })
}
