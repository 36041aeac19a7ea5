//! Names that carry SAL annotations and calling conventions into the header: cbindgen prints the left side (renamed in
//! `cbindgen.toml`), Rust sees the right side. Nothing else is behind them.
use super::types::{
    KSALLOCATOR_FRAMING, KSALLOCATOR_FRAMING_EX, SFA_ALLOCATOR, SFA_CONFIG, SFA_FRAME_INFO, SFA_RECORD, SFA_STATISTICS,
};
use core::ffi::c_void;

/// `ULONG`
pub type ULONG = u32;
/// `USHORT`
pub type USHORT = u16;
/// `UCHAR`
pub type UCHAR = u8;
/// `ULONG64`
pub type ULONG64 = u64;
/// `PVOID`
pub type PVOID = *mut c_void;
/// `NTSTATUS SFAAPI`, for a result.
pub type SFA_STATUS = i32;
/// `ULONG SFAAPI`, for a result.
pub type SFA_ULONG = u32;
/// `VOID SFAAPI`, for a result.
pub type SFA_VOID = ();
/// `PVOID SFAAPI`, for a result.
pub type SFA_PVOID = *mut c_void;
/// `_In_ PSFA_ALLOCATOR`
pub type In_PSFA_ALLOCATOR = *mut SFA_ALLOCATOR;
/// `_Outptr_result_nullonfailure_ PSFA_ALLOCATOR *`
pub type Outptr_PSFA_ALLOCATOR = *mut *mut SFA_ALLOCATOR;
/// `_In_ const SFA_CONFIG *`
pub type In_PCSFA_CONFIG = *const SFA_CONFIG;
/// `_Out_ SFA_CONFIG *`
pub type Out_PSFA_CONFIG = *mut SFA_CONFIG;
/// `_In_ const KSALLOCATOR_FRAMING *`
pub type In_PCKSALLOCATOR_FRAMING = *const KSALLOCATOR_FRAMING;
/// `_Out_ KSALLOCATOR_FRAMING *`
pub type Out_PKSALLOCATOR_FRAMING = *mut KSALLOCATOR_FRAMING;
/// `_In_reads_bytes_(Bytes) const KSALLOCATOR_FRAMING_EX *`
pub type In_reads_Bytes_PCKSALLOCATOR_FRAMING_EX = *const KSALLOCATOR_FRAMING_EX;
/// `_In_opt_ const LARGE_INTEGER *`
pub type In_opt_PCLARGE_INTEGER = *const i64;
/// `_In_ PVOID`
pub type In_PVOID = *mut c_void;
/// `_In_opt_ PVOID`
pub type In_opt_PVOID = *mut c_void;
/// `_Outptr_result_nullonfailure_ PVOID *`
pub type Outptr_PVOID = *mut *mut c_void;
/// `_Out_writes_all_(Count) PVOID *`
pub type Out_writes_Count_PVOID = *mut *mut c_void;
/// `_In_reads_(Count) PVOID const *`
pub type In_reads_Count_PVOID = *const *mut c_void;
/// `_In_ NTSTATUS`
pub type In_NTSTATUS = i32;
/// `_In_ ULONG`
pub type In_ULONG = u32;
/// `_Inout_ ULONG64 *`
pub type Inout_PULONG64 = *mut u64;
/// `_Out_writes_to_(Count, *Returned) SFA_RECORD *`
pub type Out_writes_Count_SFA_RECORD = *mut SFA_RECORD;
/// `_Out_ ULONG *`
pub type Out_PULONG = *mut u32;
/// `_Out_opt_ ULONG *`
pub type Out_opt_PULONG = *mut u32;
/// `_Inout_ SFA_STATISTICS *`
pub type Inout_PSFA_STATISTICS = *mut SFA_STATISTICS;
/// `_Inout_ SFA_FRAME_INFO *`
pub type Inout_PSFA_FRAME_INFO = *mut SFA_FRAME_INFO;
