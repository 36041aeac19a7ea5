/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events and semaphores. */
#include "kernel.h"

#define CHECK_EVENT(e)     tk_object_check(&(e)->Header, NotificationEvent, SynchronizationEvent, "an event")
#define CHECK_SEMAPHORE(s) tk_object_check(&(s)->Header, TK_TYPE_SEMAPHORE, TK_TYPE_SEMAPHORE, "a semaphore")

/* Wait = TRUE promises that a wait follows at once, which needs an IRQL where one may wait. */
static VOID entry(const char *function, BOOLEAN wait)
{
    tk_require_irql(wait ? APC_LEVEL : DISPATCH_LEVEL, function);
}

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
    (void)tk_self();
    if (Type != NotificationEvent && Type != SynchronizationEvent)
        tk_breach("object-wrong-type", NULL, NULL, "KeInitializeEvent of type %d", (int)Type);
    TK_LOCK();
    tk_object_init(&Event->Header, (UCHAR)Type, State != FALSE, sizeof *Event);
    TK_UNLOCK();
}

LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
    LONG old;
    (void)Increment;
    entry("KeSetEvent", Wait);
    TK_LOCK();
    CHECK_EVENT(Event);
    old = Event->Header.SignalState;
    Event->Header.SignalState = 1;
    tk_signalled();
    TK_UNLOCK();
    return old;
}

static LONG reset(PRKEVENT event, const char *function)
{
    LONG old;
    entry(function, FALSE);
    TK_LOCK();
    CHECK_EVENT(event);
    old = event->Header.SignalState;
    event->Header.SignalState = 0;
    TK_UNLOCK();
    return old;
}

VOID KeClearEvent(PRKEVENT Event)
{
    (void)reset(Event, "KeClearEvent");
}

LONG KeResetEvent(PRKEVENT Event)
{
    return reset(Event, "KeResetEvent");
}

LONG KeReadStateEvent(PRKEVENT Event)
{
    LONG state;
    entry("KeReadStateEvent", FALSE);
    TK_LOCK();
    CHECK_EVENT(Event);
    state = Event->Header.SignalState;
    TK_UNLOCK();
    return state;
}

VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
    (void)tk_self();
    if (Count < 0 || Limit <= 0 || Count > Limit)
        tk_breach("semaphore-limit", NULL, NULL, "KeInitializeSemaphore with count %d and limit %d", Count, Limit);
    TK_LOCK();
    tk_object_init(&Semaphore->Header, TK_TYPE_SEMAPHORE, Count, sizeof *Semaphore);
    Semaphore->Limit = Limit;
    TK_UNLOCK();
}

/* Beyond the limit Windows raises STATUS_SEMAPHORE_LIMIT_EXCEEDED, which code without SEH cannot catch. */
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait)
{
    LONG old;
    (void)Increment;
    entry("KeReleaseSemaphore", Wait);
    TK_LOCK();
    CHECK_SEMAPHORE(Semaphore);
    old = Semaphore->Header.SignalState;
    if (Adjustment <= 0 || Adjustment > Semaphore->Limit - old)
        tk_breach("semaphore-limit", NULL, NULL, "KeReleaseSemaphore by %d, the count is %d and the limit %d",
                  Adjustment, old, Semaphore->Limit);
    Semaphore->Header.SignalState = old + Adjustment;
    tk_signalled();
    TK_UNLOCK();
    return old;
}

NTSTATUS TkTryReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment)
{
    NTSTATUS status = STATUS_SUCCESS;
    (void)Increment;
    entry("TkTryReleaseSemaphore", FALSE);
    TK_LOCK();
    CHECK_SEMAPHORE(Semaphore);
    if (Adjustment <= 0 || Adjustment > Semaphore->Limit - Semaphore->Header.SignalState)
        status = STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    else {
        Semaphore->Header.SignalState += Adjustment;
        tk_signalled();
    }
    TK_UNLOCK();
    return status;
}

LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
    LONG state;
    entry("KeReadStateSemaphore", FALSE);
    TK_LOCK();
    CHECK_SEMAPHORE(Semaphore);
    state = Semaphore->Header.SignalState;
    TK_UNLOCK();
    return state;
}
