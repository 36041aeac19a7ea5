/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Timers that are set, in the order in which they fall due. The list is the kernel's, not the driver's. */
#include "kernel.h"

struct active {
    struct active *next;
    PKTIMER timer;
    ULONGLONG due;
    struct tk_site set;
};

static struct active *active;

#define CHECK_TIMER(t) tk_object_check(&(t)->Header, TK_TYPE_TIMER, TK_TYPE_TIMER + SynchronizationTimer, "a timer")

VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
    struct active *a;
    (void)tk_self();
    TK_LOCK();
    for (a = active; a != NULL; a = a->next)
        if (a->timer == Timer)
            tk_breach("object-in-use", &a->set, "set here", "KeInitializeTimer of a timer that is set");
    tk_object_init(&Timer->Header, (UCHAR)(TK_TYPE_TIMER + Type), 0, sizeof *Timer);
    Timer->DueTime.QuadPart = 0;
    Timer->Dpc = NULL;
    Timer->Processor = 0;
    Timer->Period = 0;
    TK_UNLOCK();
}

VOID KeInitializeTimer(PKTIMER Timer)
{
    KeInitializeTimerEx(Timer, NotificationTimer);
}

static VOID insert(struct active *entry)
{
    struct active **link = &active;
    while (*link != NULL && (*link)->due <= entry->due)
        link = &(*link)->next;
    entry->next = *link;
    *link = entry;
    entry->timer->DueTime.QuadPart = entry->due;
    entry->timer->Header.Inserted = 1;
}

static BOOLEAN cancel(PKTIMER timer)
{
    struct active **link, *entry;
    for (link = &active; (entry = *link) != NULL; link = &entry->next)
        if (entry->timer == timer) {
            *link = entry->next;
            timer->Header.Inserted = 0;
            host_free(entry);
            return TRUE;
        }
    return FALSE;
}

BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
    BOOLEAN was_set;
    struct active *entry;
    struct tk_site here = tk_here();
    tk_require_begun("KeSetTimer");
    tk_require_irql(DISPATCH_LEVEL, "KeSetTimer");
    if (Period < 0)
        tk_breach("timer-period", NULL, NULL, "KeSetTimerEx with a period of %d ms", Period);
    TK_LOCK();
    CHECK_TIMER(Timer);
    if (Dpc != NULL)
        tk_dpc_check(Dpc);
    was_set = cancel(Timer);
    Timer->Header.SignalState = 0;
    Timer->Dpc = Dpc;
    Timer->Period = (ULONG)Period;
    entry = host_allocate(sizeof *entry, 16);
    entry->timer = Timer;
    entry->due = tk_deadline(&DueTime);
    entry->set = here;
    insert(entry);
    if (entry->due <= TkNow())
        tk_timers_fire(); /* due at once: no thread has to block first */
    TK_UNLOCK();
    return was_set;
}

BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
    return KeSetTimerEx(Timer, DueTime, 0, Dpc);
}

BOOLEAN KeCancelTimer(PKTIMER Timer)
{
    BOOLEAN was_set;
    tk_require_irql(DISPATCH_LEVEL, "KeCancelTimer");
    TK_LOCK();
    CHECK_TIMER(Timer);
    was_set = cancel(Timer);
    TK_UNLOCK();
    return was_set;
}

BOOLEAN KeReadStateTimer(PKTIMER Timer)
{
    BOOLEAN state;
    tk_require_irql(DISPATCH_LEVEL, "KeReadStateTimer");
    TK_LOCK();
    CHECK_TIMER(Timer);
    state = Timer->Header.SignalState > 0;
    TK_UNLOCK();
    return state;
}

ULONGLONG tk_timers_next(VOID)
{
    return active == NULL ? TK_NEVER : active->due;
}

VOID tk_timers_fire(VOID)
{
    while (active != NULL && active->due <= TkNow()) {
        struct active *entry = active;
        PKTIMER timer = entry->timer;
        active = entry->next;
        timer->Header.Inserted = 0;
        timer->Header.SignalState = 1;
        if (timer->Dpc != NULL)
            (void)tk_dpc_queue(timer->Dpc, NULL, NULL, entry->set);
        if (timer->Period != 0) {
            entry->due += (ULONGLONG)timer->Period * 10000;
            insert(entry);
        } else {
            host_free(entry);
        }
        tk_signalled();
    }
}

VOID tk_timers_end(VOID)
{
    if (active != NULL)
        tk_breach("timer-leak", &active->set, "set here", "timer %p is still set at TkEnd", (void *)active->timer);
}

VOID tk_timer_release(const VOID *memory, SIZE_T size)
{
    struct active *a;
    for (a = active; a != NULL; a = a->next)
        if (TK_INSIDE(a->timer, memory, size) || (a->timer->Dpc != NULL && TK_INSIDE(a->timer->Dpc, memory, size)))
            tk_breach("object-in-use", &a->set, "set here", "freed memory holds a timer that is set, or its DPC");
}
