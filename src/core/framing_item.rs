//! One item of a KSALLOCATOR_FRAMING_EX: a memory type, and what a frame of it must be.
//!
//! Field meanings: <https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ks_framing_item>.
//!
//! A size is in both ranges at once (`range.rs`). The physical range is a limit. The framing range is called optimal:
//! with PREFERENCES_ONLY a format that needs more may leave it.
use super::{
    framing::{Field, Options, Refusal, Request, layout},
    range::{Range, common},
};

/// GUID, laid out alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Guid(pub u32, pub u16, pub u16, pub [u8; 8]);

/// The values of KS_FRAMING_ITEM.MemoryType that mean something here; any other is a device's.
pub mod memory_type {
    use super::Guid;
    /// KSMEMORY_TYPE_WILDCARD, also called KSMEMORY_TYPE_DONT_CARE.
    pub const WILDCARD: Guid = Guid(0, 0, 0, [0; 8]);
    /// KSMEMORY_TYPE_SYSTEM.
    pub const SYSTEM: Guid = Guid(0x091b_b638, 0x603f, 0x11d1, [0xb0, 0x67, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02]);
    /// KSMEMORY_TYPE_USER.
    pub const USER: Guid = Guid(0x8cb0_fc28, 0x7893, 0x11d1, [0xb0, 0x69, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02]);
    /// KSMEMORY_TYPE_KERNEL_PAGED.
    pub const PAGED: Guid = Guid(0xd833_f8f8, 0x7894, 0x11d1, [0xb0, 0x69, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02]);
    /// KSMEMORY_TYPE_KERNEL_NONPAGED.
    pub const NONPAGED: Guid = Guid(0x4a6d_5fc4, 0x7895, 0x11d1, [0xb0, 0x69, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02]);
}

bitflags::bitflags! {
    /// The bits of KS_FRAMING_ITEM.Flags that decide anything here. 0x10 has two meanings and is ignored, like the rest.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Flags: u32 {
        /// KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY.
        const SYSTEM_MEMORY = 2;
        /// KSALLOCATOR_FLAG_DEVICE_SPECIFIC.
        const DEVICE_SPECIFIC = 0x20;
        /// KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO.
        const INSIST_ON_RATIO = 0x80;
        /// KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED: FileAlignment is FramePitch.
        const TWO_DIMENSIONS = 0x8000;
        /// KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY: the others are wishes.
        const PREFERENCES_ONLY = 0x8000_0000;
    }
}

/// KS_FRAMING_ITEM, laid out alike.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Item {
    /// MemoryType.
    pub memory_type: Guid,
    /// BusType; any will do.
    pub bus_type: Guid,
    /// MemoryFlags: who allocates. Whoever asks does.
    pub memory_flags: u32,
    /// BusFlags; unused.
    pub bus_flags: u32,
    /// Flags.
    pub flags: u32,
    /// Frames, or 0.
    pub frames: u32,
    /// FileAlignment, a mask; or FramePitch, signed.
    pub alignment: u32,
    /// MemoryTypeWeight: more is better.
    pub weight: u32,
    /// PhysicalRange.
    pub physical: Range,
    /// FramingRange.Range.
    pub framing: Range,
    /// FramingRange.InPlaceWeight and .NotInPlaceWeight, which Microsoft does not support.
    pub range_weights: [u32; 2],
}

/// An item without contradictions.
pub struct Sane {
    flags: Flags,
    pool_type: u32,
    system: bool,
    mask: u32,
    /// Bytes of a line, or 0.
    line: u32,
    physical: Range,
    framing: Range,
}

impl Sane {
    fn size(&self, least: u64) -> Option<u32> {
        let wish = self.flags.contains(Flags::PREFERENCES_ONLY);
        common(self.physical, self.framing, least)
            .or_else(|| if wish { common(self.physical, Range::ANY, least) } else { None })
    }
}

/// Looks for contradictions.
#[inline(always)] // for the sake of the stack: its only caller is deep already
pub fn check(item: &Item) -> Result<Sane, Field> {
    let flags = Flags::from_bits_truncate(item.flags);
    let specific = flags.contains(Flags::DEVICE_SPECIFIC);
    let (pool_type, system, device) = match item.memory_type {
        memory_type::NONPAGED | memory_type::SYSTEM => (0x200, true, false),
        memory_type::PAGED => (1, true, false),
        memory_type::USER => (1, false, false), // whatever it is, it is pageable
        memory_type::WILDCARD => (0x200, !specific, specific),
        _ => (0x200, false, true),
    };
    let needs_system = flags & (Flags::SYSTEM_MEMORY | Flags::PREFERENCES_ONLY) == Flags::SYSTEM_MEMORY;
    if (specific && !device) || (device && needs_system) {
        return Err(Field::Flags);
    }
    let (physical, framing) = (item.physical.stated(), item.framing.stated());
    if physical.min > physical.max {
        return Err(Field::PhysicalRange);
    }
    if framing.min > framing.max || framing.min > physical.max || framing.max < physical.min {
        return Err(Field::FramingRange);
    }
    if common(physical, framing, 0).is_none() {
        return Err(Field::Stepping);
    }
    let mut sane = Sane { flags, pool_type, system, mask: 0, line: 0, physical, framing };
    if flags.contains(Flags::TWO_DIMENSIONS) {
        sane.line = (item.alignment as i32).unsigned_abs();
        if sane.line == 0 || sane.size(sane.line.into()).is_none() {
            return Err(Field::FramePitch);
        }
    } else if item.alignment & item.alignment.wrapping_add(1) == 0 {
        sane.mask = item.alignment;
    } else {
        return Err(Field::Alignment);
    }
    Ok(sane)
}

/// The framing that an item comes down to, if it suits; `offer` says what there is.
#[inline(never)]
pub fn serve(item: &Item, sane: &Sane, need: u64, offer: &Request) -> Result<Request, Refusal> {
    if !sane.system && !offer.own_memory {
        return Err(Refusal::NotSupported);
    }
    let least = if need == 0 { sane.physical.min.max(sane.framing.min).into() } else { need };
    if least == 0 {
        return Err(Refusal::Invalid(Field::FrameBytes));
    }
    let size = sane.size(least.max(sane.line.into())).ok_or(Refusal::Invalid(Field::FrameBytes))?;
    let insists = sane.flags & (Flags::INSIST_ON_RATIO | Flags::PREFERENCES_ONLY) == Flags::INSIST_ON_RATIO;
    if insists && need != 0 && need != size.into() {
        return Err(Refusal::Invalid(Field::Flags));
    }
    let options = if sane.system { Options::SYSTEM_MEMORY } else { Options::empty() };
    let request = Request {
        options: options.bits(), // bit 0 of the item is INPLACE_MODIFIER, and not COMPATIBLE
        pool_type: sane.pool_type,
        frames: item.frames,
        frame_size: size,
        alignment: sane.mask,
        reserved: 0,
        ..*offer
    };
    layout(&request)?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;
    extern crate std;

    const OFFER: Request = Request {
        options: 0,
        pool_type: 0,
        frames: 0,
        frame_size: 0,
        alignment: 0,
        reserved: 0,
        default_frames: 8,
        max_frames: 64,
        own_memory: false,
    };
    const DEVICE: Guid = Guid(1, 2, 3, [4; 8]);

    fn good() -> Item {
        Item {
            memory_type: memory_type::NONPAGED,
            flags: 0x8000_0002,
            frames: 3,
            physical: Range { min: 0, max: u32::MAX, step: 1 },
            framing: Range { min: 8192, max: 8192, step: 1 },
            ..Item::default()
        }
    }

    fn served(item: &Item, need: u64, own_memory: bool) -> Result<Request, Refusal> {
        serve(item, &check(item).ok().unwrap(), need, &Request { own_memory, ..OFFER })
    }

    #[test]
    fn memory_types_become_pool_types() {
        for (memory_type, pool_type, options) in [
            (memory_type::NONPAGED, 0x200, 2),
            (memory_type::PAGED, 1, 2),
            (memory_type::SYSTEM, 0x200, 2),
            (memory_type::WILDCARD, 0x200, 2),
            (memory_type::USER, 1, 0),
            (DEVICE, 0x200, 0),
        ] {
            let item = Item { memory_type, ..good() };
            let r = served(&item, 0, true).unwrap();
            assert_eq!((r.pool_type, r.options), (pool_type, options));
            assert_eq!(served(&item, 0, false).err(), (options == 0).then_some(Refusal::NotSupported));
        }
    }

    #[test]
    fn flags_must_agree_with_the_memory_type_unless_they_are_wishes() {
        let fault = |memory_type, flags| check(&Item { memory_type, flags, ..good() }).err();
        for t in [memory_type::NONPAGED, memory_type::PAGED, memory_type::SYSTEM, memory_type::USER] {
            assert_eq!(fault(t, 0x20), Some(Field::Flags));
        }
        assert_eq!(fault(memory_type::WILDCARD, 0x22), Some(Field::Flags));
        assert_eq!(fault(DEVICE, 0x22), Some(Field::Flags));
        for (t, flags) in [(DEVICE, 0x8000_0002), (DEVICE, 0x20), (memory_type::WILDCARD, 0x20)] {
            assert_eq!(fault(t, flags), None);
        }
        for bit in (0..32).filter(|b| ![5, 15].contains(b)) {
            assert_eq!(fault(memory_type::NONPAGED, 2 | 1 << bit), None);
        }
    }

    #[test]
    fn the_framing_range_may_be_left_where_it_is_a_preference_and_the_physical_one_never() {
        let mut item = good();
        item.physical.max = 20_000;
        assert_eq!(served(&item, 9000, false).unwrap().frame_size, 9000);
        assert_eq!(served(&item, 100, false).unwrap().frame_size, 8192);
        assert_eq!(served(&item, 20_001, false), Err(Refusal::Invalid(Field::FrameBytes)));
        item.flags = 2;
        assert_eq!(served(&item, 9000, false), Err(Refusal::Invalid(Field::FrameBytes)));
    }

    #[test]
    fn a_ratio_that_is_insisted_on_is_not_rounded() {
        let framing = Range { min: 1000, max: 2000, step: 100 };
        let item = Item { flags: 0x82, framing, ..good() };
        assert_eq!(served(&item, 1100, false).unwrap().frame_size, 1100);
        assert_eq!(served(&item, 0, false).unwrap().frame_size, 1000);
        assert_eq!(served(&item, 1101, false), Err(Refusal::Invalid(Field::Flags)));
        assert_eq!(served(&Item { flags: 0x8000_0082, ..item }, 1101, false).unwrap().frame_size, 1200);
    }

    proptest! {
        #[test]
        fn what_is_served_is_in_the_ranges_holds_the_need_and_a_line(
            physical: [u16; 3], framing: [u16; 3], word in -3000i32..3000, need in 0u64..0x1_2000,
            flags in prop::sample::select(Vec::from([2u32, 0x8000_0002, 0x8002]))
        ) {
            let range = |r: [u16; 3]| Range { min: r[0].into(), max: r[1].into(), step: u32::from(r[2]) % 50 };
            let (physical, framing) = (range(physical), range(framing));
            let item = Item { physical, framing, flags, alignment: word as u32, ..good() };
            let Ok(sane) = check(&item) else { return Ok(()) };
            let Ok(r) = serve(&item, &sane, need, &OFFER) else { return Ok(()) };
            let (physical, framing) = (item.physical.stated(), item.framing.stated());
            prop_assert!(u64::from(r.frame_size) >= need && r.frame_size > 0 && layout(&r).is_ok());
            prop_assert!((physical.min..=physical.max).contains(&r.frame_size) && r.frame_size >= framing.min);
            prop_assert!(flags >= 0x8000_0000 || r.frame_size <= framing.max);
            if flags & 0x8000 != 0 {
                prop_assert!(r.frame_size >= word.unsigned_abs() && r.alignment == 0);
            } else {
                prop_assert_eq!(r.alignment, word as u32);
            }
        }

        #[test]
        fn any_words_are_answered(words: [u32; 14], kind in 0usize..5, need in 0u64..0x2_0000_0000) {
            use memory_type::{PAGED, SYSTEM, USER, WILDCARD};
            let memory_type = [WILDCARD, USER, PAGED, SYSTEM, DEVICE][kind];
            let [memory_flags, bus_flags, flags, frames, alignment, weight, a, b, c, d, e, f, ..] = words;
            let (physical, framing) = (Range { min: a, max: b, step: c }, Range { min: d, max: e, step: f });
            let bus_type = Guid(words[12], 0, 0, [0; 8]);
            let item = Item {
                memory_type, bus_type, memory_flags, bus_flags, flags, frames, alignment, weight, physical, framing,
                range_weights: [words[13]; 2],
            };
            if let Ok(sane) = check(&item) {
                let _ = serve(&item, &sane, need, &OFFER);
            }
        }
    }
}
