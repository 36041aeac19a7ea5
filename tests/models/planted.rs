//! Models that must fail: protocols and orderings known to be wrong. If one of these passes, the others prove nothing.
use crate::{
    bench::{beside, pool, stamp},
    destroy, drain, empty,
    holders::{Clients, Said, client},
    kit::{Flaw, Loads, Watched, explore},
    owner,
    pure::{desk::Freed, ledger::Level, pool::Gave},
    recommit, watch,
};
use loom::sync::atomic::AtomicU64;
use std::sync::{
    Arc,
    atomic::Ordering::{AcqRel, SeqCst},
};

fn planted(flaw: Flaw, model: fn()) {
    explore("planted", Loads::Plain, &[], flaw, model);
    explore("planted", Loads::Rmws, &[], flaw, model);
    explore("planted", Loads::Mixed, &[], flaw, model);
}

#[test]
#[should_panic(expected = "false empty")]
fn a_relaxed_take() {
    planted(Flaw::Cas, empty::swap);
}

#[test]
#[should_panic(expected = "false empty")]
fn a_relaxed_look() {
    planted(Flaw::Load, empty::swap);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_relaxed_free() {
    planted(Flaw::Cas, owner::contents);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_relaxed_free_at_the_desk() {
    planted(Flaw::Or, watch::watched_frames_hand_on_their_contents);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_relaxed_drain() {
    planted(Flaw::Or, drain::the_last_free);
}

#[test]
#[should_panic]
fn a_relaxed_commit() {
    planted(Flaw::Flags, recommit::more_words);
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_relaxed_end_of_an_errand() {
    planted(Flaw::Add, destroy::after_an_errand);
}

/// The gate in a word of its own, which a free reads after it: a driver that has seen all frames come home destroys the
/// allocator, and the free reads what is gone.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_gate_beside_the_words_is_read_too_late() {
    planted(Flaw::None, || {
        let (p, gate) = (pool(1, 1, &[0]), Arc::new((AtomicU64::new(0), Watched::new())));
        let (q, g) = (p.clone(), gate.clone());
        let free = move || {
            assert_eq!(q.free(0), Gave::Done);
            g.1.read();
            g.0.fetch_or(0, AcqRel);
        };
        beside(free, || {
            gate.0.fetch_or(1, AcqRel);
            if p.take_shut().is_some() {
                gate.1.write();
            }
        });
    });
}

/// The same gate without a fence between free and look: the waiter finds no frame and the free finds no waiter.
#[test]
#[should_panic(expected = "lost wake-up")]
fn a_gate_beside_the_words_loses_a_wake_up() {
    planted(Flaw::None, || {
        let (p, gate) = (pool(1, 1, &[0]), Arc::new(AtomicU64::new(0)));
        let (q, g) = (p.clone(), gate.clone());
        let free = move || {
            assert_eq!(q.free(0), Gave::Done);
            g.load(SeqCst) != 0
        };
        let (heard, found) = beside(free, || {
            gate.fetch_or(1, SeqCst);
            p.count() > 0
        });
        assert!(heard || found, "lost wake-up");
    });
}

/// A free that looks who holds the frame and then frees it: by then it may be somebody else's.
#[test]
#[should_panic(expected = "lost frame")]
fn a_look_at_the_holder_before_the_free() {
    planted(Flaw::None, || {
        let c = Clients::open(1, Level::Fast);
        assert_eq!(c.take(client(1)), Ok(0));
        let free = |c: &Clients| c.holders.of(0) == Some(client(1)) && c.free(0, None) == Said::Done;
        let (d, e) = (c.clone(), c.clone());
        let (taken, _) = beside(move || d.take(client(2)).is_ok(), || beside(move || free(&e), || free(&c)));
        assert!(!taken || c.free(0, Some(client(2))) == Said::Done, "lost frame");
    });
}

/// A mark that is put out after the free: by then it may be the next holder's.
#[test]
#[should_panic(expected = "lost frame")]
fn a_mark_that_is_put_out_after_the_free() {
    planted(Flaw::None, || {
        let c = Clients::open(1, Level::Fast);
        assert_eq!(c.take(client(1)), Ok(0));
        let d = c.clone();
        let (taken, ()) = beside(
            move || d.take(client(2)).is_ok(),
            || {
                assert!(matches!(c.bench.desk.free(0, stamp), Freed::Done));
                let _ = c.holders.reclaim(0, None);
            },
        );
        assert!(!taken || c.free(0, Some(client(2))) == Said::Done, "lost frame");
    });
}
