/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Dispatcher mutexes: waited for like events, and by their owner as often as it likes. */
#include "kernel.h"

#define CHECK_MUTEX(m) tk_object_check(&(m)->Header, TK_TYPE_MUTANT, TK_TYPE_MUTANT, "a mutex")

static PRKMUTEX mutex_of(const DISPATCHER_HEADER *header)
{
    return CONTAINING_RECORD(header, KMUTEX, Header);
}

VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level)
{
    (void)tk_self();
    (void)Level; /* deadlocks are found when they happen, not by level */
    TK_LOCK();
    tk_owned_release(Mutex, sizeof *Mutex);
    host_fill(Mutex, 0, sizeof *Mutex);
    tk_object_init(&Mutex->Header, TK_TYPE_MUTANT, 1, sizeof *Mutex);
    TK_UNLOCK();
}

BOOLEAN tk_mutex_ready(const DISPATCHER_HEADER *header, PKTHREAD thread)
{
    return (BOOLEAN)(header->SignalState > 0 || mutex_of(header)->OwnerThread == thread);
}

VOID tk_mutex_take(DISPATCHER_HEADER *header, PKTHREAD thread)
{
    PRKMUTEX mutex = mutex_of(header);
    header->SignalState--;
    mutex->OwnerThread = thread;
    tk_owned_add(mutex, thread, "a mutex");
}

LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait)
{
    PKTHREAD self = tk_self();
    struct tk_owned *owned;
    LONG old;
    tk_require_irql(Wait ? APC_LEVEL : DISPATCH_LEVEL, "KeReleaseMutex");
    TK_LOCK();
    CHECK_MUTEX(Mutex);
    owned = tk_owned_find(Mutex, NULL);
    if (owned == NULL || owned->thread != self)
        tk_breach("mutex-not-owner", owned == NULL ? NULL : &owned->site, "acquired here",
                  "KeReleaseMutex of a mutex that this thread does not own");
    old = Mutex->Header.SignalState++;
    tk_owned_remove(owned);
    if (old == 0) {
        Mutex->OwnerThread = NULL;
        tk_signalled();
    }
    TK_UNLOCK();
    return old;
}

LONG KeReadStateMutex(PRKMUTEX Mutex)
{
    LONG state;
    tk_require_irql(DISPATCH_LEVEL, "KeReadStateMutex");
    TK_LOCK();
    CHECK_MUTEX(Mutex);
    state = Mutex->Header.SignalState;
    TK_UNLOCK();
    return state;
}
