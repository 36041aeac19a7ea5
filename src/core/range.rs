//! A range of frame sizes, and the sizes that two of them share.
//!
//! Field meanings: <https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ks_framing_range>. Microsoft's
//! macros write a step of 1 and its samples one of 0 where the least size is the largest, although a step beyond their
//! difference is "undefined": all of these stand for any size between the two.

/// KS_FRAMING_RANGE, laid out alike: min, min + step, min + 2 step, … up to max.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Range {
    /// KS_FRAMING_RANGE.MinFrameSize, in bytes.
    pub min: u32,
    /// KS_FRAMING_RANGE.MaxFrameSize, in bytes.
    pub max: u32,
    /// KS_FRAMING_RANGE.Stepping, in bytes.
    pub step: u32,
}

impl Range {
    /// Every size.
    pub const ANY: Self = Self { min: 0, max: u32::MAX, step: 0 };

    /// Itself, or every size if it does not say any.
    pub fn stated(self) -> Self {
        if self.min == 0 && self.max == 0 { Self::ANY } else { self }
    }

    /// The step that counts, at least 1.
    fn stride(self) -> i64 {
        let step = if self.step > self.max.saturating_sub(self.min) { 1 } else { self.step.max(1) };
        i64::from(step)
    }
}

/// The greatest common divisor of two positive numbers, and how often `m`, modulo `n`, makes it (Euclid, Bézout).
fn divisor(m: i64, n: i64) -> (i64, i64) {
    let (mut divisor, mut rest, mut times, mut next) = (m, n, 1i64, 0i64);
    while let (Some(q), Some(r)) = (divisor.checked_div(rest), divisor.checked_rem(rest)) {
        (divisor, rest) = (rest, r);
        (times, next) = (next, times.wrapping_sub(q.wrapping_mul(next))); // never beyond m or n
    }
    (divisor, times)
}

/// The smallest size that is in both ranges and at least `least`.
#[inline(never)] // called at several places, each deep by itself
pub fn common(a: Range, b: Range, least: u64) -> Option<u32> {
    let (m, n) = (a.stride(), b.stride());
    let (divisor, times) = divisor(m, n);
    let gap = i64::from(b.min).wrapping_sub(i64::from(a.min));
    if gap.checked_rem(divisor)? != 0 {
        return None;
    }
    // The sizes a.min + k m that are also steps of b are those with k = (gap / divisor) times, modulo n / divisor.
    let turns = n.checked_div(divisor)?;
    let gap = gap.checked_div(divisor)?.checked_rem_euclid(turns)?.unsigned_abs();
    let times = times.checked_rem_euclid(turns)?.unsigned_abs();
    let turns = turns.unsigned_abs();
    let m = m.unsigned_abs();
    let k = gap.wrapping_mul(times).checked_rem(turns)?; // both below 2^32
    let first = u64::from(a.min).checked_add(k.checked_mul(m)?)?;
    let least = least.max(a.min.max(b.min).into());
    let more = least.saturating_sub(first).checked_next_multiple_of(turns.checked_mul(m)?)?;
    let size = u32::try_from(first.checked_add(more)?).ok()?;
    (size <= a.max.min(b.max)).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(min: u32, max: u32, step: u32) -> Range {
        Range { min, max, step }
    }

    #[test]
    fn a_step_of_0_or_1_or_beyond_the_range_means_any_size() {
        for step in [0, 1, 51, u32::MAX] {
            assert_eq!(common(range(100, 150, step), Range::ANY, 117), Some(117));
        }
        assert_eq!(common(range(100, 150, 50), Range::ANY, 117), Some(150));
        for step in [0, 1, 4096] {
            assert_eq!(common(range(8192, 8192, step), range(0, u32::MAX, 1), 0), Some(8192));
        }
    }

    #[test]
    fn steps_count_from_the_least_size() {
        assert_eq!(common(range(100, 200, 16), Range::ANY, 101), Some(116));
        assert_eq!(common(range(100, 200, 16), Range::ANY, 197), None);
    }

    #[test]
    fn the_largest_numbers_are_no_trouble() {
        const MAX: u32 = u32::MAX;
        assert_eq!(common(range(0, MAX, MAX), range(1, MAX, MAX - 1), 1), Some(MAX));
        assert_eq!(common(range(0, MAX, MAX), range(0, MAX, MAX - 1), 0), Some(0));
        assert_eq!(common(range(0, MAX, MAX), range(0, MAX, MAX - 1), 1), None);
        assert_eq!(common(Range::ANY, Range::ANY, u64::MAX), None);
        assert_eq!(common(Range::ANY, Range::ANY, MAX.into()), Some(MAX));
    }

    fn any_range() -> impl Strategy<Value = Range> {
        (0u32..90, 0u32..200, 0u32..40).prop_map(|(min, more, step)| range(min, min + more, step))
    }

    proptest! {
        #[test]
        fn the_answer_is_that_of_looking_at_each_size(a in any_range(), b in any_range(), least in 0u64..300) {
            let has = |r: Range, s: u32| {
                let step = if r.step > r.max - r.min { 1 } else { r.step.max(1) };
                (r.min..=r.max).contains(&s) && (s - r.min) % step == 0
            };
            let naive = (0..=300).find(|s| u64::from(*s) >= least && has(a, *s) && has(b, *s));
            prop_assert_eq!(common(a, b, least), naive);
        }

        #[test]
        fn it_never_breaks_off(a: [u32; 3], b: [u32; 3], least: u64) {
            let _ = common(range(a[0], a[1], a[2]), range(b[0], b[1], b[2]), least);
        }
    }
}
