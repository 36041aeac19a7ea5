//! How frames come and go at the desk: commit, drain, end. The states are drawn at [`Phase`].
use super::{
    desk::Desk,
    ledger::{Ledger, Phase},
    record::{Kind, NO_FRAME, Record, Stamp},
    shape::Shape,
    word::{Lock, SHUT, Word, Words},
};
use core::sync::atomic::Ordering::Acquire;

impl<S, L, R> Desk<S, L>
where
    S: Words,
    L: Lock<Value = Ledger<R>>,
    R: AsMut<[Record]> + AsRef<[Record]>,
{
    /// No request waits and nobody runs an errand.
    fn quiet(&self, l: &Ledger<R>) -> bool {
        l.line.count == 0 && self.pool.words().inside().load(Acquire) == 0
    }

    /// Begins a commit. Answers the phase that stands in the way.
    pub fn begin(&self) -> Result<(), Phase> {
        self.at(|l| match l.phase {
            Phase::Idle => {
                l.phase = Phase::Changing;
                Ok(())
            }
            Phase::Draining if l.waiting => Err(Phase::Changing),
            other => Err(other),
        })
    }

    /// Ends a commit or decommit that has no frames to show.
    pub fn settled(&self, stamp: Stamp, kind: Kind, note: u32) {
        self.at(|l| {
            if l.phase == Phase::Changing {
                l.phase = Phase::Idle;
            }
            l.log(stamp, kind, NO_FRAME, note);
        });
    }

    /// Ends a commit: every frame of the shape can be had from now on.
    pub fn commit(&self, shape: Shape, stamp: Stamp) {
        self.at(|l| {
            self.pool.fill(shape);
            l.out = 0;
            l.phase = Phase::Open;
            l.log(stamp, Kind::Commit, NO_FRAME, shape.frames);
        });
    }

    /// Stops handing frames out and answers how many are out; goes on with a drain that somebody gave up waiting for.
    /// One caller at a time: it asks for a turn of the server, so that requests hear of `reason`, and ends with
    /// [`Desk::finish`] or [`Desk::give_up`].
    pub fn drain(&self, reason: u32, stamp: Stamp) -> Result<u32, Phase> {
        self.at(|l| match l.phase {
            Phase::Open => {
                l.waiting = true;
                Ok(self.begin_drain(l, reason, stamp))
            }
            Phase::Draining if !l.waiting => {
                l.waiting = true;
                Ok(l.out)
            }
            Phase::Draining => Err(Phase::Changing),
            other => Err(other),
        })
    }

    /// Stops handing frames out, for good or until a drain and a commit; answers how many are out, None where none
    /// were handed out anyway. The caller asks for a turn of the server, so that requests hear of `reason`.
    pub fn stop(&self, reason: u32, stamp: Stamp) -> Option<u32> {
        self.at(|l| (l.phase == Phase::Open).then(|| self.begin_drain(l, reason, stamp)))
    }

    fn begin_drain(&self, l: &mut Ledger<R>, reason: u32, stamp: Stamp) -> u32 {
        l.phase = Phase::Draining;
        l.line.reason = reason;
        self.settle(l);
        l.log(stamp, Kind::Drain, NO_FRAME, l.out);
        l.out
    }

    /// Waits no longer; the drain goes on.
    pub fn give_up(&self) {
        self.at(|l| l.waiting = false);
    }

    /// Ends a drain if every frame is home, no request waits and nobody runs an errand: the frames' memory may go.
    pub fn finish(&self) -> bool {
        self.at(|l| {
            let done = l.phase == Phase::Draining && l.out == 0 && self.quiet(l);
            if done {
                self.pool.clear();
                l.raised = SHUT;
                l.waiting = false;
                l.phase = Phase::Changing;
            }
            done
        })
    }

    /// Ends everything, unless a frame is out, a request waits, somebody subscribes or a call is inside; says whether
    /// frames were committed.
    pub fn retire(&self) -> Option<bool> {
        self.at(|l| self.end(l, false)).map(|(committed, _)| committed)
    }

    /// As [`Desk::retire`], though frames may be out; answers how many are, and the first of them. What they lie in must
    /// stay.
    pub fn abandon(&self, stamp: Stamp) -> Option<(u32, Option<u32>)> {
        self.at(|l| {
            let (_, left) = self.end(l, true)?;
            if left.0 > 0 {
                l.log(stamp, Kind::Leak, NO_FRAME, left.0);
            }
            Some(left)
        })
    }

    /// Says whether frames were committed, how many are out and which is the first of those.
    fn end(&self, l: &mut Ledger<R>, leave: bool) -> Option<(bool, (u32, Option<u32>))> {
        if l.waiting || matches!(l.phase, Phase::Changing | Phase::Dead) {
            return None;
        }
        self.shut(l);
        let (committed, out) = (l.phase != Phase::Idle, l.out);
        let first = (0..self.pool.shape().frames).find(|frame| self.pool.is_out(*frame));
        let unheard = self.pool.words().watching().load(Acquire) == 0;
        if !unheard || !self.quiet(l) || (out > 0 && !leave) {
            return None;
        }
        self.pool.clear();
        l.raised = SHUT;
        l.out = 0;
        l.phase = Phase::Dead;
        Some((committed, (out, first)))
    }
}
