//! Subscribers: counted before they are set up, gone without a lock.
use crate::{
    bench::{Bench, beside, shape},
    destroy::destroy,
    pure::ledger::Level,
};

models! {
    a_subscriber_and_a_free,
    a_subscriber_and_two_frees bound 4,
    the_last_touch,
    the_last_touch_of_two bound 4,
    a_flag_that_nobody_needs,
    one_comes_and_one_goes bound 4,
}

/// Whoever subscribes and finds no frame hears of the next one.
pub fn a_subscriber_and_a_free() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let c = b.clone();
    let (turns, this) = beside(
        move || c.free(0),
        || {
            b.desk.watch();
            b.take(0)
        },
    );
    assert!(this.is_ok() || b.line.notices() == 1, "lost wake-up");
    assert_eq!(turns, 0);
    b.desk.unwatch();
    b.check(u32::from(this.is_ok()));
}

/// Two words: the flag goes up on one after the other.
pub fn a_subscriber_and_two_frees() {
    let b = Bench::out(shape(2, 2, 1), Level::Fast, 0);
    let c = b.clone();
    let other = move || (c.free(1), c.free(0));
    let (_, this) = beside(other, || {
        b.desk.watch();
        b.take(0)
    });
    assert!(this.is_ok() || b.line.notices() > 0, "lost wake-up");
    b.check(u32::from(this.is_ok()));
}

/// A subscriber reads the allocator's memory, then leaves; the allocator may be gone.
pub fn the_last_touch() {
    let b = Bench::open(shape(1, 1, 1), Level::Fast, 0);
    b.desk.watch();
    let c = b.clone();
    let other = move || {
        c.memory.read();
        c.desk.unwatch();
    };
    let ((), dead) = beside(other, || destroy(&b));
    assert!(dead || destroy(&b));
}

pub fn the_last_touch_of_two() {
    let b = Bench::open(shape(1, 1, 1), Level::Fast, 0);
    b.desk.watch();
    b.desk.watch();
    let leave = |b: &Bench| {
        b.memory.read();
        b.desk.unwatch();
    };
    let (c, d) = (b.clone(), b.clone());
    let ((), ((), dead)) = beside(move || leave(&c), || beside(move || leave(&d), || destroy(&b)));
    assert!(dead || destroy(&b));
}

/// The flag goes down with the next call at the desk after the last subscriber has left; frees take no lock then.
pub fn a_flag_that_nobody_needs() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    b.desk.watch();
    let c = b.clone();
    beside(move || c.desk.unwatch(), || b.free(0));
    b.check(0);
    let before = b.desk_visits();
    assert_eq!(b.take(0), Ok(0));
    b.free(0);
    assert_eq!(b.desk_visits(), before);
}

/// One subscriber leaves while another one comes: the flag stays up for the one that came.
pub fn one_comes_and_one_goes() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    b.desk.watch();
    let (c, d) = (b.clone(), b.clone());
    let (_, ((), this)) = beside(
        move || c.free(0),
        || {
            beside(
                move || d.desk.unwatch(),
                || {
                    b.desk.watch();
                    b.take(0)
                },
            )
        },
    );
    assert!(this.is_ok() || b.line.notices() == 1, "lost wake-up");
    b.check(u32::from(this.is_ok()));
}
