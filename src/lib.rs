//! Stream frame allocator: a frame pool for Windows kernel-streaming minidrivers, behind a C ABI.
//!
//! Data goes one way: [`ffi`] checks what C passes, `allocator` decides with `core` and acts through [`os`].
#![no_std]
#![allow(non_camel_case_types, non_snake_case)]

mod allocator;
mod core;
pub mod ffi;
pub mod os;

#[cfg(test)]
mod oracle;

#[cfg(test)]
use testkernel as _; // the other half of the seam, for unit tests
