//! What takes long and needs the whole dossier: done by a thread that has it, while the console waits, or no longer does.

use std::sync::mpsc::channel;

use cadrage_engine::Backend;

use super::Console;
use super::waiting::{Unanswered, Waiting};
use crate::run::RunError;
use crate::workspace::Workspace;

impl Console {
    /// Does `work` with the dossier and an engine. Who gives up gets the prompt back at once, and the dossier opened again.
    pub(super) fn away<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Workspace, &dyn Backend) -> Result<T, RunError> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let waiting = self.waiting.clone();
        self.away_until(&waiting, work)
    }

    /// The same for work that looks itself whether it is still wanted, and answers what it has when it no longer is.
    pub(super) fn away_to_its_end<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Workspace, &dyn Backend, &Waiting) -> Result<T, RunError> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let (heeded, waiting) = (self.waiting.clone(), self.waiting.patient());
        self.away_until(&waiting, move |workspace, backend| work(workspace, backend, &heeded))
    }

    fn away_until<T: Send + 'static>(
        &mut self,
        waiting: &Waiting,
        work: impl FnOnce(&mut Workspace, &dyn Backend) -> Result<T, RunError> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let fresh = self.workspace.opened_again().map_err(RunError::Cube)?;
        let mut taken = std::mem::replace(&mut self.workspace, fresh);
        let engine = self.engine.clone();
        let (reply, answer) = channel();
        let thread = std::thread::Builder::new().name("cadrage-calcul".to_owned()).stack_size(64 << 20);
        let begun = thread.spawn(move || {
            let found = work(&mut taken, &*engine());
            // Who has given up has another dossier open.
            drop(reply.send((taken, found)));
        });
        if begun.is_err() {
            return Err(Unanswered::Gone);
        }
        let (taken, found) = waiting.receive(&answer)?;
        self.workspace = taken;
        Ok(found?)
    }
}
