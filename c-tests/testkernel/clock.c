/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Virtual time.
 *
 * The clock does not run. It stands still while any counted thread is running, and jumps to the next
 * deadline (of a timer, or of a wait with a timeout) at the moment when the last one blocks:
 *
 *      tk_runnable > 0                    threads run; every clock reads the same value
 *            │ the last running thread blocks, goes idle or ends: tk_quiesce
 *            v
 *      somebody is in TkSettle? ── yes ──> wake them; no time passes
 *            │ no
 *      is there a deadline? ────── no ───> breach "deadlock": everybody waits, nothing will come
 *            │ yes
 *      time = deadline; fire timers (set objects, queue DPCs), then end waits that time out
 *            │
 *      somebody runs now? ──────── no ───> again: a periodic timer nobody looks at
 *            │ yes
 *            v
 *      tk_runnable > 0
 *
 * A DPC or a work item in a queue makes its service thread runnable, so queues are empty whenever time
 * moves. A run therefore does not depend on how fast the host is, and an hour costs nothing. The
 * price: a loop that polls a clock without ever blocking waits for ever. KeStallExecutionProcessor
 * is the exception that moves time by itself, because that is what it means.
 *
 * Readers take no lock: an order made by reading a clock would hide races from ThreadSanitizer.
 */
#include "kernel.h"

#define IDLE_TURNS 1000000 /* jumps in a row that woke nobody */

ULONG tk_runnable;
static LONG64 volatile now;

ULONGLONG TkNow(VOID)
{
    return (ULONGLONG)ReadNoFence64(&now);
}

VOID tk_clock_reset(VOID)
{
    WriteNoFence64(&now, 0);
}

ULONGLONG tk_deadline(const LARGE_INTEGER *timeout)
{
    ULONGLONG value, time = TkNow();
    if (timeout == NULL)
        return TK_NEVER;
    if (timeout->QuadPart < 0) {
        value = 0 - (ULONGLONG)timeout->QuadPart;
        return value < TK_NEVER / 2 ? time + value : TK_NEVER;
    }
    value = (ULONGLONG)timeout->QuadPart;
    return value < TK_SYSTEM_TIME + time ? time : value - TK_SYSTEM_TIME;
}

static ULONGLONG next_deadline(VOID)
{
    ULONGLONG next = tk_timers_next();
    PKTHREAD thread;
    for (thread = tk_threads; thread != NULL; thread = thread->next)
        if (thread->state == TK_WAITING && thread->deadline < next)
            next = thread->deadline;
    return next;
}

/* Ends the waits whose time is over, the oldest first among those of one deadline. */
static VOID time_out(VOID)
{
    for (;;) {
        PKTHREAD thread, best = NULL;
        for (thread = tk_threads; thread != NULL; thread = thread->next)
            if (thread->state == TK_WAITING && thread->deadline <= TkNow() &&
                (best == NULL || thread->order < best->order))
                best = thread;
        if (best == NULL)
            return;
        tk_wake(best, STATUS_TIMEOUT);
    }
}

VOID tk_clock_to(ULONGLONG target)
{
    ULONGLONG next;
    while ((next = next_deadline()) <= target) {
        if (next > TkNow())
            WriteNoFence64(&now, (LONG64)next);
        tk_timers_fire();
        time_out();
    }
    if (target > TkNow())
        WriteNoFence64(&now, (LONG64)target);
}

static BOOLEAN settled(VOID)
{
    PKTHREAD thread;
    BOOLEAN any = FALSE;
    for (thread = tk_threads; thread != NULL; thread = thread->next)
        if (thread->state == TK_SETTLING) {
            tk_wake(thread, STATUS_SUCCESS);
            any = TRUE;
        }
    return any;
}

static VOID deadlock(const char *why)
{
    PKTHREAD thread;
    tk_breach_begin("deadlock", "every thread waits and %s", why);
    for (thread = tk_threads; thread != NULL; thread = thread->next)
        if (thread->state == TK_WAITING) {
            tk_report_site("waits", &thread->waits_at, thread->waits_in);
            tk_print("        thread %s %u, object %p\n", thread->name, thread->id,
                     thread->object_count > 0 ? thread->objects[0] : NULL);
        }
    tk_breach_end();
}

VOID tk_quiesce(VOID)
{
    ULONG turns;
    for (turns = 0; tk_runnable == 0; turns++) {
        ULONGLONG next;
        if (settled())
            return;
        next = next_deadline();
        if (next == TK_NEVER) {
            if (tk_main_waits())
                deadlock("no timer or timeout will end it");
            return; /* the test's own thread is outside, and may come back */
        }
        if (turns == IDLE_TURNS)
            deadlock("the timers that still fire wake nobody");
        tk_clock_to(next);
    }
}

VOID TkSettle(VOID)
{
    PKTHREAD self = tk_self();
    tk_require_irql(PASSIVE_LEVEL, "TkSettle");
    tk_require_begun("TkSettle");
    TK_LOCK();
    (void)tk_block(self, TK_SETTLING, "TkSettle");
    TK_UNLOCK();
}

VOID TkAdvance(ULONGLONG Duration)
{
    tk_require_irql(PASSIVE_LEVEL, "TkAdvance");
    tk_require_begun("TkAdvance");
    (void)tk_sleep(TkNow() + Duration, "TkAdvance");
}
