//! From the alternatives of a KSALLOCATOR_FRAMING_EX to one framing, and to its memory.
//!
//! Field meanings: <https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing_ex>.
//!
//! The items are alternatives, one for each memory type. Two kinds of wrong are kept apart:
//!
//! * An item that **contradicts itself** refuses the framing, whether it would have been chosen or not: its author hears
//!   of it on the first machine, not on the one where that item would be wanted.
//! * An item that does **not suit** this allocator or this format (memory that nobody brings, too many frames, no such
//!   size) is passed over. Of those that suit, the one of the greatest weight is taken, of equals the first. If none
//!   does, the refusal is that of the one which would have been taken, had it been suitable; memory types that cannot
//!   be served count last.
use super::{
    framing::{Field, Refusal, Request},
    framing_item::{Item, check, serve},
};

/// KSALLOCATOR_FRAMING_EX before its items, laid out alike.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Header {
    /// Items that follow.
    pub count: u32,
    /// PinFlags; nothing here.
    pub pin_flags: u32,
    /// OutputCompression.RatioNumerator.
    pub numerator: u32,
    /// OutputCompression.RatioDenominator.
    pub denominator: u32,
    /// OutputCompression.RatioConstantMargin, in bytes.
    pub margin: u32,
    /// PinWeight; nothing here.
    pub pin_weight: u32,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// The beginning of the framing; anything if `bytes` is too small for it.
    pub header: Header,
    /// Bytes of the framing, items included.
    pub bytes: u32,
    /// Bytes that the format needs before OutputCompression, or 0.
    pub frame_bytes: u32,
}

/// What is wrong, and in which item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Why.
    pub refusal: Refusal,
    /// The item, or 0.
    pub item: u32,
}

impl Wrong {
    /// Both as one number: the field, and from bit 16 on the item.
    pub fn note(self) -> u32 {
        let field = match self.refusal {
            Refusal::Invalid(field) => field,
            Refusal::NotSupported => Field::MemoryType,
        };
        self.item.min(0xffff) << 16 | field as u32
    }
}

const HEADER_BYTES: u32 = size_of::<Header>() as u32;
const ITEM_BYTES: u32 = size_of::<Item>() as u32;

impl Ask {
    /// The number of items.
    fn items(&self) -> Result<u32, Field> {
        let room = self.bytes.checked_sub(HEADER_BYTES).ok_or(Field::Bytes)?;
        let fits = self.header.count.checked_mul(ITEM_BYTES).is_some_and(|bytes| bytes <= room);
        if self.header.count > 0 && fits { Ok(self.header.count) } else { Err(Field::CountItems) }
    }

    /// What a frame must hold: what the format needs, times the ratio, rounded up, and the margin; 0 if nobody says.
    fn need(&self) -> Result<u64, Field> {
        let Header { numerator, denominator, margin, .. } = self.header;
        if numerator == 0 {
            return Err(Field::RatioNumerator);
        }
        // No product of two ULONGs, plus a third one less one, is beyond 64 bits.
        let product = u64::from(self.frame_bytes).wrapping_mul(numerator.into());
        let rounded = product.wrapping_add(u64::from(denominator).saturating_sub(1));
        let need = rounded.checked_div(denominator.into()).ok_or(Field::RatioDenominator)?;
        Ok(if need == 0 { 0 } else { need.saturating_add(margin.into()) })
    }
}

/// Chooses an item. `offer` says what the allocator has; `item` is called once for each number below the count, which
/// then fits the bytes.
#[inline(never)] // deep enough by itself
pub fn choose(ask: &Ask, offer: &Request, mut item: impl FnMut(u32) -> Item) -> Result<Request, Wrong> {
    let wrong = |field, item| Wrong { refusal: Refusal::Invalid(field), item };
    let count = ask.items().map_err(|field| wrong(field, 0))?;
    let need = ask.need().map_err(|field| wrong(field, 0))?;
    let mut best = None;
    let mut answer = Err(wrong(Field::CountItems, 0));
    for i in 0..count {
        let item = item(i);
        let sane = check(&item).map_err(|field| wrong(field, i))?;
        let served = serve(&item, &sane, need, offer);
        let rank = match &served {
            Ok(_) => 2,
            Err(Refusal::Invalid(_)) => 1,
            Err(Refusal::NotSupported) => 0,
        };
        let key = Some((rank, item.weight));
        if key > best {
            best = key;
            answer = served.map_err(|refusal| Wrong { refusal, item: i });
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::super::{framing_item::memory_type, range::Range};
    use super::*;
    use proptest::prelude::*;

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

    fn item() -> Item {
        Item {
            memory_type: memory_type::NONPAGED,
            flags: 2,
            frames: 3,
            framing: Range { min: 8192, max: 8192, step: 1 },
            ..Item::default()
        }
    }

    fn header(count: u32) -> Header {
        Header { count, numerator: 1, denominator: 1, ..Header::default() }
    }

    fn chosen(frame_bytes: u32, items: &[Item]) -> Result<Request, (Refusal, u32)> {
        let count = items.len() as u32;
        let ask = Ask { header: header(count), bytes: 24 + 88 * count, frame_bytes };
        choose(&ask, &OFFER, |i| items[i as usize]).map_err(|w| (w.refusal, w.item))
    }

    #[test]
    fn the_items_must_be_there() {
        let bad = |count, bytes, field| {
            let ask = Ask { header: header(count), bytes, frame_bytes: 0 };
            let refusal = choose(&ask, &OFFER, |_| panic!("not there")).unwrap_err();
            assert_eq!(refusal, Wrong { refusal: Refusal::Invalid(field), item: 0 });
        };
        for bytes in [0, 1, 23] {
            bad(1, bytes, Field::Bytes);
        }
        for (count, bytes) in [(0, 112), (1, 24), (1, 111), (2, 199), (0x0300_0000, u32::MAX), (u32::MAX, u32::MAX)] {
            bad(count, bytes, Field::CountItems);
        }
    }

    #[test]
    fn weight_decides_then_the_order_but_only_among_those_that_suit() {
        let with = |weight, frames| Item { weight, frames, ..item() };
        let frames = |items: &[Item]| chosen(0, items).unwrap().frames;
        assert_eq!(frames(&[with(1, 10), with(2, 20), with(2, 30)]), 20);
        assert_eq!(frames(&[with(0, 10), with(9, 65), with(0, 20)]), 10);
        assert_eq!(chosen(0, &[with(1, 66), with(2, 65)]), Err((Refusal::Invalid(Field::Frames), 1)));
        let user = Item { memory_type: memory_type::USER, weight: 9, ..item() };
        assert_eq!(chosen(0, &[user, user]), Err((Refusal::NotSupported, 0)));
        assert_eq!(chosen(0, &[user, with(0, 65)]), Err((Refusal::Invalid(Field::Frames), 1)));
        assert_eq!(chosen(0, &[user, with(0, 5)]).unwrap().frames, 5);
    }

    #[test]
    fn a_contradiction_anywhere_refuses_all() {
        let bad = Item { framing: Range { min: 2, max: 1, step: 1 }, ..item() };
        assert_eq!(chosen(0, &[Item { weight: 9, ..item() }, bad]), Err((Refusal::Invalid(Field::FramingRange), 1)));
    }

    #[test]
    fn each_item_is_read_once() {
        let mut reads = [0; 5];
        let ask = Ask { header: header(5), bytes: u32::MAX, frame_bytes: 0 };
        let read = |i| {
            reads[i as usize] += 1;
            Item { weight: i % 3, frames: 10 + i, ..item() }
        };
        assert_eq!(choose(&ask, &OFFER, read).unwrap().frames, 12);
        assert_eq!(reads, [1; 5]);
    }

    #[test]
    fn the_note_has_the_field_below_and_the_item_above() {
        let note = |refusal, item| Wrong { refusal, item }.note();
        assert_eq!(note(Refusal::Invalid(Field::FrameBytes), 2), 0x2_001a);
        assert_eq!(note(Refusal::NotSupported, 0), 20);
        assert_eq!(note(Refusal::Invalid(Field::Frames), 0x0100_0000), 0xffff_0003);
    }

    proptest! {
        #[test]
        fn the_ratio_rounds_up_and_never_overflows(frame_bytes: u32, numerator: u32, denominator: u32, margin: u32) {
            let header = Header { numerator, denominator, margin, ..header(1) };
            let need = Ask { header, bytes: 112, frame_bytes }.need();
            let exact = |n: u32, b: u32, d: u32| (u128::from(n) * u128::from(b)).div_ceil(d.into()) + u128::from(margin);
            prop_assert_eq!(need, match (numerator, denominator, frame_bytes) {
                (0, _, _) => Err(Field::RatioNumerator),
                (_, 0, _) => Err(Field::RatioDenominator),
                (_, _, 0) => Ok(0),
                (n, d, b) => Ok(u64::try_from(exact(n, b, d)).unwrap()),
            });
        }
    }
}
