//! Names that carry a calling convention or a Windows type into the seam header. Each is its right-hand side to Rust.
#![expect(clippy::upper_case_acronyms, reason = "these are Windows' own names")]
use core::ffi::c_void;

/// A 32-bit number.
pub type ULONG = u32;
/// A 64-bit number.
pub type ULONG64 = u64;
/// A number as wide as a pointer.
pub type SIZE_T = usize;
/// `_In_ _IRQL_restores_ UCHAR`
pub type OS_OLD_IRQL = u8;
/// `PVOID SFAAPI`
pub type OS_PVOID = *mut c_void;
/// `void SFAAPI`
pub type OS_VOID = ();
/// `UCHAR SFAAPI`, of a function that acquires a spin lock
pub type OS_LOCKED = u8;
/// `void SFAAPI`, of a function that releases a spin lock
pub type OS_UNLOCKED = ();
/// `ULONG SFAAPI`
pub type OS_ULONG = u32;
/// `ULONG64 SFAAPI`
pub type OS_ULONG64 = u64;
