//! What the records tell: who had which frame when, which pictures found none, and who waited.
use super::{
    records::{NO_FRAME, Record, kind},
    waits::Waits,
};

/// Notes up to here are numbers of pictures, others tags of four characters (samples/host/pin.h).
const LAST_PICTURE: u32 = 0x00ff_ffff;

/// Somebody had a frame from `from` to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The tag of the owner, or 0 where nobody said who it is.
    pub owner: u32,
    /// First moment.
    pub from: u64,
    /// Last moment.
    pub to: u64,
}

/// A frame was out, in the hands of one or more owners.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Which frame.
    pub frame: u16,
    /// The picture in it, if the driver said so.
    pub picture: Option<u32>,
    /// The owners, one after the other; never empty.
    pub parts: Vec<Part>,
}

impl Hold {
    /// When it was handed out.
    pub fn from(&self) -> u64 {
        self.parts[0].from
    }

    /// When it came back, or the end of the story.
    pub fn to(&self) -> u64 {
        self.parts[self.parts.len() - 1].to
    }
}

/// A picture found no free frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drop {
    /// When.
    pub time: u64,
    /// Which picture.
    pub picture: u32,
}

/// The whole of it.
#[derive(Debug, Default)]
pub struct Story {
    /// Frames that were committed.
    pub frames: u16,
    /// In the order in which they began.
    pub holds: Vec<Hold>,
    /// In order.
    pub drops: Vec<Drop>,
    /// Requests that waited, and what subscribers and direct calls were told.
    pub waits: Waits,
    /// The time of the first record.
    pub start: u64,
    /// The time of the last record.
    pub end: u64,
}

impl Story {
    /// Reads the records, which may begin anywhere: a ring forgets its oldest.
    pub fn new(records: &[Record]) -> Self {
        let start = records.first().map_or(0, |r| r.time);
        let end = records.iter().map(|r| r.time).max().unwrap_or(start);
        let mut story = Self { start, end, waits: Waits::new(records, start, end), ..Self::default() };
        let mut open = vec![None; usize::from(NO_FRAME)];
        for record in records {
            story.read(record, &mut open);
        }
        for hold in &mut story.holds {
            // Between the allocation and the first remark there is usually no time.
            let first = hold.parts[0];
            hold.parts.retain(|part| part.from < part.to || part.owner != 0);
            if hold.parts.is_empty() {
                hold.parts.push(first);
            }
        }
        story.holds.sort_by_key(Hold::from);
        story
    }

    /// `open` has the number of the hold of each frame that is out.
    fn read(&mut self, record: &Record, open: &mut [Option<usize>]) {
        let Some(hold) = open.get_mut(usize::from(record.frame)) else {
            match record.kind {
                kind::COMMIT => self.frames = self.frames.max(record.note.min(4096) as u16),
                kind::NOTE if record.note <= LAST_PICTURE => {
                    self.drops.push(Drop { time: record.time, picture: record.note });
                }
                _ => {}
            }
            return;
        };
        self.frames = self.frames.max(record.frame + 1);
        match record.kind {
            kind::ALLOCATE | kind::SERVE => {
                *hold = Some(self.begin(record.frame, record.time));
            }
            kind::FREE | kind::NOTE => {
                // A hold that was never seen to begin has been there since the first record.
                let number = hold.unwrap_or_else(|| self.begin(record.frame, self.start));
                *hold = (record.kind == kind::NOTE).then_some(number);
                self.hand_over(number, record);
            }
            _ => {}
        }
    }

    fn begin(&mut self, frame: u16, from: u64) -> usize {
        self.holds.push(Hold { frame, picture: None, parts: vec![Part { owner: 0, from, to: self.end }] });
        self.holds.len() - 1
    }

    fn hand_over(&mut self, number: usize, record: &Record) {
        let end = self.end;
        let hold = &mut self.holds[number];
        if record.kind == kind::NOTE && record.note <= LAST_PICTURE {
            hold.picture = Some(record.note);
            return;
        }
        if let Some(last) = hold.parts.last_mut() {
            last.to = record.time;
        }
        if record.kind == kind::NOTE {
            hold.parts.push(Part { owner: record.note, from: record.time, to: end });
        }
    }

    /// The time between two pictures: the middle one of all distances, so that a pause does not count.
    pub fn period(&self) -> u64 {
        let mut times: Vec<_> = self.holds.iter().map(Hold::from).chain(self.drops.iter().map(|d| d.time)).collect();
        times.sort_unstable();
        let mut distances: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        distances.sort_unstable();
        distances.get(distances.len() / 2).copied().unwrap_or(self.end - self.start).max(1)
    }

    /// How many frames were out after each change.
    pub fn occupancy(&self) -> Vec<(u64, u32)> {
        let mut changes: Vec<_> = self.holds.iter().flat_map(|h| [(h.from(), 1i64), (h.to(), -1)]).collect();
        changes.sort_unstable();
        let mut out = 0;
        changes
            .into_iter()
            .map(|(time, change)| {
                (time, {
                    out += change;
                    out.max(0) as u32
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(time: u64, kind: u8, frame: u16, note: u32) -> Record {
        Record { time, kind, frame, note }
    }

    #[test]
    fn owners_follow_each_other() {
        let story = Story::new(&[
            record(0, kind::COMMIT, NO_FRAME, 3),
            record(10, kind::ALLOCATE, 1, 1),
            record(10, kind::NOTE, 1, 7),
            record(10, kind::NOTE, 1, 0x4c4c_4946),
            record(12, kind::NOTE, NO_FRAME, 8),
            record(15, kind::NOTE, 1, 0x534e_4f43),
            record(20, kind::FREE, 1, 0),
        ]);
        assert_eq!((story.frames, story.holds.len()), (3, 1));
        let hold = &story.holds[0];
        assert_eq!((hold.picture, hold.from(), hold.to()), (Some(7), 10, 20));
        assert_eq!(hold.parts.iter().map(|p| (p.from, p.to)).collect::<Vec<_>>(), [(10, 15), (15, 20)]);
        assert_eq!(story.drops, [Drop { time: 12, picture: 8 }]);
        assert_eq!(story.occupancy(), [(10, 1), (20, 0)]);
    }

    #[test]
    fn a_ring_forgets_its_oldest() {
        let story = Story::new(&[record(5, kind::FREE, 2, 0), record(9, kind::ALLOCATE, 0, 1)]);
        assert_eq!(story.frames, 3);
        assert_eq!(story.holds.len(), 2, "one ended as the story began, one never did");
        assert_eq!(story.holds[1].from(), 9);
    }
}
