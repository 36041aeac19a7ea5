//! `src/allocator` compiles over core and os, without ffi: a name of that layer is a compile error.
#![allow(dead_code, non_camel_case_types, non_snake_case)]

#[path = "../src/allocator/mod.rs"]
mod allocator;
#[path = "../src/core/mod.rs"]
mod core;
#[path = "../src/os/mod.rs"]
mod os;

use testkernel as _; // the other half of the seam
