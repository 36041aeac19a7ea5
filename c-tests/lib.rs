//! Carries the C tests; `c.rs` runs them.
#![no_std]
