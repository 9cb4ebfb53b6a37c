//! Every rule, one small career each.

mod constate;
mod echelon;
mod forecast;
mod grid;
mod movement;
mod orders;
mod working_time;
