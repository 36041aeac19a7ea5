//! Requests that waited for a frame, and what subscribers and direct calls were told meanwhile.
use super::records::{Record, kind};
use std::collections::BTreeMap;

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With this frame.
    Served(u16),
    /// The request was cancelled.
    Cancelled,
    /// The request was sent away.
    Dismissed,
    /// It had not ended with the story.
    Never,
}

/// A request waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// First moment.
    pub from: u64,
    /// Last moment.
    pub to: u64,
    /// How it ended.
    pub end: End,
}

/// Everything about waiting.
#[derive(Debug, Default)]
pub struct Waits {
    /// In the order in which they began.
    pub requests: Vec<Wait>,
    /// Times at which subscribers were told of frees, and how many.
    pub events: Vec<(u64, u32)>,
    /// Times at which direct calls got no frame.
    pub refusals: Vec<u64>,
}

impl Waits {
    /// Reads the records. A wait whose begin was forgotten has been there since `start`.
    pub fn new(records: &[Record], start: u64, end: u64) -> Self {
        let (mut waits, mut open) = (Self::default(), BTreeMap::new());
        for record in records {
            let how = match record.kind {
                kind::WAIT => {
                    open.insert(record.note, record.time);
                    continue;
                }
                kind::SERVE => End::Served(record.frame),
                kind::CANCEL => End::Cancelled,
                kind::DISMISS => End::Dismissed,
                kind::EVENT => {
                    waits.events.push((record.time, record.note));
                    continue;
                }
                kind::EMPTY | kind::BARRED => {
                    waits.refusals.push(record.time);
                    continue;
                }
                _ => continue,
            };
            let from = open.remove(&record.note).unwrap_or(start);
            waits.requests.push(Wait { from, to: record.time, end: how });
        }
        waits.requests.extend(open.into_values().map(|from| Wait { from, to: end, end: End::Never }));
        waits.requests.sort_by_key(|w| (w.from, w.to));
        waits
    }

    /// Whether nobody waited and nobody subscribed: then failed direct calls are no news, they are drops.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.events.is_empty()
    }

    /// How many ended so.
    pub fn count(&self, like: fn(&End) -> bool) -> usize {
        self.requests.iter().filter(|w| like(&w.end)).count()
    }

    /// The counts in words.
    pub fn in_words(&self) -> String {
        format!(
            "{} requests waited: {} served, {} cancelled, {} sent away · {} free-frame events",
            self.requests.len(),
            self.count(|end| matches!(end, End::Served(_))),
            self.count(|end| *end == End::Cancelled),
            self.count(|end| *end == End::Dismissed),
            self.events.iter().map(|(_, times)| u64::from(*times)).sum::<u64>()
        )
    }

    /// How much there is to be seen between two moments: a wait that ends with a frame, one that is cancelled, one that
    /// is sent away, an event, a refusal.
    pub fn kinds_within(&self, from: u64, to: u64) -> usize {
        let within = |time: u64| (from..=to).contains(&time);
        let waits = || self.requests.iter().filter(|w| within(w.from) && within(w.to)).map(|w| w.end);
        [
            waits().any(|end| matches!(end, End::Served(_))),
            waits().any(|end| end == End::Cancelled),
            waits().any(|end| end == End::Dismissed),
            self.events.iter().any(|(time, _)| within(*time)),
            self.refusals.iter().any(|time| within(*time)),
        ]
        .iter()
        .filter(|seen| **seen)
        .count()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::records::NO_FRAME,
        End::{Cancelled, Dismissed, Never, Served},
        *,
    };

    #[test]
    fn each_request_ends_its_own_wait() {
        let record = |time, kind, frame, note| Record { time, kind, frame, note };
        let waits = Waits::new(
            &[
                record(1, kind::CANCEL, NO_FRAME, 9),
                record(2, kind::WAIT, NO_FRAME, 7),
                record(3, kind::WAIT, NO_FRAME, 8),
                record(4, kind::WAIT, NO_FRAME, 6),
                record(5, kind::SERVE, 2, 8),
                record(6, kind::WAIT, NO_FRAME, 8),
                record(6, kind::EVENT, 2, 1),
                record(7, kind::DISMISS, NO_FRAME, 7),
                record(8, kind::BARRED, NO_FRAME, 0),
                record(9, kind::EVENT, NO_FRAME, 3),
            ],
            1,
            9,
        );
        let wait = |from, to, end| Wait { from, to, end };
        let expected = [wait(1, 1, Cancelled), wait(2, 7, Dismissed), wait(3, 5, Served(2)), wait(4, 9, Never)];
        assert_eq!(waits.requests[..4], expected);
        assert_eq!(waits.requests[4..], [wait(6, 9, Never)]);
        assert_eq!((&waits.events[..], &waits.refusals[..]), (&[(6, 1), (9, 3)][..], &[8][..]));
        assert_eq!(waits.in_words(), "5 requests waited: 1 served, 1 cancelled, 1 sent away · 4 free-frame events");
        assert_eq!((waits.kinds_within(1, 9), waits.kinds_within(2, 6)), (5, 2));
    }
}
