//! The one test program.

#![allow(missing_docs)]

mod all {
    pub mod support;

    mod institutions;
    mod library;
    mod tidy;
}

use all::support;
