//! The numbers of the fields that a framing can be wrong in: what SFA_RECORD_REFUSED, SFA_RECORD_TOLERATED and
//! SfaChooseFraming() name.

/// SFA_FIELD_XXX is in these bits.
pub const SFA_FIELD_MASK: u32 = 0xffff;
/// From this bit on comes the number of the item in KSALLOCATOR_FRAMING_EX, counted from 0 (65535: that or a later
/// one).
pub const SFA_FIELD_ITEM_SHIFT: u32 = 16;

/// No field; or OptionsFlags lacks KSALLOCATOR_OPTIONF_SYSTEM_MEMORY and there is no AllocateMemory.
pub const SFA_FIELD_NONE: u32 = 0;
/// OptionsFlags: a bit that is neither KSALLOCATOR_OPTIONF_COMPATIBLE nor KSALLOCATOR_OPTIONF_SYSTEM_MEMORY.
pub const SFA_FIELD_OPTIONS_FLAGS: u32 = 1;
/// PoolType: none of the six that are allowed.
pub const SFA_FIELD_POOL_TYPE: u32 = 2;
/// Frames: above SFA_CONFIG.MaxFrames.
pub const SFA_FIELD_FRAMES: u32 = 3;
/// FrameSize: 0.
pub const SFA_FIELD_FRAME_SIZE: u32 = 4;
/// FileAlignment: no mask (alignment less one), or a page or more without AllocateMemory.
pub const SFA_FIELD_FILE_ALIGNMENT: u32 = 5;
/// Reserved: not 0.
pub const SFA_FIELD_RESERVED: u32 = 6;
/// Frames times FrameSize cannot be addressed.
pub const SFA_FIELD_TOTAL: u32 = 7;
/// Bytes: fewer than a KSALLOCATOR_FRAMING_EX has before its items.
pub const SFA_FIELD_BYTES: u32 = 16;
/// CountItems: 0, or more than Bytes has room for.
pub const SFA_FIELD_COUNT_ITEMS: u32 = 17;
/// OutputCompression.RatioNumerator: 0.
pub const SFA_FIELD_RATIO_NUMERATOR: u32 = 18;
/// OutputCompression.RatioDenominator: 0.
pub const SFA_FIELD_RATIO_DENOMINATOR: u32 = 19;
/// MemoryType: user or device memory, without AllocateMemory. The status is STATUS_NOT_SUPPORTED.
pub const SFA_FIELD_MEMORY_TYPE: u32 = 20;
/// Flags: KSALLOCATOR_FLAG_DEVICE_SPECIFIC on memory that is no device's, KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY on a
/// device's, or KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO where the ranges do not have just that size.
pub const SFA_FIELD_FLAGS: u32 = 21;
/// FramePitch (with KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED): 0, or more bytes to a line than the ranges allow a frame.
pub const SFA_FIELD_FRAME_PITCH: u32 = 22;
/// PhysicalRange: MinFrameSize is above MaxFrameSize.
pub const SFA_FIELD_PHYSICAL_RANGE: u32 = 23;
/// FramingRange: MinFrameSize is above MaxFrameSize, or it has no size that PhysicalRange has.
pub const SFA_FIELD_FRAMING_RANGE: u32 = 24;
/// Stepping: the ranges overlap, but no size is a step of both.
pub const SFA_FIELD_STEPPING: u32 = 25;
/// FrameBytes: 0, and no range has a least size; or the ranges have no size that is large enough.
pub const SFA_FIELD_FRAME_BYTES: u32 = 26;

mod numbers {
    //! The library's own names for the same.
    use super::*;
    use crate::core::framing::Field;
    use static_assertions::const_assert_eq;

    const_assert_eq!(SFA_FIELD_OPTIONS_FLAGS, Field::Options as u32);
    const_assert_eq!(SFA_FIELD_POOL_TYPE, Field::PoolType as u32);
    const_assert_eq!(SFA_FIELD_FRAMES, Field::Frames as u32);
    const_assert_eq!(SFA_FIELD_FRAME_SIZE, Field::FrameSize as u32);
    const_assert_eq!(SFA_FIELD_FILE_ALIGNMENT, Field::Alignment as u32);
    const_assert_eq!(SFA_FIELD_RESERVED, Field::Reserved as u32);
    const_assert_eq!(SFA_FIELD_TOTAL, Field::Total as u32);
    const_assert_eq!(SFA_FIELD_BYTES, Field::Bytes as u32);
    const_assert_eq!(SFA_FIELD_COUNT_ITEMS, Field::CountItems as u32);
    const_assert_eq!(SFA_FIELD_RATIO_NUMERATOR, Field::RatioNumerator as u32);
    const_assert_eq!(SFA_FIELD_RATIO_DENOMINATOR, Field::RatioDenominator as u32);
    const_assert_eq!(SFA_FIELD_MEMORY_TYPE, Field::MemoryType as u32);
    const_assert_eq!(SFA_FIELD_FLAGS, Field::Flags as u32);
    const_assert_eq!(SFA_FIELD_FRAME_PITCH, Field::FramePitch as u32);
    const_assert_eq!(SFA_FIELD_PHYSICAL_RANGE, Field::PhysicalRange as u32);
    const_assert_eq!(SFA_FIELD_FRAMING_RANGE, Field::FramingRange as u32);
    const_assert_eq!(SFA_FIELD_STEPPING, Field::Stepping as u32);
    const_assert_eq!(SFA_FIELD_FRAME_BYTES, Field::FrameBytes as u32);
}
