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
    /// A framing was refused; the note is the number of the field, and above it that of the item.
    Refused = 11,
    /// Memory ran out.
    NoMemory = 12,
    /// A request begins to wait; the note tells it from others.
    Wait = 13,
    /// A frame was handed to a request that waited; the note tells which.
    Serve = 14,
    /// A request was cancelled while it waited; the note tells which.
    Cancel = 15,
    /// A request was sent away because no frames are handed out any more; the note tells which.
    Dismiss = 16,
    /// A direct call found a frame, but requests wait for it.
    Barred = 17,
    /// Subscribers are about to be told that a frame came back; the note is how many such calls it will be.
    Event = 18,
    /// Memory of frames that are out was given up at the end; the note is the number of frames.
    Leak = 19,
    /// Something wrong with a framing was put right; the note is the number of the field.
    Tolerated = 20,
    /// A free or a pass by somebody who does not hold the frame; the note tells who does.
    NotHeld = 21,
    /// A request waited as long as requests may; the note tells which.
    TimeOut = 22,
}

/// No frame in particular.
pub const NO_FRAME: u32 = 0xffff;

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

    /// Shows at most `room` records from number `from` on, or from the oldest that is still there; answers the number
    /// of the first one shown and how many there were.
    pub fn copy(&self, from: u64, room: usize, mut show: impl FnMut(Record)) -> (u64, usize) {
        let oldest = self.written.saturating_sub(self.slots.as_ref().len() as u64);
        let first = from.max(oldest).min(self.written);
        let mut copied = 0usize;
        for n in (first..self.written).take(room) {
            if let Some(slot) = self.slots.as_ref().get(self.place(n)) {
                show(*slot);
                copied = copied.wrapping_add(1);
            }
        }
        (first, copied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::{vec, vec::Vec};

    fn at(time: u64) -> Record {
        Record { time, ..Record::default() }
    }

    /// The number of the first record shown, and the times of all.
    fn shown(r: &Recorder<[Record; 4]>, from: u64, room: usize) -> (u64, Vec<u64>) {
        let mut times = Vec::new();
        let (first, n) = r.copy(from, room, |record| times.push(record.time));
        assert_eq!(n, times.len());
        (first, times)
    }

    #[test]
    fn the_last_ones_are_kept() {
        let mut r = Recorder::new([Record::default(); 4]);
        for t in 0..7 {
            r.push(at(t));
        }
        assert_eq!(shown(&r, 0, 8), (3, vec![3, 4, 5, 6]));
        assert_eq!(shown(&r, 6, 8), (6, vec![6]));
        assert_eq!(shown(&r, 99, 8), (7, vec![]));
        assert_eq!(shown(&r, 4, 2), (4, vec![4, 5]));
    }

    #[test]
    fn without_slots_nothing_is_kept() {
        let mut r = Recorder::new([] as [Record; 0]);
        r.push(at(1));
        assert_eq!((r.written(), r.copy(0, 1, |_| panic!("nothing to show"))), (0, (0, 0)));
    }
}
