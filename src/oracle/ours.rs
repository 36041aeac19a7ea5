//! Types, flags and statuses that the library itself writes down again.
use super::Vec;
use crate::{
    core::{
        framing::{Options, Request, layout},
        framing_ex::Header,
        framing_item::{Flags, Guid, Item, memory_type},
        range::Range,
    },
    ffi::types::{KSALLOCATOR_FRAMING, KSALLOCATOR_FRAMING_EX},
    os::{DISPATCH_LEVEL, PASSIVE_LEVEL, status::Status},
};
use ::core::mem::{offset_of, size_of};
use windows_sys::{
    Wdk::{Foundation as wdk, System::SystemServices as services},
    Win32::{Foundation, Media::KernelStreaming as ks},
    core::GUID,
};

/// Each field of ours is where Microsoft's is. The pattern names all fields, so that none is forgotten.
macro_rules! laid_out_alike {
    ($($ours:ident as $theirs:ty { $($field:ident: $($path:tt).+),* $(,)? })*) => {$(
        let _ = |all: $ours| {
            let $ours { $($field: _),* } = all;
        };
        $(assert_eq!(
            offset_of!($ours, $field),
            offset_of!($theirs, $($path).+),
            concat!(stringify!($ours), ".", stringify!($field))
        );)*
    )*};
}

#[test]
fn our_structures_are_microsofts() {
    laid_out_alike! {
        KSALLOCATOR_FRAMING as ks::KSALLOCATOR_FRAMING {
            OptionsFlags: Anonymous1.OptionsFlags,
            PoolType: PoolType,
            Frames: Frames,
            FrameSize: FrameSize,
            FileAlignment: Anonymous2.FileAlignment,
            Reserved: Reserved,
        }
        KSALLOCATOR_FRAMING_EX as ks::KSALLOCATOR_FRAMING_EX { Header: CountItems, FramingItem: FramingItem }
        Header as ks::KSALLOCATOR_FRAMING_EX {
            count: CountItems,
            pin_flags: PinFlags,
            numerator: OutputCompression.RatioNumerator,
            denominator: OutputCompression.RatioDenominator,
            margin: OutputCompression.RatioConstantMargin,
            pin_weight: PinWeight,
        }
        Item as ks::KS_FRAMING_ITEM {
            memory_type: MemoryType,
            bus_type: BusType,
            memory_flags: MemoryFlags,
            bus_flags: BusFlags,
            flags: Flags,
            frames: Frames,
            alignment: Anonymous.FileAlignment,
            weight: MemoryTypeWeight,
            physical: PhysicalRange,
            framing: FramingRange.Range,
            range_weights: FramingRange.InPlaceWeight,
        }
        Range as ks::KS_FRAMING_RANGE { min: MinFrameSize, max: MaxFrameSize, step: Stepping }
    }
    assert_eq!(offset_of!(Guid, 3), offset_of!(GUID, data4));
    let sizes = [
        (size_of::<KSALLOCATOR_FRAMING>(), size_of::<ks::KSALLOCATOR_FRAMING>()),
        (size_of::<KSALLOCATOR_FRAMING_EX>(), size_of::<ks::KSALLOCATOR_FRAMING_EX>()),
        (size_of::<Header>(), offset_of!(ks::KSALLOCATOR_FRAMING_EX, FramingItem)),
        (size_of::<Item>(), size_of::<ks::KS_FRAMING_ITEM>()),
        (size_of::<Range>(), size_of::<ks::KS_FRAMING_RANGE>()),
        (size_of::<Guid>(), size_of::<GUID>()),
    ];
    assert!(sizes.iter().all(|(ours, theirs)| ours == theirs), "{sizes:?}");
}

#[test]
fn our_guids_are_microsofts() {
    let guid = |g: GUID| Guid(g.data1, g.data2, g.data3, g.data4);
    assert_eq!(memory_type::WILDCARD, guid(ks::GUID_NULL));
    assert_eq!(memory_type::SYSTEM, guid(ks::KSMEMORY_TYPE_SYSTEM));
    assert_eq!(memory_type::USER, guid(ks::KSMEMORY_TYPE_USER));
    assert_eq!(memory_type::PAGED, guid(ks::KSMEMORY_TYPE_KERNEL_PAGED));
    assert_eq!(memory_type::NONPAGED, guid(ks::KSMEMORY_TYPE_KERNEL_NONPAGED));
}

#[test]
fn our_flags_are_microsofts() {
    let options = [
        (Options::COMPATIBLE, ks::KSALLOCATOR_OPTIONF_COMPATIBLE),
        (Options::SYSTEM_MEMORY, ks::KSALLOCATOR_OPTIONF_SYSTEM_MEMORY),
        (Options::all(), ks::KSALLOCATOR_OPTIONF_VALID),
    ];
    assert!(options.iter().all(|(ours, theirs)| ours.bits() == *theirs));
    let flags = [
        (Flags::SYSTEM_MEMORY, ks::KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY),
        (Flags::DEVICE_SPECIFIC, ks::KSALLOCATOR_FLAG_DEVICE_SPECIFIC),
        (Flags::INSIST_ON_RATIO, ks::KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO),
        (Flags::TWO_DIMENSIONS, ks::KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED),
        (Flags::PREFERENCES_ONLY, ks::KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY),
    ];
    assert!(flags.iter().all(|(ours, theirs)| ours.bits() == *theirs));
    assert_eq!(flags.iter().fold(Flags::empty(), |all, (flag, _)| all | *flag), Flags::all());
}

#[test]
fn our_pool_types_are_microsofts() {
    const GOOD: Request = Request {
        options: 2,
        pool_type: 0,
        frames: 1,
        frame_size: 1,
        alignment: 0,
        reserved: 0,
        default_frames: 1,
        max_frames: 1,
        own_memory: false,
    };
    let taken = |pool_type: &i32| layout(&Request { pool_type: pool_type.unsigned_abs(), ..GOOD }).is_ok();
    let types: Vec<_> = (0..0x1000).filter(taken).collect();
    let theirs = [
        wdk::NonPagedPool,
        wdk::PagedPool,
        wdk::NonPagedPoolCacheAligned,
        wdk::PagedPoolCacheAligned,
        wdk::NonPagedPoolNx,
        wdk::NonPagedPoolNxCacheAligned,
    ];
    assert_eq!(types, theirs);
}

#[test]
fn our_statuses_and_levels_are_microsofts() {
    let theirs = [
        ("PENDING", Foundation::STATUS_PENDING),
        ("TIMEOUT", Foundation::STATUS_TIMEOUT),
        ("DEVICE_BUSY", Foundation::STATUS_DEVICE_BUSY),
        ("INVALID_HANDLE", Foundation::STATUS_INVALID_HANDLE),
        ("INVALID_PARAMETER", Foundation::STATUS_INVALID_PARAMETER),
        ("INSUFFICIENT_RESOURCES", Foundation::STATUS_INSUFFICIENT_RESOURCES),
        ("DEVICE_NOT_READY", Foundation::STATUS_DEVICE_NOT_READY),
        ("NOT_SUPPORTED", Foundation::STATUS_NOT_SUPPORTED),
        ("CANCELLED", Foundation::STATUS_CANCELLED),
        ("NOT_FOUND", Foundation::STATUS_NOT_FOUND),
        ("INTERNAL_ERROR", Foundation::STATUS_INTERNAL_ERROR),
        ("DRIVER_INTERNAL_ERROR", Foundation::STATUS_DRIVER_INTERNAL_ERROR),
        ("INVALID_DEVICE_STATE", Foundation::STATUS_INVALID_DEVICE_STATE),
    ];
    let ours: Vec<_> = Status::ALL.iter().map(|(name, status)| (*name, status.0)).collect();
    assert_eq!(ours, theirs);
    assert_eq!(u32::from(PASSIVE_LEVEL), services::PASSIVE_LEVEL);
    assert_eq!(u32::from(DISPATCH_LEVEL), services::DISPATCH_LEVEL);
}

#[test]
fn a_kernel_event_fits_into_its_room() {
    assert!(size_of::<wdk::KEVENT>() <= crate::os::event::ROOM && align_of::<wdk::KEVENT>() <= align_of::<u64>());
}
