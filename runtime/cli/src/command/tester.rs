//! `cadrage tester`: the `test` blocks. 0 when all hold, 1 when one fails; coverage changes nothing to it.

use std::path::PathBuf;

use cadrage_driver::{Texts, compile};
use cadrage_session::TestReport;

use super::{Context, DONE, WRONG};
use crate::arguments::Format;
use crate::{output, verdicts};

pub(crate) fn run(context: &Context, files: &[PathBuf], library: bool, coverage: bool, engine: &str) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let (compiled, report) = if library {
        let compiled = compile(&Texts::default(), None);
        let report = TestReport::run(&compiled, &cadrage_cube::References::default(), &*backend);
        (compiled, report)
    } else {
        let mut workspace = context.open(files)?;
        let compiled = context.compile(&mut workspace)?;
        let report = workspace.test(&compiled, &*backend).map_err(|e| context.refuse(&e))?;
        (compiled, report)
    };
    let (passed, failed) = report.counts();
    if context.common.format == Format::Json {
        for v in &report.verdicts {
            context.drawing().diagnostics(&v.failures, &compiled.sources);
        }
        output::data(&verdicts::json(&report, &compiled, coverage));
        return Ok(if failed == 0 { DONE } else { WRONG });
    }
    for v in &report.verdicts {
        output::data(&verdicts::verdict(v));
        context.drawing().diagnostics(&v.failures, &compiled.sources);
    }
    output::data(&verdicts::count(passed, failed));
    if coverage {
        output::data(&verdicts::coverage(&report.coverage));
    }
    Ok(if failed == 0 { DONE } else { WRONG })
}
