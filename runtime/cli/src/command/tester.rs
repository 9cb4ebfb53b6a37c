//! `cadrage tester`: the `test` blocks.

use std::path::PathBuf;

use cadrage_driver::{Texts, compile};
use cadrage_interpreter::Interpreter;
use cadrage_session::TestReport;

use super::{Context, DONE, WRONG};
use crate::output;

pub(crate) fn run(context: &Context, files: &[PathBuf], library: bool, coverage: bool) -> Result<u8, u8> {
    let (compiled, report) = if library {
        let compiled = compile(&Texts::default(), None);
        let report = TestReport::run(&compiled, &cadrage_cube::References::default(), &Interpreter);
        (compiled, report)
    } else {
        let mut workspace = context.open(files)?;
        let compiled = context.compile(&mut workspace)?;
        let report = workspace.test(&compiled, &Interpreter).map_err(|e| context.refuse(&e))?;
        (compiled, report)
    };
    for verdict in &report.verdicts {
        let mark = if verdict.failures.is_empty() { "tenu " } else { "ÉCHEC" };
        output::data(&format!("{mark}  {}\n", verdict.title));
        context.drawing().diagnostics(&verdict.failures, &compiled.sources);
    }
    let (passed, failed) = report.counts();
    output::data(&format!("{passed} tests tenus, {failed} en échec\n"));
    if coverage {
        output::data(&format!(
            "formules sans test : {}\n",
            if report.untested.is_empty() { "aucune".to_owned() } else { report.untested.join(", ") }
        ));
    }
    Ok(if failed == 0 { DONE } else { WRONG })
}
