//! `src/os` compiles over core alone: a name of allocator or ffi is a compile error.
#![allow(dead_code, non_camel_case_types, non_snake_case)]

#[path = "../src/core/mod.rs"]
mod core;
#[path = "../src/os/mod.rs"]
mod os;

use testkernel as _; // the other half of the seam
