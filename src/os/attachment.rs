//! Who keeps requests and events for an allocator: `ks.c`, or a driver. A table of functions, so that this library names
//! no symbol of ks.c or ks.lib, and a driver that wants frames only links without them.
use super::{callback::Opaque, status::Status};
use crate::core::{address::Address, wait::who};
use core::{
    cell::UnsafeCell,
    ffi::c_void,
    ptr::NonNull,
    sync::atomic::{
        AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
};

/// PSFA_NEXT_WAITER.
pub type NextWaiter = unsafe extern "C" fn(*mut c_void) -> *mut c_void;
/// PSFA_GIVE_FRAME.
pub type GiveFrame = unsafe extern "C" fn(*mut c_void, *mut c_void, *mut c_void);
/// PSFA_DISMISS_WAITER.
pub type DismissWaiter = unsafe extern "C" fn(*mut c_void, *mut c_void, i32);
/// PSFA_ASK_FOR_TURN, PSFA_FIRE, PSFA_DETACH.
pub type Plain = unsafe extern "C" fn(*mut c_void);

/// The functions and what they are called with.
#[derive(Clone, Copy)]
pub(crate) struct Hooks {
    context: Opaque,
    next: NextWaiter,
    give: GiveFrame,
    dismiss: DismissWaiter,
    ask: Plain,
    fire: Option<Plain>,
    detach: Option<Plain>,
}

/// What happens to waiting requests.
#[derive(Clone, Copy)]
pub(crate) struct WaiterHooks {
    pub next: NextWaiter,
    pub give: GiveFrame,
    pub dismiss: DismissWaiter,
    pub ask: Plain,
}

impl Hooks {
    /// Names the functions.
    ///
    /// # Safety
    /// Each must be callable with `context` as the header says, until `detach` was called or the allocator destroyed.
    pub unsafe fn new(context: *mut c_void, w: WaiterHooks, fire: Option<Plain>, detach: Option<Plain>) -> Self {
        Self { context: Opaque(context), next: w.next, give: w.give, dismiss: w.dismiss, ask: w.ask, fire, detach }
    }
}

/// A request that waited and is the holder's to complete.
pub(crate) struct Waiter(NonNull<c_void>);

impl Waiter {
    /// What tells it from others in the records.
    pub fn who(&self) -> u32 {
        who(Address(self.0.as_ptr().addr()))
    }
}

const NOTHING: u32 = 0;
const SETTING: u32 = 1;
const SET: u32 = 2;

/// The place for one attachment, taken once.
pub(crate) struct Attachment {
    state: AtomicU32,
    hooks: UnsafeCell<Option<Hooks>>,
}

// SAFETY: the cell is written once, by whoever moves the state from NOTHING to SETTING, and read only after SET.
unsafe impl Sync for Attachment {}
// SAFETY: the hooks may be called from any thread (header contract).
unsafe impl Send for Attachment {}

impl Default for Attachment {
    fn default() -> Self {
        Self { state: AtomicU32::new(NOTHING), hooks: UnsafeCell::new(None) }
    }
}

impl Attachment {
    /// Takes hooks in; false where there are some already.
    pub fn set(&self, hooks: Hooks) -> bool {
        if self.state.compare_exchange(NOTHING, SETTING, Relaxed, Relaxed).is_err() {
            return false;
        }
        // SAFETY: the exchange above succeeds once, and nobody reads before SET.
        unsafe { *self.hooks.get() = Some(hooks) };
        self.state.store(SET, Release);
        true
    }

    fn get(&self) -> Option<&Hooks> {
        if self.state.load(Acquire) != SET {
            return None;
        }
        // SAFETY: written before SET, never again.
        unsafe { &*self.hooks.get() }.as_ref()
    }

    /// Whether there are hooks.
    pub fn is_set(&self) -> bool {
        self.get().is_some()
    }

    /// What whoever attached itself is called with, for whoever names its function: NULL for anybody else.
    pub fn context(&self, detach: Plain) -> Opaque {
        let own = self.get().filter(|h| h.detach.is_some_and(|f| f as usize == detach as usize));
        own.map_or(Opaque(core::ptr::null_mut()), |h| h.context)
    }

    /// The oldest request that is not being cancelled, taken out of the queue.
    pub fn next(&self) -> Option<Waiter> {
        let h = self.get()?;
        // SAFETY: the contract of `Hooks::new`; no lock of ours is held.
        let waiter = unsafe { (h.next)(h.context.0) };
        NonNull::new(waiter).map(Waiter)
    }

    /// Has a request completed with a frame.
    pub fn give(&self, waiter: Waiter, frame: Address) {
        if let Some(h) = self.get() {
            let frame = core::ptr::with_exposed_provenance_mut(frame.0);
            // SAFETY: the contract of `Hooks::new`; no lock of ours is held; the waiter came from `next` and goes once.
            unsafe { (h.give)(h.context.0, waiter.0.as_ptr(), frame) }
        }
    }

    /// Has a request completed without a frame.
    pub fn dismiss(&self, waiter: Waiter, status: Status) {
        if let Some(h) = self.get() {
            // SAFETY: as in `give`.
            unsafe { (h.dismiss)(h.context.0, waiter.0.as_ptr(), status.0) }
        }
    }

    /// Asks for one turn of the server at PASSIVE_LEVEL.
    pub fn ask(&self) {
        if let Some(h) = self.get() {
            // SAFETY: the contract of `Hooks::new`; no lock of ours is held.
            unsafe { (h.ask)(h.context.0) }
        }
    }

    /// Tells subscribers of a free.
    pub fn fire(&self) {
        if let Some((h, fire)) = self.get().and_then(|h| Some((h, h.fire?))) {
            // SAFETY: the contract of `Hooks::new`; no lock of ours is held.
            unsafe { fire(h.context.0) }
        }
    }

    /// The end: the allocator is dead and nobody is inside.
    pub fn detach(&self) {
        if let Some((h, detach)) = self.get().and_then(|h| Some((h, h.detach?))) {
            // SAFETY: the contract of `Hooks::new`; PASSIVE_LEVEL, no lock held, called once.
            unsafe { detach(h.context.0) }
        }
    }
}
