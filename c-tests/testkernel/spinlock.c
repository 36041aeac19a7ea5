/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Spin locks: real ones, one compare-and-swap with acquire order and one store with release order on
 * the driver's own word. Nothing else synchronises on this path, so that ThreadSanitizer sees exactly
 * the order that the driver's locking gives, and no more.
 *
 * The word of a held lock is the owner's id times two plus one; a free one is 0. What a thread holds
 * stands in its own record, together with the call site and the IRQL to go back to.
 */
#include "kernel.h"
#include "atomic.h"

#define HUNT_AFTER 4096 /* turns of spinning before a deadlock is looked for */

static VOID hunt(PKTHREAD self, PKSPIN_LOCK lock);

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
    PKTHREAD self = tk_self();
    ULONG i;
    for (i = 0; i < self->held_count; i++)
        if (self->held[i].lock == (ULONG_PTR)SpinLock)
            tk_breach("lock-in-use", &self->held[i].site, "acquired here", "spin lock %p is initialised while held",
                      (void *)SpinLock);
    tk_word_store(SpinLock, 0);
}

static struct tk_held *find(PKTHREAD self, PKSPIN_LOCK lock)
{
    ULONG i;
    for (i = 0; i < self->held_count; i++)
        if (self->held[i].lock == (ULONG_PTR)lock)
            return &self->held[i];
    return NULL;
}

static VOID may_acquire(PKTHREAD self, PKSPIN_LOCK lock, KIRQL level, const char *function)
{
    struct tk_held *held;
    tk_require_irql(level, function);
    if (level == DISPATCH_LEVEL && tk_interrupt_has(lock))
        tk_breach("lock-of-interrupt", NULL, NULL, "%s of spin lock %p, which is an interrupt's", function,
                  (void *)lock);
    held = find(self, lock);
    if (held != NULL)
        tk_breach("lock-recursive", &held->site, "acquired here", "%s of spin lock %p, which this thread holds",
                  function, (void *)lock);
    if (self->held_count == TK_LOCKS)
        tk_breach("lock-depth", &self->held[0].site, "outermost lock", "%u spin locks are held", TK_LOCKS);
}

static VOID acquired(PKTHREAD self, PKSPIN_LOCK lock, KIRQL old, KIRQL level, enum tk_way way)
{
    struct tk_held *held = &self->held[self->held_count];
    if (self->held_count == 0)
        self->held_from = old;
    held->site = self->site;
    held->old = old;
    held->level = level;
    held->way = way;
    tk_word_store(&held->lock, (ULONG_PTR)lock);
    self->held_count++;
}

static VOID spin(PKTHREAD self, PKSPIN_LOCK lock)
{
    ULONG turns = 0;
    ULONG_PTR mine = (ULONG_PTR)self->id * 2 + 1;
    while (!tk_word_take(lock, mine)) {
        tk_word_store(&self->spins_for, (ULONG_PTR)lock);
        do {
            host_yield();
            if (++turns % HUNT_AFTER == 0)
                hunt(self, lock);
        } while (tk_word_load(lock) != 0);
    }
    if (turns > 0)
        tk_word_store(&self->spins_for, 0);
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
    PKTHREAD self = tk_self();
    KIRQL old = self->irql;
    if (self->at_acquire != NULL && self->skip-- == 0) {
        VOID (*routine)(VOID) = self->at_acquire;
        self->at_acquire = NULL;
        routine();
    }
    may_acquire(self, SpinLock, DISPATCH_LEVEL, "KeAcquireSpinLock");
    self->irql = DISPATCH_LEVEL;
    spin(self, SpinLock);
    acquired(self, SpinLock, old, DISPATCH_LEVEL, TK_RAISED);
    return old;
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    PKTHREAD self = tk_self();
    tk_require_dispatch("KeAcquireSpinLockAtDpcLevel");
    may_acquire(self, SpinLock, DISPATCH_LEVEL, "KeAcquireSpinLockAtDpcLevel");
    spin(self, SpinLock);
    acquired(self, SpinLock, self->irql, DISPATCH_LEVEL, TK_AT_DISPATCH);
}

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    PKTHREAD self = tk_self();
    tk_require_dispatch("KeTryToAcquireSpinLockAtDpcLevel");
    may_acquire(self, SpinLock, DISPATCH_LEVEL, "KeTryToAcquireSpinLockAtDpcLevel");
    if (!tk_word_take(SpinLock, (ULONG_PTR)self->id * 2 + 1))
        return FALSE;
    acquired(self, SpinLock, self->irql, DISPATCH_LEVEL, TK_AT_DISPATCH);
    return TRUE;
}

/* Releasing in another order than acquiring is allowed; the list closes up. */
static struct tk_held release(PKTHREAD self, PKSPIN_LOCK lock, const char *function, enum tk_way way)
{
    static const char *const ways[] = {"with KeAcquireSpinLock", "at DISPATCH_LEVEL", "as an interrupt's"};
    struct tk_held *held = find(self, lock), was;
    ULONG i;
    if (held == NULL)
        tk_breach("lock-not-owner", NULL, NULL, "%s of spin lock %p, which this thread does not hold", function,
                  (void *)lock);
    was = *held;
    if (was.way != way)
        tk_breach("lock-wrong-release", &was.site, "acquired here", "%s of a spin lock that was acquired %s", function,
                  ways[was.way]);
    for (i = (ULONG)(held - self->held); i + 1 < self->held_count; i++) {
        struct tk_held *next = &self->held[i + 1];
        self->held[i].site = next->site;
        self->held[i].old = next->old;
        self->held[i].level = next->level;
        self->held[i].way = next->way;
        tk_word_store(&self->held[i].lock, next->lock);
    }
    self->held_count--;
    tk_word_store(&self->held[self->held_count].lock, 0);
    tk_word_store(lock, 0);
    return was;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
    PKTHREAD self = tk_self();
    struct tk_held was;
    tk_require_dispatch("KeReleaseSpinLock");
    was = release(self, SpinLock, "KeReleaseSpinLock", TK_RAISED);
    if (NewIrql > DISPATCH_LEVEL || (self->held_count == 0 && NewIrql != self->held_from))
        tk_breach("lock-wrong-irql", &was.site, "acquired here", "KeReleaseSpinLock to IRQL %u, it was taken at %u",
                  NewIrql, self->held_from);
    if (NewIrql < tk_spin_level(self))
        tk_breach("lock-wrong-irql", &self->held[0].site, "still held",
                  "KeReleaseSpinLock to IRQL %u with another lock held", NewIrql);
    self->irql = NewIrql;
    if (self->at_release != NULL && self->watched == (PVOID)SpinLock) {
        VOID (*routine)(VOID) = self->at_release;
        self->at_release = NULL;
        routine();
    }
}

VOID TkAtAcquire(ULONG Skip, VOID (*Routine)(VOID))
{
    PKTHREAD self = tk_self();
    self->skip = Skip;
    self->at_acquire = Routine;
}

VOID TkAtRelease(PVOID SpinLock, VOID (*Routine)(VOID))
{
    PKTHREAD self = tk_self();
    self->watched = SpinLock;
    self->at_release = Routine;
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
    tk_require_dispatch("KeReleaseSpinLockFromDpcLevel");
    (void)release(tk_self(), SpinLock, "KeReleaseSpinLockFromDpcLevel", TK_AT_DISPATCH);
}

KIRQL tk_spin_acquire(PKSPIN_LOCK lock, KIRQL level, const char *function)
{
    PKTHREAD self = tk_self();
    KIRQL old = self->irql;
    may_acquire(self, lock, level, function);
    self->irql = level;
    spin(self, lock);
    acquired(self, lock, old, level, TK_AT_DEVICE);
    return old;
}

VOID tk_spin_release(PKSPIN_LOCK lock, KIRQL old, const char *function)
{
    PKTHREAD self = tk_self();
    struct tk_held was = release(self, lock, function, TK_AT_DEVICE);
    if (old != was.old)
        tk_breach("lock-wrong-irql", &was.site, "acquired here", "%s to IRQL %u, it was taken at %u", function, old,
                  was.old);
    if (old < tk_spin_level(self))
        tk_breach("lock-wrong-irql", &self->held[0].site, "still held", "%s to IRQL %u with another lock held",
                  function, old);
    self->irql = old;
}

KIRQL tk_spin_level(PKTHREAD self)
{
    KIRQL level = PASSIVE_LEVEL;
    ULONG i;
    for (i = 0; i < self->held_count; i++)
        if (self->held[i].level > level)
            level = self->held[i].level;
    return level;
}

ULONG TkLocksHeld(VOID)
{
    return tk_self()->held_count;
}

VOID TkRequireNoLocks(PCSTR What)
{
    PKTHREAD self = tk_self();
    if (self->held_count > 0)
        tk_breach("lock-held-at-callout", &self->held[0].site, "acquired here", "%s with %u spin locks held", What,
                  self->held_count);
}

VOID tk_lock_release(const VOID *memory, SIZE_T size)
{
    PKTHREAD self = tk_self();
    ULONG i;
    for (i = 0; i < self->held_count; i++)
        if (TK_INSIDE(self->held[i].lock, memory, size))
            tk_breach("object-in-use", &self->held[i].site, "acquired here",
                      "freed memory holds a spin lock that is held");
}

static PKTHREAD owner_of(ULONG_PTR word)
{
    PKTHREAD thread;
    for (thread = tk_threads; thread != NULL; thread = thread->next)
        if ((ULONG_PTR)thread->id * 2 + 1 == word && thread->state != TK_GONE)
            return thread;
    return NULL;
}

/* Follows "spins for" and "owned by" from thread to thread. Every fact read here may change meanwhile,
 * but not while it is part of a cycle: nobody in a cycle ever moves. A cycle seen twice is one. */
static VOID hunt(PKTHREAD self, PKSPIN_LOCK lock)
{
    ULONG pass, steps, closed = 0;
    TK_LOCK();
    for (pass = 0; pass < 2; pass++) {
        PKSPIN_LOCK wanted = lock;
        for (steps = 0; steps < 64 && wanted != NULL; steps++) {
            ULONG_PTR word = tk_word_load(wanted);
            PKTHREAD owner = owner_of(word);
            if (owner == NULL && word != 0 && word == tk_word_load(wanted))
                tk_breach("lock-not-initialized", NULL, NULL, "spin lock %p holds %I64x, which names no thread",
                          (void *)wanted, (ULONG64)word);
            if (owner == self) {
                closed++;
                break;
            }
            wanted = owner == NULL ? NULL : (PKSPIN_LOCK)tk_word_load(&owner->spins_for);
        }
    }
    if (closed == 2)
        tk_breach("lock-deadlock", self->held_count > 0 ? &self->held[0].site : NULL, "acquired here",
                  "a cycle of threads that spin for each other's locks, closed by %p", (void *)lock);
    TK_UNLOCK();
}
