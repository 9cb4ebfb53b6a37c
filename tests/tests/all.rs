//! The one test program.

#![allow(missing_docs)]

mod all {
    pub mod support;

    mod cases;
    mod deliveries;
    mod institutions;
    mod library;
    mod tidy;
}

use all::support;
