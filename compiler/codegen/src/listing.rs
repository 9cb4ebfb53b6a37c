//! What was compiled, as text: how much of what, and the machine code under the formula it came from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cadrage_ir::Program;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{Context, control::ControlPlane};

use crate::generate::generate;
use crate::graph::Node;
use crate::layout::{Form, Layout};
use crate::month::Kept;
use crate::sketch::Sketch;
use crate::translate::Refusal;

const KINDS: [&str; 2] = ["mois constatés", "mois projetés"];

/// How much was compiled, what is kept from month to month, and what is left to the interpreter, with its reason.
#[must_use]
pub fn summary(program: &Program, sketch: &Sketch, layout: &Layout) -> String {
    let mut out = String::new();
    let name = |id: cadrage_ir::FormulaId| program.formula(id).map_or("?", |f| f.name.as_str());
    for ((kind, month), counted) in KINDS.iter().zip(&sketch.months).zip(0..) {
        let Some(month) = month else { continue };
        let g = &month.graph;
        let lanes = || g.nodes().iter().zip(0_u32..).filter(|(n, _)| matches!(n, Node::Lane(_))).map(|(_, k)| crate::graph::Lane(k));
        let wide = lanes().filter(|l| Form::of(g.bounds(*l)) == Form::Whole).count();
        let functions = crate::cut::pieces(month, counted, &mut layout.clone()).count();
        let _ = writeln!(
            out,
            "{kind} : {} formules, {} opérations dont {wide} en entiers de 64 bits, {functions} fonction{}",
            month.formulas.len(),
            g.nodes().len(),
            if functions > 1 { "s" } else { "" }
        );
    }
    let _ = writeln!(
        out,
        "lues : {} colonnes fixes, {} du mois, {} valeurs et {} tables du mois",
        layout.steady,
        layout.monthly,
        sketch.inputs.scalars.len(),
        sketch.inputs.tables.len()
    );
    for memory in &sketch.memories {
        let (Kept::Formula(id, _) | Kept::Cumulative(id, _)) = memory.what;
        let what = if matches!(memory.what, Kept::Cumulative(..)) { "cumul de " } else { "" };
        let guarded = if memory.guarded { ", bornes vérifiées à chaque mois" } else { "" };
        let _ = writeln!(out, "gardée d'un mois à l'autre : {what}{}{guarded}", name(id));
    }
    for (root, why) in &sketch.refused {
        let why = match why {
            Refusal::TooWide => "des nombres trop grands pour 64 bits".to_owned(),
            Refusal::Construct(what) => (*what).to_owned(),
            Refusal::Through(id) => format!("elle lit {}", name(*id)),
        };
        let _ = writeln!(out, "laissée à l'interprète : {} ({why})", name(root.formula));
    }
    out
}

/// The machine code of a sketch, each operation under the first formula that needs it.
///
/// # Errors
/// What Cranelift cannot compile, in its words.
pub fn machine(program: &Program, isa: &dyn TargetIsa, sketch: &Sketch, layout: &Layout) -> Result<String, String> {
    let mut out = String::new();
    for ((title, month), kind) in KINDS.iter().zip(&sketch.months).zip(0..) {
        let Some(month) = month else { continue };
        let functions = generate(isa, month, kind, sketch, &mut layout.clone());
        for (k, function) in functions.carrying.into_iter().chain(functions.valuing).enumerate() {
            let mut context = Context::for_function(function);
            context.set_disasm(true);
            let code = context.compile(isa, &mut ControlPlane::default()).map_err(|e| format!("{:?}", e.inner))?;
            let _ = writeln!(out, "{title}, fonction {} : {} octets", k + 1, code.code_buffer().len());
            if !cfg!(target_arch = "x86_64") {
                out.push_str(code.vcode.as_deref().unwrap_or(""));
                continue;
            }
            let mut by_formula: BTreeMap<u32, Vec<String>> = BTreeMap::new();
            let spans = code.buffer.get_srclocs_sorted();
            for (at, text) in instructions(code.code_buffer()) {
                let span = spans.iter().rev().find(|s| s.start <= at && at < s.end);
                by_formula.entry(span.map_or(0, |s| s.loc.bits())).or_default().push(text);
            }
            for (position, lines) in by_formula {
                let formula = usize::try_from(position).ok().and_then(|p| p.checked_sub(1)).and_then(|p| month.formulas.get(p));
                let title = formula.and_then(|v| program.formula(v.root.formula)).map_or("commun à toutes", |f| f.name.as_str());
                let _ = writeln!(out, "  {title}");
                for line in lines {
                    let _ = writeln!(out, "    {line}");
                }
            }
        }
    }
    Ok(out)
}

/// Instructions with their offsets.
fn instructions(code: &[u8]) -> Vec<(u32, String)> {
    use iced_x86::{Decoder, DecoderOptions, Formatter as _, NasmFormatter};
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut formatter = NasmFormatter::new();
    let mut out = Vec::new();
    while decoder.can_decode() {
        let instruction = decoder.decode();
        let mut text = String::new();
        formatter.format(&instruction, &mut text);
        let at = u32::try_from(instruction.ip()).unwrap_or(u32::MAX);
        out.push((at, format!("{at:05x}  {text}")));
    }
    out
}
