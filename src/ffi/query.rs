//! What is committed, and what is known of one frame.
use super::{
    annotations::*,
    lifetime::code,
    observe::{answer, open},
    types::*,
};
use crate::{allocator::object::Allocator, core::address::Address, os::status::Status};

/// Tells what is committed, as KSPROPERTY_STREAMALLOCATOR_STATUS wants it. Also while a decommit is unfinished, and
/// after SfaShutdown().
///
/// @param[in]  Allocator  The allocator.
/// @param[out] Framing    Receives the framing that SfaCommit() got; after SfaCommitTolerant() as it was put right,
///                        after SfaCommitEx() the one that was made of the chosen item. Frames is the number that there
///                        are, Reserved 0.
/// @param[out] FramesOut  Receives the number of frames out. May be NULL.
///
/// @retval STATUS_SUCCESS               Framing and FramesOut are written.
/// @retval STATUS_DEVICE_NOT_READY      No frames are committed.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Framing is NULL.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; the others are NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaQueryFraming(
    allocator: In_PSFA_ALLOCATOR,
    framing: Out_PKSALLOCATOR_FRAMING,
    frames_out: Out_opt_PULONG,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let allocator = unsafe { open(allocator) };
    code(allocator.and_then(|a| {
        if framing.is_null() {
            return Err(Status::INVALID_PARAMETER);
        }
        let (f, out) = a.framing()?;
        let answer = KSALLOCATOR_FRAMING {
            OptionsFlags: f.options,
            PoolType: f.pool_type,
            Frames: f.frames,
            FrameSize: f.frame_size,
            FileAlignment: f.alignment,
            Reserved: 0,
        };
        // SAFETY: not NULL, and the caller says it can be written.
        unsafe { framing.write(answer) };
        if !frames_out.is_null() {
            // SAFETY: as above.
            unsafe { frames_out.write(out) };
        }
        Ok(())
    }))
}

/// Describes a frame.
///
/// @param[in]     Allocator  The allocator that the frame came from.
/// @param[in]     Frame      Its address.
/// @param[in,out] Info       Size must be set; the rest is written.
///
/// @retval STATUS_SUCCESS               Info is written.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Frame is not the beginning of a frame of this allocator, which before
///                                      SfaCommit() and after SfaDecommit() nothing is; or Info is NULL, or its Size is
///                                      not that of this version.
/// @retval STATUS_DEVICE_NOT_READY      The frames are being decommitted in another thread.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Info is NULL or as large as its Size says.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaQueryFrame(
    allocator: In_PSFA_ALLOCATOR,
    frame: In_PVOID,
    info: Inout_PSFA_FRAME_INFO,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let allocator = unsafe { open(allocator) };
    let describe = |a: &Allocator| {
        let f = a.frame_info(Address(frame.addr()))?;
        Ok(SFA_FRAME_INFO {
            Size: size_of::<SFA_FRAME_INFO>() as u32,
            Index: f.index,
            FrameSize: f.size,
            Out: f.out.into(),
            BusAddress: f.bus as u64,
            Owner: f.holder.0 as u64,
        })
    };
    // SAFETY: the caller's promise.
    code(allocator.and_then(|a| unsafe { answer(info, || describe(a)) }))
}
