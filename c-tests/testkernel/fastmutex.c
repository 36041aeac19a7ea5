/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Fast mutexes. The event inside is set whenever one is released, and a sleeper that it wakes looks
 * again: the mutex belongs to whoever comes first. It carries the mark of initialisation, too.
 */
#include "kernel.h"

#define CHECK_FAST_MUTEX(m)                                                                                            \
    tk_object_check(&(m)->Event.Header, SynchronizationEvent, SynchronizationEvent, "a fast mutex")

VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex)
{
    tk_require_irql(DISPATCH_LEVEL, "ExInitializeFastMutex");
    TK_LOCK();
    tk_owned_release(FastMutex, sizeof *FastMutex);
    FastMutex->Count = 1;
    FastMutex->Owner = NULL;
    FastMutex->Contention = 0;
    FastMutex->OldIrql = 0;
    tk_object_init(&FastMutex->Event.Header, SynchronizationEvent, 0, sizeof FastMutex->Event);
    TK_UNLOCK();
}

static BOOLEAN acquire(PFAST_MUTEX mutex, BOOLEAN unsafe, BOOLEAN wait, const char *function)
{
    PKTHREAD self = tk_self();
    struct tk_owned *owned;
    tk_require_irql(APC_LEVEL, function);
    if (unsafe && self->irql < APC_LEVEL && self->in.critical == 0)
        tk_breach("fast-mutex-unsafe", NULL, NULL, "%s below APC_LEVEL and outside a critical region", function);
    TK_LOCK();
    CHECK_FAST_MUTEX(mutex);
    owned = tk_owned_find(mutex, self);
    if (owned != NULL)
        tk_breach("fast-mutex-recursive", &owned->site, "acquired here", "%s of a fast mutex that this thread holds",
                  function);
    while (wait && mutex->Owner != NULL)
        tk_wait_for(&mutex->Event.Header, function);
    if (mutex->Owner != NULL) {
        TK_UNLOCK();
        return FALSE;
    }
    mutex->Count = 0;
    mutex->Owner = self;
    mutex->Contention = unsafe;
    mutex->OldIrql = self->irql;
    tk_owned_add(mutex, self, "a fast mutex");
    TK_UNLOCK();
    if (!unsafe) {
        self->irql = APC_LEVEL;
        self->in.fast_mutexes++;
    }
    return TRUE;
}

static VOID release(PFAST_MUTEX mutex, BOOLEAN unsafe, const char *function)
{
    PKTHREAD self = tk_self();
    struct tk_owned *owned;
    KIRQL old;
    tk_require_irql(APC_LEVEL, function);
    TK_LOCK();
    CHECK_FAST_MUTEX(mutex);
    owned = tk_owned_find(mutex, NULL);
    if (owned == NULL || owned->thread != self)
        tk_breach("fast-mutex-not-owner", owned == NULL ? NULL : &owned->site, "acquired here",
                  "%s of a fast mutex that this thread does not hold", function);
    if (mutex->Contention != unsafe)
        tk_breach("fast-mutex-wrong-release", &owned->site, "acquired here",
                  "%s of a fast mutex acquired the other way", function);
    if (unsafe && self->irql < APC_LEVEL && self->in.critical == 0)
        tk_breach("fast-mutex-unsafe", &owned->site, "acquired here", "%s outside the critical region", function);
    old = (KIRQL)mutex->OldIrql;
    mutex->Count = 1;
    mutex->Owner = NULL;
    tk_owned_remove(owned);
    mutex->Event.Header.SignalState = 1;
    tk_signalled();
    TK_UNLOCK();
    if (!unsafe) {
        self->in.fast_mutexes--;
        self->irql = old;
    }
}

VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    (void)acquire(FastMutex, FALSE, TRUE, "ExAcquireFastMutex");
}

BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    return acquire(FastMutex, FALSE, FALSE, "ExTryToAcquireFastMutex");
}

VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
    release(FastMutex, FALSE, "ExReleaseFastMutex");
}

VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    (void)acquire(FastMutex, TRUE, TRUE, "ExAcquireFastMutexUnsafe");
}

VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    release(FastMutex, TRUE, "ExReleaseFastMutexUnsafe");
}
