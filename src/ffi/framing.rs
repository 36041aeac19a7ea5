//! SfaChooseFraming, SfaCommitEx, SfaCommitTolerant: framings in other forms than SfaCommit's.
use super::{
    annotations::*,
    handle,
    lifetime::{code, passive},
    types::*,
};
use crate::{
    allocator::commit::Framing,
    core::{
        framing::Request,
        framing_ex::{self, Ask, Header},
        framing_item::Item,
        shape::MAX_FRAMES,
    },
    os::status::Status,
};

/// SfaChooseFraming(), Flags: memory that is not system memory can be had too, because the driver brings its own
/// (AllocateMemory); then an alignment may also be beyond a page.
pub const SFA_CHOOSE_OWN_MEMORY: u32 = 1;

/// Reads a framing once, so that every check sees the same one.
///
/// # Safety
/// `framing` is NULL or can be read.
pub(super) unsafe fn read(framing: *const KSALLOCATOR_FRAMING) -> Result<Framing, Status> {
    if framing.is_null() {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: not NULL, and the caller says that it can be read.
    let f = unsafe { framing.read_volatile() };
    Ok(Framing {
        options: f.OptionsFlags,
        pool_type: f.PoolType,
        frames: f.Frames,
        frame_size: f.FrameSize,
        alignment: f.FileAlignment,
        reserved: f.Reserved,
    })
}

/// Reads the beginning of a framing once, if it is there.
///
/// # Safety
/// `framing` is NULL, or so many bytes can be read there.
unsafe fn ask(framing: *const KSALLOCATOR_FRAMING_EX, bytes: u32, frame_bytes: u32) -> Result<Ask, Status> {
    if framing.is_null() {
        return Err(Status::INVALID_PARAMETER);
    }
    let mut header = Header::default();
    if bytes as usize >= size_of::<Header>() {
        // SAFETY: it comes first, and the caller says that so many bytes can be read.
        header = unsafe { framing.cast::<Header>().read_volatile() };
    }
    Ok(Ask { header, bytes, frame_bytes })
}

/// Reads an item once, word by word: as a whole it would be read byte by byte, all of them on the stack.
///
/// # Safety
/// `framing` points to a framing that has the item.
unsafe fn item(framing: *const KSALLOCATOR_FRAMING_EX, i: u32) -> Item {
    let first = framing.cast::<u8>().wrapping_add(size_of::<Header>()).cast::<Item>();
    let from = first.wrapping_add(i as usize).cast::<u32>();
    let mut words = [0; size_of::<Item>() / size_of::<u32>()];
    for (k, word) in words.iter_mut().enumerate() {
        // SAFETY: the caller says that it is there.
        *word = unsafe { from.wrapping_add(k).read_volatile() };
    }
    // SAFETY: of the same size, and integers of any value.
    unsafe { core::mem::transmute::<[u32; size_of::<Item>() / size_of::<u32>()], Item>(words) }
}

/// Chooses one item of a KSALLOCATOR_FRAMING_EX and makes it a framing for SfaCommit(), or for KsCreateAllocator().
///
/// The items are alternatives. Of those that suit, the one of the greatest MemoryTypeWeight is taken, of equals the
/// first. An item does not suit if nobody brings its memory, or if it asks for more frames, a larger alignment or
/// another size than can be had. An item that contradicts itself refuses the framing, whichever would be taken.
/// SFA_FIELD_XXX says what can be wrong; if no item suits, Field is about the one that would have been taken.
///
/// - **Memory**: KSMEMORY_TYPE_KERNEL_PAGED becomes PagedPool; _KERNEL_NONPAGED, _SYSTEM and _WILDCARD NonPagedPoolNx,
///   all with KSALLOCATOR_OPTIONF_SYSTEM_MEMORY. _USER, every other type, and _WILDCARD with
///   KSALLOCATOR_FLAG_DEVICE_SPECIFIC lack that option: the driver must bring the memory.
/// - **Size**: the least one that holds FrameBytes after OutputCompression, and is in PhysicalRange and FramingRange at
///   once. A step counts from the MinFrameSize of its range; a Stepping of 0 or 1, or above the width of the range,
///   means any size; a range from 0 to 0 is no range. With KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY FrameBytes may be
///   above what FramingRange has.
/// - **OutputCompression**: FrameBytes times RatioNumerator, divided by RatioDenominator, rounded up, plus
///   RatioConstantMargin. So FrameBytes is what enters the compression; with the usual 1, 1, 0 it is the frame itself.
///   With KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO, unless by preference only, the size must come out exactly.
/// - **Pitch**: with KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED the alignment is FramePitch, bytes from one line to the next,
///   negative for pictures that stand on their head. FileAlignment becomes 0, and a frame holds at least one line.
///
/// Frames stay as they are: 0 means any number. Ignored are BusType, BusFlags, MemoryFlags, PinFlags, all other weights
/// and all other flags, among them 0x10, which has two meanings.
///
/// @param[in]  FramingEx   The framing, for instance KSPIN_DESCRIPTOR_EX.AllocatorFraming; read once.
///                         See https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing_ex
/// @param[in]  Bytes       Its bytes: sizeof(KSALLOCATOR_FRAMING_EX) for one item, and sizeof(KS_FRAMING_ITEM) more for
///                         each other one. Never more than can be read.
/// @param[in]  FrameBytes  Bytes that the format needs (biSizeImage), or 0 for the least size of the ranges.
/// @param[in]  Flags       SFA_CHOOSE_OWN_MEMORY, or 0.
/// @param[out] Framing     Receives the framing. Not written on failure.
/// @param[out] Field       Receives SFA_FIELD_XXX, with the number of the item in the upper half, or SFA_FIELD_NONE.
///                         Written on failure too. May be NULL.
///
/// @retval STATUS_SUCCESS            Framing is one that SfaCommit() accepts of an allocator for SFA_MAX_FRAMES.
/// @retval STATUS_INVALID_PARAMETER  The framing is wrong, as Field says; or FramingEx or Framing is NULL, or a flag is
///                                   unknown (SFA_FIELD_NONE).
/// @retval STATUS_NOT_SUPPORTED      No item is for system memory, and Flags lacks SFA_CHOOSE_OWN_MEMORY.
///
/// IRQL: any; that of the memory that the pointers point to.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// FramingEx is NULL or Bytes can be read there; Framing and Field are NULL or can be written.
///
/// cbindgen:prefix=_Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaChooseFraming(
    framing_ex: In_reads_Bytes_PCKSALLOCATOR_FRAMING_EX,
    bytes: In_ULONG,
    frame_bytes: In_ULONG,
    flags: In_ULONG,
    framing: Out_PKSALLOCATOR_FRAMING,
    field: Out_opt_PULONG,
) -> SFA_STATUS {
    let mut note = 0;
    let mut choose = || {
        // SAFETY: the caller's promise.
        let ask = unsafe { ask(framing_ex, bytes, frame_bytes) }?;
        if framing.is_null() || flags & !SFA_CHOOSE_OWN_MEMORY != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        let offer = Request {
            options: 0,
            pool_type: 0,
            frames: 0,
            frame_size: 0,
            alignment: 0,
            reserved: 0,
            default_frames: 1,
            max_frames: MAX_FRAMES,
            own_memory: flags & SFA_CHOOSE_OWN_MEMORY != 0,
        };
        // SAFETY: asked for items that fit the bytes.
        let chosen = framing_ex::choose(&ask, &offer, |i| unsafe { item(framing_ex, i) });
        chosen.map_err(|wrong| {
            note = wrong.note();
            wrong.refusal.into()
        })
    };
    let result = choose().map(|r| KSALLOCATOR_FRAMING {
        OptionsFlags: r.options,
        PoolType: r.pool_type,
        Frames: r.frames,
        FrameSize: r.frame_size,
        FileAlignment: r.alignment,
        Reserved: r.reserved,
    });
    if !field.is_null() {
        // SAFETY: not NULL, and the caller says it can be written.
        unsafe { field.write(note) };
    }
    code(result.map(|f| {
        // SAFETY: not NULL, or there would be no result; and the caller says it can be written.
        unsafe { framing.write(f) };
    }))
}

/// As SfaCommit(), with the best item of a KSALLOCATOR_FRAMING_EX: what SfaChooseFraming() says, but that the
/// allocator's MaxFrames and AllocateMemory decide what suits. (With AllocateMemory, memory of any type is taken to be
/// what it brings; _USER counts as pageable.)
///
/// @param[in] Allocator   The allocator.
/// @param[in] FramingEx   The framing; read once.
/// @param[in] Bytes       Its bytes, as for SfaChooseFraming().
/// @param[in] FrameBytes  Bytes that the format needs, or 0, as for SfaChooseFraming().
///
/// @retval STATUS_SUCCESS            Frames can be allocated; SfaQueryStatistics() tells how many and of what size.
/// @retval STATUS_INVALID_PARAMETER  FramingEx is NULL, or the framing is wrong; the flight recorder and Trace name
///                                   field and item (SFA_RECORD_REFUSED).
/// @retval STATUS_NOT_SUPPORTED      No item is for system memory, and there is no AllocateMemory; recorder and Trace
///                                   say so, too.
/// @retval (others)                  As for SfaCommit().
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; FramingEx is NULL or Bytes can be read there.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaCommitEx(
    allocator: In_PSFA_ALLOCATOR,
    framing_ex: In_reads_Bytes_PCKSALLOCATOR_FRAMING_EX,
    bytes: In_ULONG,
    frame_bytes: In_ULONG,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| {
        passive(Some(a))?;
        // SAFETY: the caller's promise.
        let ask = unsafe { ask(framing_ex, bytes, frame_bytes) }?;
        // SAFETY: asked for items that fit the bytes.
        a.commit_ex(&ask, |i| unsafe { item(framing_ex, i) })
    }))
}

/// As SfaCommit(), for a framing that somebody else made, as it comes with a create request for an allocator: what
/// SfaCommit() refuses although it can be put right, is put right. Unknown OptionsFlags and Reserved are ignored. A
/// FileAlignment that is no mask becomes the next larger mask (64 becomes 127), but no more than PAGE_SIZE - 1, for it
/// may be a FramePitch. For each the flight recorder and Trace name the field (SFA_RECORD_TOLERATED).
///
/// @param[in] Allocator  The allocator.
/// @param[in] Framing    The framing; read once.
///
/// @retval STATUS_SUCCESS            Frames can be allocated.
/// @retval STATUS_INVALID_PARAMETER  Framing is NULL, or another field is wrong; the flight recorder and Trace name it
///                                   (SFA_RECORD_REFUSED).
/// @retval (others)                  As for SfaCommit().
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Framing is NULL or can be read.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaCommitTolerant(
    allocator: In_PSFA_ALLOCATOR,
    framing: In_PCKSALLOCATOR_FRAMING,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| {
        passive(Some(a))?;
        // SAFETY: the caller's promise.
        a.commit_tolerant(&unsafe { read(framing) }?)
    }))
}

mod layout {
    //! What is read as a whole is laid out as ks.h has it.
    use super::*;
    use core::mem::offset_of;
    use static_assertions::const_assert_eq;

    const_assert_eq!(size_of::<Header>(), 24);
    const_assert_eq!(offset_of!(Header, numerator), 8);
    const_assert_eq!(offset_of!(Header, pin_weight), 20);
    const_assert_eq!(size_of::<Item>(), 88);
    const_assert_eq!(offset_of!(Item, bus_type), 16);
    const_assert_eq!(offset_of!(Item, flags), 40);
    const_assert_eq!(offset_of!(Item, alignment), 48);
    const_assert_eq!(offset_of!(Item, physical), 56);
    const_assert_eq!(offset_of!(Item, framing), 68);
    const_assert_eq!(offset_of!(Item, range_weights), 80);
}
