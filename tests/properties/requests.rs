//! Requests that wait, and whoever keeps them: a queue whose heads may be cancelled, and callers that free and ask again
//! in the moment in which they are served.
use crate::{
    naive::Answer,
    pure::{
        serve::Waiters,
        wait::{Left, Requested, Server},
    },
    world::{After, World, errand, stamp},
};

impl Waiters for World {
    type Waiter = u32;
    fn next(&self) -> Option<u32> {
        assert!(self.left.get() > 0, "beyond the limit");
        self.left.set(self.left.get() - 1);
        let next = self.naive.borrow_mut().next();
        self.nobody.set(next.is_none());
        next
    }
    fn who(&self, waiter: &u32) -> u32 {
        *waiter
    }
    fn give(&self, waiter: u32, frame: u32) {
        let mut naive = self.naive.borrow_mut();
        naive.took(&[frame]);
        drop(naive);
        self.compare();
        let after = self.after.borrow()[&waiter];
        match after {
            After::Keep => {}
            After::Free => self.free(frame),
            After::Ask => self.request(After::Keep, true),
            After::FreeAndAsk => {
                self.free(frame);
                self.request(After::Free, true);
            }
            After::Take => self.allocate(waiter),
        }
        self.naive.borrow_mut().waits.served += 1; // booked when the server comes back to the desk
    }
    fn dismiss(&self, _: u32, reason: u32) {
        let mut naive = self.naive.borrow_mut();
        assert!(!naive.open());
        assert_eq!(reason, naive.reason);
        naive.waits.dismissed += 1;
    }
}

impl World {
    /// Asks for a frame; who has to wait is queued at once, or stays aside for now.
    pub fn request(&self, after: After, queue: bool) {
        let who = self.after.borrow().len() as u32;
        self.after.borrow_mut().insert(who, after);
        let requested = self.desk.request(who, who, stamp);
        let mut naive = self.naive.borrow_mut();
        let must_wait = naive.has_to_wait();
        match requested {
            Requested::Frame(frame) => {
                assert!(!must_wait, "overtaken");
                naive.took(&[frame]);
            }
            Requested::Wait => {
                assert!(naive.open() && must_wait);
                naive.waits.begun += 1;
                naive.aside.push(who);
                drop(naive);
                if queue {
                    self.queue(u32::MAX);
                }
            }
            Requested::NotReady => assert!(!naive.open()),
        }
    }

    /// The last of those aside goes into the queue, and its owner asks for a turn.
    pub fn queue(&self, limit: u32) {
        let mut naive = self.naive.borrow_mut();
        let who = naive.aside.pop();
        naive.line.extend(who);
        drop(naive);
        self.serve(limit);
    }

    pub fn serve(&self, limit: u32) {
        let mut naive = self.naive.borrow_mut();
        let busy = naive.server == Server::Busy;
        if !busy {
            naive.server = Server::Busy;
            self.nobody.set(false);
            self.left.set(limit);
        }
        drop(naive);
        let served = self.desk.serve(self, limit, stamp);
        assert_eq!(served.is_none(), busy);
        if let Some(e) = served {
            let answer = self.naive.borrow_mut().stop_serving(self.nobody.get(), self.left.get() == 0);
            assert_eq!(errand(Some(&e)), answer);
        }
    }

    /// Somebody takes a turn that is owed, if one is.
    pub fn turn(&self, limit: u32) {
        if self.naive.borrow().owed > 0 {
            let owed = self.desk.owed();
            self.serve(limit);
            drop(owed);
            self.naive.borrow_mut().owed -= 1;
        }
    }

    /// A request is being cancelled: nobody else finds it in the queue any more.
    pub fn cancel(&self, n: usize) {
        let mut naive = self.naive.borrow_mut();
        let n = n % naive.line.len().max(1);
        let who = naive.line.remove(n);
        naive.aside.extend(who);
    }

    /// One of those aside leaves.
    pub fn leave(&self, n: usize) {
        let naive = self.naive.borrow();
        let who = naive.aside.get(n % naive.aside.len().max(1)).copied();
        drop(naive);
        if let Some(who) = who {
            let left = self.desk.leave(who, Left::Cancelled, stamp);
            let notices = self.naive.borrow_mut().leave(who);
            let told = errand(left.as_ref());
            assert_eq!(
                told,
                if notices > 0 { Answer::Errand { notices, drained: false, turn: false } } else { Answer::Done }
            );
        }
    }

    pub fn watch(&self) {
        self.desk.watch();
        self.naive.borrow_mut().subscribers += 1;
    }

    pub fn unwatch(&self) {
        if self.naive.borrow().subscribers > 0 {
            self.desk.unwatch();
            self.naive.borrow_mut().subscribers -= 1;
        }
    }
}
