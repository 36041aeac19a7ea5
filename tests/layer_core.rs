//! `src/core` compiles alone: in this crate there is no other layer, so a name of one is a compile error.
#![no_std]
#![allow(dead_code)]

#[path = "../src/core/mod.rs"]
mod core;

extern crate std; // for the test harness; core itself never names it outside its tests
