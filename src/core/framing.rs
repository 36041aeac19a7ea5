//! From a framing to the memory it asks for: checks, alignment, stride, overflow.
//!
//! The strict rule of our own commit (security check C30). Field meanings:
//! <https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing>.
use super::shape::MAX_FRAMES;

bitflags::bitflags! {
    /// The option word of a framing as a create or commit gives it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Options: u32 {
        /// The framing also suits the downstream allocator.
        const COMPATIBLE = 1;
        /// Frames come from the pool that PoolType names.
        const SYSTEM_MEMORY = 2;
    }
}

/// A page, the same on all of x86, x64 and ARM64.
pub const PAGE: u32 = 0x1000;
/// The least distance of two frames is a multiple of this: what any pool block is aligned to on 64-bit Windows.
const GRAIN: u32 = 16;
/// What a CacheAligned pool type promises.
const CACHE_LINE: u32 = 64;

/// A framing as it came, and what the allocator offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// KSALLOCATOR_FRAMING.OptionsFlags.
    pub options: u32,
    /// KSALLOCATOR_FRAMING.PoolType.
    pub pool_type: u32,
    /// KSALLOCATOR_FRAMING.Frames; 0 asks for `default_frames`.
    pub frames: u32,
    /// KSALLOCATOR_FRAMING.FrameSize, in bytes.
    pub frame_size: u32,
    /// KSALLOCATOR_FRAMING.FileAlignment: alignment less one.
    pub alignment: u32,
    /// KSALLOCATOR_FRAMING.Reserved.
    pub reserved: u32,
    /// What `frames` = 0 stands for.
    pub default_frames: u32,
    /// The most frames this allocator was made for.
    pub max_frames: u32,
    /// Whether the driver brings the memory itself.
    pub own_memory: bool,
}

/// Which field of a framing is wrong. 1 to 7 are fields of KSALLOCATOR_FRAMING, and the like ones of an item of
/// KSALLOCATOR_FRAMING_EX; from 16 on come those that only the latter has, and how it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    /// A bit that is no option.
    Options = 1,
    /// A pool type outside the allow-list, or an executable one.
    PoolType,
    /// More frames than the allocator was made for.
    Frames,
    /// No bytes.
    FrameSize,
    /// No mask, or one beyond a page without memory of the driver's own.
    Alignment,
    /// Not zero.
    Reserved,
    /// Frames times stride cannot be addressed.
    Total,
    /// Fewer bytes than a KSALLOCATOR_FRAMING_EX has before its items.
    Bytes = 16,
    /// No item, or more of them than there are bytes.
    CountItems,
    /// OutputCompression leaves nothing.
    RatioNumerator,
    /// OutputCompression divides by 0.
    RatioDenominator,
    /// Memory that only the driver itself could bring.
    MemoryType,
    /// Flags that contradict the memory type, or a ratio that cannot be kept.
    Flags,
    /// A pitch of 0, or a line that no frame can hold.
    FramePitch,
    /// The least frame is above the largest.
    PhysicalRange,
    /// As there, or outside of the physical range.
    FramingRange,
    /// No size is a step of both ranges.
    Stepping,
    /// Nothing says how large a frame is, or the ranges have no such size.
    FrameBytes,
}

/// Why a framing was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A field is wrong.
    Invalid(Field),
    /// Not system memory, and no memory callback to get other memory from.
    NotSupported,
}

/// The memory a framing comes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Number of frames.
    pub frames: u32,
    /// Bytes of a frame that its holder may use.
    pub frame_size: u32,
    /// Bytes from one frame to the next.
    pub stride: usize,
    /// Alignment of every frame, less one.
    pub mask: u32,
    /// Bytes of the whole block.
    pub bytes: usize,
    /// Pageable memory: direct calls below DISPATCH_LEVEL only.
    pub paged: bool,
}

/// Checks a framing and works out its memory.
pub fn layout(r: &Request) -> Result<Layout, Refusal> {
    let bad = |field| Err(Refusal::Invalid(field));
    let Some(options) = Options::from_bits(r.options) else { return bad(Field::Options) };
    let (paged, cache_aligned) = match r.pool_type {
        0 | 0x200 => (false, false), // the executable pool of old drivers is taken as its NX twin
        4 | 0x204 => (false, true),
        1 => (true, false),
        5 => (true, true),
        _ => return bad(Field::PoolType),
    };
    let frames = if r.frames == 0 { r.default_frames } else { r.frames };
    if frames == 0 || frames > r.max_frames.min(MAX_FRAMES) {
        return bad(Field::Frames);
    }
    if r.frame_size == 0 {
        return bad(Field::FrameSize);
    }
    if r.alignment & r.alignment.wrapping_add(1) != 0 || (r.alignment >= PAGE && !r.own_memory) {
        return bad(Field::Alignment);
    }
    if r.reserved != 0 {
        return bad(Field::Reserved);
    }
    if !options.contains(Options::SYSTEM_MEMORY) && !r.own_memory {
        return Err(Refusal::NotSupported);
    }
    let least = if cache_aligned { CACHE_LINE } else { GRAIN };
    let mask = r.alignment | least.wrapping_sub(1);
    let stride = (u64::from(r.frame_size).wrapping_add(u64::from(mask))) & !u64::from(mask);
    let bytes = stride.wrapping_mul(u64::from(frames)); // below 2^45
    let (Ok(stride), Ok(bytes)) = (isize::try_from(stride), isize::try_from(bytes)) else { return bad(Field::Total) };
    Ok(Layout {
        frames,
        frame_size: r.frame_size,
        stride: stride.unsigned_abs(),
        mask,
        bytes: bytes.unsigned_abs(),
        paged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: Request = Request {
        options: 2,
        pool_type: 0x200,
        frames: 3,
        frame_size: 100,
        alignment: 0,
        reserved: 0,
        default_frames: 8,
        max_frames: 64,
        own_memory: false,
    };

    #[test]
    fn each_field_is_checked() {
        use Field::*;
        let bad = |r: Request, field| assert_eq!(layout(&r), Err(Refusal::Invalid(field)), "{r:?}");
        for bit in 2..32 {
            bad(Request { options: 2 | 1 << bit, ..GOOD }, Options);
        }
        for pool_type in (0..=0x400).filter(|p| ![0, 1, 4, 5, 0x200, 0x204].contains(p)) {
            bad(Request { pool_type, ..GOOD }, PoolType);
        }
        for frames in [65, 4097, u32::MAX] {
            bad(Request { frames, ..GOOD }, Frames);
        }
        bad(Request { frames: 0, default_frames: 0, ..GOOD }, Frames);
        bad(Request { frame_size: 0, ..GOOD }, FrameSize);
        for alignment in [2, 4, 64, 0xffe, 0x1fff, u32::MAX] {
            bad(Request { alignment, ..GOOD }, Alignment);
        }
        bad(Request { reserved: 1, ..GOOD }, Reserved);
        assert_eq!(layout(&Request { options: 1, ..GOOD }), Err(Refusal::NotSupported));
    }

    #[test]
    fn zero_frames_means_the_default() {
        assert_eq!(layout(&Request { frames: 0, ..GOOD }).unwrap().frames, 8);
    }

    #[test]
    fn the_drivers_own_memory_may_be_aligned_beyond_a_page_and_need_not_be_system_memory() {
        let r = Request { own_memory: true, options: 0, alignment: 0xffff, ..GOOD };
        assert_eq!(layout(&r).unwrap().stride, 0x1_0000);
    }

    #[test]
    fn pool_types_become_what_they_stand_for() {
        for (pool_type, paged, mask) in
            [(0, false, 15), (1, true, 15), (4, false, 63), (5, true, 63), (0x204, false, 63)]
        {
            let l = layout(&Request { pool_type, ..GOOD }).unwrap();
            assert_eq!((l.paged, l.mask), (paged, mask));
        }
    }

    proptest! {
        #[test]
        fn frames_fit_their_stride_and_the_stride_their_alignment(
            frames in 1u32..=4096, frame_size in 1u32.., log in 0u32..=12
        ) {
            let alignment = (1 << log) - 1;
            let l = layout(&Request { frames, frame_size, alignment, max_frames: 4096, ..GOOD }).unwrap();
            prop_assert!(l.stride >= frame_size as usize && l.stride - (frame_size as usize) <= l.mask as usize);
            prop_assert_eq!(l.stride & alignment as usize, 0);
            prop_assert_eq!(l.bytes as u64, l.stride as u64 * u64::from(frames));
        }
    }
}
