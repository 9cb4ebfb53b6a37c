//! The one test program.

#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod all {
    pub mod support;

    mod back_test;
    mod cases;
    mod ceilings;
    mod codes;
    mod cohorts;
    mod communes;
    mod comparisons;
    mod comparisons_at_random;
    mod comparisons_of_measures;
    mod comparisons_of_volumes;
    mod compiled;
    mod confidentiality;
    mod console;
    mod console_ready;
    mod dates;
    mod deliveries;
    mod depth;
    mod differential;
    mod explanations;
    mod faults;
    mod foreign_files;
    mod formatting;
    mod gvt;
    mod institutions;
    mod landing;
    mod layers;
    mod library;
    mod manual;
    mod manual_console;
    mod movements_observed;
    mod oracle;
    mod oracle_parameters;
    mod overlays;
    mod reach;
    mod representatives;
    mod seeks;
    mod seeks_of_movements;
    mod shuffle;
    mod socle;
    mod tidy;
    mod typed;
    mod views;
    mod what_ifs;
    mod what_ifs_answered;
    mod what_ifs_of_pay;
    mod what_ifs_of_values;
}

use all::support;
