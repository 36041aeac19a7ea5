/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Run-down protection: one word, used without any lock but by whoever waits, so that ThreadSanitizer
 * sees no other order than the one that run-down gives.
 */
#include "kernel.h"
#include "atomic.h"

#define WORD(r) TK_ATOMIC(ULONG_PTR, &(r)->Count)
#define BEGUN   1u
#define USER    2u

struct waiter {
    struct waiter *next;
    PEX_RUNDOWN_REF reference; /* a mere key: the memory may be gone when the last user leaves */
    KEVENT event;
};

static struct waiter *waiters;

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    tk_require_irql(DISPATCH_LEVEL, "ExInitializeRundownProtection");
    atomic_store(WORD(RunRef), 0);
}

VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ULONG_PTR old = BEGUN;
    tk_require_irql(APC_LEVEL, "ExReInitializeRundownProtection");
    if (!atomic_compare_exchange_strong(WORD(RunRef), &old, 0))
        tk_breach("rundown-not-over", NULL, NULL, "ExReInitializeRundownProtection %s, with %I64u users",
                  old % USER == BEGUN ? "during run-down" : "before run-down", (ULONG64)(old / USER));
}

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    VOID (*hook)(VOID) = tk_self()->at_rundown;
    ULONG_PTR old;
    tk_require_irql(DISPATCH_LEVEL, "ExAcquireRundownProtection");
    if (hook != NULL) {
        tk_self()->at_rundown = NULL;
        hook();
    }
    old = atomic_load(WORD(RunRef));
    do {
        if (old % USER == BEGUN)
            return FALSE;
    } while (!atomic_compare_exchange_weak(WORD(RunRef), &old, old + USER));
    return TRUE;
}

VOID TkAtRundown(VOID (*Routine)(VOID))
{
    tk_self()->at_rundown = Routine;
}

VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ULONG_PTR old;
    struct waiter *waiter;
    tk_require_irql(DISPATCH_LEVEL, "ExReleaseRundownProtection");
    old = atomic_load(WORD(RunRef));
    do {
        if (old < USER)
            tk_breach("rundown-not-acquired", NULL, NULL, "ExReleaseRundownProtection without a user");
    } while (!atomic_compare_exchange_weak(WORD(RunRef), &old, old - USER));
    if (old != USER + BEGUN)
        return;
    TK_LOCK();
    for (waiter = waiters; waiter != NULL; waiter = waiter->next)
        if (waiter->reference == RunRef)
            waiter->event.Header.SignalState = 1;
    tk_signalled();
    TK_UNLOCK();
}

VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef)
{
    struct waiter me, **link = &waiters;
    tk_require_begun("ExWaitForRundownProtectionRelease");
    tk_require_irql(APC_LEVEL, "ExWaitForRundownProtectionRelease");
    TK_LOCK();
    if ((atomic_fetch_or(WORD(RunRef), BEGUN) | BEGUN) != BEGUN) {
        me.reference = RunRef;
        tk_object_init(&me.event.Header, NotificationEvent, 0, sizeof me.event);
        me.next = waiters;
        waiters = &me;
        tk_wait_for(&me.event.Header, "ExWaitForRundownProtectionRelease");
        while (*link != &me)
            link = &(*link)->next;
        *link = me.next;
    }
    TK_UNLOCK();
}

VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef)
{
    ULONG_PTR users = atomic_load(WORD(RunRef));
    tk_require_irql(DISPATCH_LEVEL, "ExRundownCompleted");
    if (users != BEGUN)
        tk_breach("rundown-not-over", NULL, NULL, "ExRundownCompleted before the wait for %I64u users",
                  (ULONG64)(users / USER));
}
