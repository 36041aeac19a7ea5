//! The flight recorder: the last n things that happened, written under the desk's lock, in the order in which they did.

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Frames were committed; the note is their number.
    Commit = 1,
    /// A decommit began; the note is the number of frames out.
    Drain = 2,
    /// A decommit ended.
    Decommit = 3,
    /// A frame was handed out.
    Allocate = 4,
    /// A frame came back.
    Free = 5,
    /// An allocation found no frame.
    Empty = 6,
    /// An allocation came before commit or after decommit.
    NotReady = 7,
    /// A frame came back that was free.
    Twice = 8,
    /// A free named an address that is no frame.
    Foreign = 9,
    /// The driver's own remark about a frame.
    Note = 10,
    /// A framing was refused; the note is the number of the field.
    Refused = 11,
    /// Memory ran out.
    NoMemory = 12,
}

/// No frame in particular.
pub const NO_FRAME: u16 = 0xffff;

/// When and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// In units of 100 ns, from any fixed point.
    pub time: u64,
    /// The IRQL of the caller.
    pub irql: u8,
}

/// One event; 16 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Record {
    /// In units of 100 ns, from any fixed point.
    pub time: u64,
    /// Depends on the kind.
    pub note: u32,
    /// The frame, or [`NO_FRAME`].
    pub frame: u16,
    /// A [`Kind`].
    pub kind: u8,
    /// The IRQL of the caller.
    pub irql: u8,
}

impl Record {
    /// A record of now.
    pub fn new(stamp: Stamp, kind: Kind, frame: u16, note: u32) -> Self {
        Self { time: stamp.time, note, frame, kind: kind as u8, irql: stamp.irql }
    }
}

/// A ring of the last records; the number of slots is a power of two, or 0.
pub struct Recorder<R> {
    slots: R,
    written: u64,
}

impl<R: AsMut<[Record]> + AsRef<[Record]>> Recorder<R> {
    /// An empty recorder.
    pub fn new(slots: R) -> Self {
        Self { slots, written: 0 }
    }

    /// Number of records ever written.
    pub fn written(&self) -> u64 {
        self.written
    }

    fn place(&self, n: u64) -> usize {
        n as usize & self.slots.as_ref().len().wrapping_sub(1)
    }

    /// Adds a record, over the oldest if need be.
    pub fn push(&mut self, record: Record) {
        let i = self.place(self.written);
        if let Some(slot) = self.slots.as_mut().get_mut(i) {
            *slot = record;
            self.written = self.written.wrapping_add(1);
        }
    }

    /// Copies records from number `from` on, or from the oldest that is still there; answers the number of the first
    /// one copied and how many there are.
    pub fn copy(&self, from: u64, into: &mut [Record]) -> (u64, usize) {
        let oldest = self.written.saturating_sub(self.slots.as_ref().len() as u64);
        let first = from.max(oldest).min(self.written);
        let mut copied = 0usize;
        for (to, n) in into.iter_mut().zip(first..self.written) {
            if let Some(slot) = self.slots.as_ref().get(self.place(n)) {
                *to = *slot;
                copied = copied.wrapping_add(1);
            }
        }
        (first, copied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: u64) -> Record {
        Record { time, ..Record::default() }
    }

    #[test]
    fn the_last_ones_are_kept() {
        let mut r = Recorder::new([Record::default(); 4]);
        for t in 0..7 {
            r.push(at(t));
        }
        let mut out = [Record::default(); 8];
        assert_eq!(r.copy(0, &mut out), (3, 4));
        assert_eq!(out[..4], [at(3), at(4), at(5), at(6)]);
        assert_eq!(r.copy(6, &mut out), (6, 1));
        assert_eq!(r.copy(99, &mut out), (7, 0));
        assert_eq!(r.copy(4, &mut out[..2]), (4, 2));
        assert_eq!(out[..2], [at(4), at(5)]);
    }

    #[test]
    fn without_slots_nothing_is_kept() {
        let mut r = Recorder::new([Record::default(); 0]);
        r.push(at(1));
        assert_eq!((r.written(), r.copy(0, &mut [at(9)])), (0, (0, 0)));
    }
}
