//! Framings that ks.sys passes on, and that nobody near can correct: what can be put right is, and is told of.
use super::framing::{Field, Options, PAGE, Request};

bitflags::bitflags! {
    /// What `tolerate` changed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Tolerated: u8 {
        /// Bits that are no options were dropped.
        const OPTIONS = 1 << Field::Options as u8;
        /// The alignment became a mask.
        const ALIGNMENT = 1 << Field::Alignment as u8;
        /// A number that ought to be 0 was dropped.
        const RESERVED = 1 << Field::Reserved as u8;
    }
}

impl Tolerated {
    /// The fields, in the order in which a framing has them.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        let all =
            [(Self::OPTIONS, Field::Options), (Self::ALIGNMENT, Field::Alignment), (Self::RESERVED, Field::Reserved)];
        all.into_iter().filter(move |(bit, _)| self.contains(*bit)).map(|(_, field)| field)
    }
}

/// Puts right what can be put right. What is left is for [`layout`](super::framing::layout) to judge.
///
/// An alignment that is no mask becomes the next larger mask (64, which was meant to be 63, becomes 127), but at most a
/// page's: beyond it is more likely the pitch of a 2-D buffer, which shares the word.
pub fn tolerate(r: &Request) -> (Request, Tolerated) {
    let mask = match r.alignment {
        a if a & a.wrapping_add(1) == 0 => a,
        a => (u32::MAX >> a.leading_zeros()).min(PAGE.wrapping_sub(1)),
    };
    let right = Request { options: Options::from_bits_truncate(r.options).bits(), alignment: mask, reserved: 0, ..*r };
    let mut changed = Tolerated::empty();
    changed.set(Tolerated::OPTIONS, right.options != r.options);
    changed.set(Tolerated::ALIGNMENT, right.alignment != r.alignment);
    changed.set(Tolerated::RESERVED, right.reserved != r.reserved);
    (right, changed)
}

#[cfg(test)]
mod tests {
    use super::super::framing::layout;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;
    extern crate std;

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
    fn what_is_tolerated_is_named_in_the_order_of_the_fields() {
        let r = Request { options: 0xffff_fffe, alignment: 64, reserved: 9, ..GOOD };
        let (right, changed) = tolerate(&r);
        assert_eq!((right.options, right.alignment, right.reserved), (2, 127, 0));
        let fields: Vec<_> = changed.fields().collect();
        assert_eq!(fields, [Field::Options, Field::Alignment, Field::Reserved]);
        assert_eq!(tolerate(&right).1, Tolerated::empty());
    }

    #[test]
    fn a_mask_beyond_a_page_is_not_made_smaller_but_a_pitch_is_taken_for_one() {
        let mask = |alignment| tolerate(&Request { alignment, ..GOOD }).0.alignment;
        assert_eq!((mask(0xfff), mask(0x1fff), mask(u32::MAX)), (0xfff, 0x1fff, u32::MAX));
        assert_eq!((mask(7680), mask(-7680i32 as u32), mask(0x801), mask(0x1ffe)), (0xfff, 0xfff, 0xfff, 0xfff));
    }

    proptest! {
        #[test]
        fn only_options_reserved_and_alignment_are_tolerated(
            options: u32, alignment in 0u32..0x1000, reserved: u32, frame_size in 0u32..3, frames in 0u32..70
        ) {
            let r = Request { options, alignment, reserved, frame_size, frames, ..GOOD };
            let (right, changed) = tolerate(&r);
            prop_assert!(right.alignment >= r.alignment && right.alignment < r.alignment.max(1) * 2);
            let strict = layout(&Request { options: options & 3, alignment: 0, reserved: 0, ..r });
            prop_assert_eq!(strict.is_ok(), layout(&right).is_ok());
            prop_assert_eq!(changed.is_empty(), layout(&r) == layout(&right));
        }
    }
}
