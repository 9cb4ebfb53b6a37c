//! The console in a terminal: line editing, history, blocks until `fin`, colours, completion, pages.
//!
//! Takes a [`cadrage_session::Console`] and how to draw its complaints; gives what was typed to the one, and its answers to the terminal.
//! Knows no verb and computes nothing: what is answered is in the session, and tested there without a terminal.

mod helper;
mod history;
mod pager;
mod paint;
mod patience;
mod pipe;
mod terminal;

pub use paint::Colours;
pub use pipe::{Ended, piped};
pub use terminal::{Settings, talk};
