//! SFA_CONFIG: defaults, and the checks of every field.
use super::{annotations::*, types::*};
use crate::{
    allocator::object::{Plan, tag},
    core::{ledger::Level, shape::MAX_FRAMES},
    os::{callback::Callbacks, status::Status},
};

const SIZE: u32 = size_of::<SFA_CONFIG>() as u32;

bitflags::bitflags! {
    /// SFA_CONFIG.Flags.
    struct Flags: u32 {
        const SEPARATE_FRAMES = SFA_FLAG_SEPARATE_FRAMES;
        const BUGCHECK_ON_MISUSE = SFA_FLAG_BUGCHECK_ON_MISUSE;
        const DIRECT_FIRST = SFA_FLAG_DIRECT_FIRST;
        const SERVE_INLINE = SFA_FLAG_SERVE_INLINE;
        const TRACK_OWNERS = SFA_FLAG_TRACK_OWNERS;
    }
}

/// Fills a configuration with the defaults. Never fails; NULL is ignored.
///
/// @param[out] Config  All of it is written, Size included.
///
/// IRQL: any.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Config is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaInitializeConfig(config: Out_PSFA_CONFIG) -> SFA_VOID {
    let defaults = SFA_CONFIG {
        Size: SIZE,
        Flags: 0,
        MaxFrames: MAX_FRAMES,
        DefaultFrames: 8,
        PoolTag: 0,
        Level: SFA_LEVEL_FAST,
        Records: 32,
        WaitLimit: 0,
        Context: core::ptr::null_mut(),
        AllocateMemory: None,
        FreeMemory: None,
        FreeNotify: None,
        Trace: None,
    };
    if !config.is_null() {
        // SAFETY: the caller's promise.
        unsafe { config.write(defaults) };
    }
}

/// A level by its number.
pub(super) fn level(n: u32) -> Result<Level, Status> {
    match n {
        SFA_LEVEL_FAST => Ok(Level::Fast),
        SFA_LEVEL_COUNT => Ok(Level::Count),
        SFA_LEVEL_RECORD => Ok(Level::Record),
        _ => Err(Status::INVALID_PARAMETER),
    }
}

/// Reads a configuration once and checks it.
///
/// # Safety
/// `config` is NULL or points to as many bytes as its Size says; its functions keep the header's contract.
pub(super) unsafe fn read(config: *const SFA_CONFIG) -> Result<(Plan, Callbacks), Status> {
    if config.is_null() {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: Size comes first in every version.
    if unsafe { config.cast::<u32>().read() } != SIZE {
        return Err(Status::INVALID_PARAMETER); // the first version: no shorter one exists, and a longer one is newer
    }
    // SAFETY: Size says that all of it is there.
    let c = unsafe { config.read() };
    let flags = Flags::from_bits(c.Flags).ok_or(Status::INVALID_PARAMETER)?;
    let memory = match (c.AllocateMemory, c.FreeMemory) {
        (None, None) => None,
        (Some(allocate), Some(free)) => Some((allocate, free)),
        _ => return Err(Status::INVALID_PARAMETER),
    };
    let separate = flags.contains(Flags::SEPARATE_FRAMES);
    let fits = (1..=MAX_FRAMES).contains(&c.MaxFrames)
        && c.DefaultFrames != 0
        && (1..=SFA_MAX_RECORDS).contains(&c.Records)
        && c.WaitLimit <= SFA_MAX_WAIT_LIMIT
        && (memory.is_some() || !separate);
    if !fits {
        return Err(Status::INVALID_PARAMETER);
    }
    let plan = Plan {
        max_frames: c.MaxFrames,
        default_frames: c.DefaultFrames.min(c.MaxFrames),
        tag: if c.PoolTag == 0 { tag::FRAMES } else { c.PoolTag },
        level: level(c.Level)?,
        records: c.Records,
        separate,
        stop_on_misuse: flags.contains(Flags::BUGCHECK_ON_MISUSE),
        track_owners: flags.contains(Flags::TRACK_OWNERS),
        wait_limit: c.WaitLimit,
        direct_first: flags.contains(Flags::DIRECT_FIRST),
        serve_inline: flags.contains(Flags::SERVE_INLINE),
    };
    // SAFETY: the caller's promise.
    let callbacks = unsafe { Callbacks::new(c.Context, memory, c.FreeNotify, c.Trace) };
    Ok((plan, callbacks))
}
