//! Who holds a frame: a client's free takes back its own frame, once, and nobody else's, whoever frees what when.
use crate::{
    bench::{Bench, beside, shape, stamp},
    destroy::destroy,
    kit::{Two, W},
    pure::{
        address::Address,
        desk::{Freed, Granted},
        holders::{Holder, Holders},
        ledger::Level,
    },
};
use std::sync::Arc;

models! {
    a_second_free_beside_the_next_holder,
    a_second_free_at_the_desk,
    two_second_frees bound 4,
    a_guessed_frame,
    a_guessed_frame_at_the_desk,
    a_frame_that_the_driver_guesses,
    a_guessed_frame_that_was_passed_on,
    the_driver_and_the_holder,
    passed_on_beside_a_free,
    the_last_touch,
    the_last_touch_of_a_drain,
}

/// The clients.
pub fn client(n: usize) -> Holder {
    Holder::at(Address(n)).unwrap()
}

/// What became of a free, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Done,
    Twice,
    Held(Holder),
}

/// A bench whose frames have holders.
pub struct Clients {
    pub bench: Arc<Bench>,
    pub holders: Holders<Two>,
}

impl Clients {
    /// Every frame of one word is free.
    pub fn open(frames: u32, level: Level) -> Arc<Self> {
        let bench = Bench::open(shape(frames, 1, 1), level, 0);
        let holders = Holders::new(Two::new(&bench.memory));
        Arc::new(Self { bench, holders })
    }

    /// Takes a frame for somebody, as `allocator::frames` does.
    pub fn take(&self, to: Holder) -> Result<u32, Granted> {
        match self.bench.desk.allocate(0, stamp) {
            Granted::Frame(frame) => {
                self.holders.hand(frame, to);
                self.bench.write(frame);
                Ok(frame)
            }
            other => Err(other),
        }
    }

    /// Frees for somebody; the driver may free any.
    pub fn free(&self, frame: u32, by: Option<Holder>) -> Said {
        let said = |freed: Freed<'_, W>| match freed {
            Freed::Done => Said::Done,
            Freed::Errand(errand) => {
                assert!(errand.drained && !errand.turn);
                self.bench.memory.read(); // the event
                Said::Done
            }
            Freed::Twice => Said::Twice,
            Freed::Held(holder) => Said::Held(holder),
            Freed::Foreign => panic!("there is such a frame"),
        };
        said(self.bench.desk.free_held(&self.holders, frame, by, stamp))
    }

    /// Writes into a frame and frees it.
    pub fn give(&self, frame: u32, by: Holder) -> Said {
        self.bench.write(frame);
        self.free(frame, Some(by))
    }

    pub fn check(&self, out: u32) {
        self.bench.check(out);
        assert_eq!(self.bench.desk.check_holders(&self.holders), Ok(()));
    }
}

/// The first client frees its frame twice while the second one wants it: the second free is refused, the frame stays.
fn second_free(level: Level, change: bool) {
    let c = Clients::open(1, level);
    assert_eq!(c.take(client(1)), Ok(0));
    let d = c.clone();
    let next = move || {
        let taken = d.take(client(2));
        if change {
            d.bench.desk.set_level(Level::Count);
        }
        taken.map(|frame| assert_eq!(d.give(frame, client(2)), Said::Done)).is_ok()
    };
    let (_, second) = beside(next, || {
        assert_eq!(c.give(0, client(1)), Said::Done);
        c.free(0, Some(client(1)))
    });
    assert!(matches!(second, Said::Twice | Said::Held(_)), "{second:?}");
    c.check(0);
}

pub fn a_second_free_beside_the_next_holder() {
    second_free(Level::Fast, false);
}

pub fn a_second_free_at_the_desk() {
    second_free(Level::Fast, true);
}

/// Two threads of one client free its frame, a third takes it for another client: one free is right.
pub fn two_second_frees() {
    let c = Clients::open(1, Level::Fast);
    assert_eq!(c.take(client(1)), Ok(0));
    let (d, e) = (c.clone(), c.clone());
    let (taken, (other, this)) = beside(
        move || d.take(client(2)).is_ok(),
        || beside(move || e.free(0, Some(client(1))), || c.free(0, Some(client(1)))),
    );
    assert!((other == Said::Done) != (this == Said::Done), "{other:?} {this:?}");
    c.check(taken.into());
    if taken {
        assert_eq!(c.give(0, client(2)), Said::Done);
    }
}

/// A client frees the address of a frame that is just being handed to it, before it has been told: the free is refused or
/// it counts, and then nothing is lost.
fn guessed(level: Level, by: Option<Holder>) {
    let c = Clients::open(1, level);
    let d = c.clone();
    let take = move || {
        assert!(matches!(d.bench.desk.allocate(0, stamp), Granted::Frame(0)));
        d.holders.hand(0, client(1));
    };
    let (_, freed) = beside(take, || c.free(0, by));
    assert!(matches!(freed, Said::Done | Said::Twice), "{freed:?}");
    c.check(u32::from(freed != Said::Done));
    assert_eq!(c.holders.of(0).is_some(), freed != Said::Done, "nobody holds a frame that is out");
}

pub fn a_guessed_frame() {
    guessed(Level::Fast, Some(client(1)));
}

pub fn a_guessed_frame_at_the_desk() {
    guessed(Level::Count, Some(client(1)));
}

pub fn a_frame_that_the_driver_guesses() {
    guessed(Level::Fast, None);
}

/// The same where the driver took the frame and a third thread passes it on: the pass hands on what the take did.
pub fn a_guessed_frame_that_was_passed_on() {
    let c = Clients::open(1, Level::Fast);
    let (d, e) = (c.clone(), c.clone());
    let take = move || {
        assert!(matches!(d.bench.desk.allocate(0, stamp), Granted::Frame(0)));
        d.holders.hand(0, client(1));
    };
    let pass = move || e.holders.pass(0, client(1), client(2)).is_ok();
    let (_, (passed, freed)) = beside(take, || beside(pass, || c.free(0, Some(client(2)))));
    assert!(passed || freed != Said::Done);
    c.check(u32::from(freed != Said::Done));
    assert_eq!(c.holders.of(0).is_some(), freed != Said::Done, "nobody holds a frame that is out");
}

/// The driver and the client that holds a frame free it: one is right.
pub fn the_driver_and_the_holder() {
    let c = Clients::open(1, Level::Fast);
    assert_eq!(c.take(client(1)), Ok(0));
    let d = c.clone();
    let (other, this) = beside(move || d.free(0, None), || c.free(0, Some(client(1))));
    assert!(matches!((other, this), (Said::Done, Said::Twice) | (Said::Twice, Said::Done)), "{other:?} {this:?}");
    c.check(0);
}

/// A client frees the frame that is being passed on to another: either it has freed it, or it no longer holds it.
pub fn passed_on_beside_a_free() {
    let c = Clients::open(1, Level::Fast);
    assert_eq!(c.take(client(1)), Ok(0));
    let d = c.clone();
    let (freed, passed) =
        beside(move || d.free(0, Some(client(1))), || c.holders.pass(0, client(1), client(2)).is_ok());
    assert_eq!(freed, if passed { Said::Held(client(2)) } else { Said::Done });
    c.check(passed.into());
    if passed {
        assert_eq!(c.give(0, client(2)), Said::Done);
    }
}

/// After a free that went through, the marks are not touched either.
fn last_touch(drained: bool) {
    let c = Clients::open(1, Level::Fast);
    assert_eq!(c.take(client(1)), Ok(0));
    if drained {
        assert_eq!(c.bench.desk.drain(0, stamp()), Ok(1));
        c.bench.desk.give_up();
    }
    let d = c.clone();
    let (freed, dead) = beside(move || d.give(0, client(1)), || destroy(&c.bench));
    assert_eq!(freed, Said::Done);
    assert!(dead || destroy(&c.bench));
}

pub fn the_last_touch() {
    last_touch(false);
}

pub fn the_last_touch_of_a_drain() {
    last_touch(true);
}
