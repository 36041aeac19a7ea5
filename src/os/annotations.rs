//! Names that carry a calling convention or a Windows type into the seam header. Each is its right-hand side to Rust.
#![expect(clippy::upper_case_acronyms, reason = "these are Windows' own names")]
use core::ffi::c_void;

/// A 32-bit number.
pub type ULONG = u32;
/// A 64-bit number.
pub type ULONG64 = u64;
/// An 8-bit number.
pub type UCHAR = u8;
/// A number as wide as a pointer.
pub type SIZE_T = usize;
/// `PVOID SFAAPI`
pub type OS_PVOID = *mut c_void;
/// `void SFAAPI`
pub type OS_VOID = ();
/// `UCHAR SFAAPI`
pub type OS_UCHAR = u8;
/// `ULONG SFAAPI`
pub type OS_ULONG = u32;
/// `ULONG64 SFAAPI`
pub type OS_ULONG64 = u64;
