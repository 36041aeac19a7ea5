//! Time from left to right.

/// A span of time, in units of 100 ns, and the columns that show it.
pub struct Axis {
    /// First moment.
    pub from: u64,
    /// Last moment, after the first.
    pub to: u64,
    /// Where the first moment is.
    pub left: f64,
    /// Where the last moment is.
    pub right: f64,
}

impl Axis {
    /// Where a moment is; moments outside are at the nearer edge.
    pub fn x(&self, time: u64) -> f64 {
        let part = (time.clamp(self.from, self.to) - self.from) as f64 / (self.to - self.from) as f64;
        self.left + part * (self.right - self.left)
    }

    /// Is any of it to be seen?
    pub fn shows(&self, from: u64, to: u64) -> bool {
        to >= self.from && from <= self.to
    }

    /// Round moments, with their labels counted from `zero`; about ten.
    pub fn ticks(&self, zero: u64) -> Vec<(f64, String)> {
        let step = round((self.to - self.from) / 9);
        let first = (self.from - zero).div_ceil(step);
        (first..)
            .map(|n| (zero + n * step, n * step))
            .take_while(|(time, _)| *time <= self.to)
            .map(|(time, since)| (self.x(time), label(since, step)))
            .collect()
    }

    /// How long a span is, for a tool tip.
    pub fn span(&self, from: u64, to: u64) -> String {
        label(to - from, 1)
    }
}

/// The next of 1, 2, 5, 10, 20, ...
fn round(at_least: u64) -> u64 {
    let mut power = 1;
    loop {
        for digit in [1, 2, 5] {
            if digit * power >= at_least {
                return digit * power;
            }
        }
        power *= 10;
    }
}

/// Milliseconds, with no more decimals than the step between two labels needs; seconds where that is shorter.
fn label(time: u64, step: u64) -> String {
    if step % 10_000_000 == 0 {
        return format!("{} s", time / 10_000_000);
    }
    let text = format!("{}.{:04}", time / 10_000, time % 10_000);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let axis = Axis { from: 1_030_000, to: 10_000_000, left: 0.0, right: 100.0 };
        let labels: Vec<_> = axis.ticks(1_000_000).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["100 ms", "200 ms", "300 ms", "400 ms", "500 ms", "600 ms", "700 ms", "800 ms", "900 ms"]);
        assert_eq!((label(15_000, 5_000), label(30_000_000, 10_000_000)), ("1.5 ms".into(), "3 s".into()));
        assert_eq!((axis.x(0), axis.x(u64::MAX)), (0.0, 100.0));
    }
}
