/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The documented clocks, all derived from virtual time. They start at values that punish shortcuts:
 * the low halves of interrupt time and of the counter are about to wrap, and the frequency must be
 * asked for. No clock starts at 0.
 */
#include "kernel.h"

#define INTERRUPT_TIME 0x12FFFFF000ULL
#define COUNTER        0x7FFFFFF000LL
#define FREQUENCY      10000000
#define TICK           156250 /* 15.625 ms */

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
    LARGE_INTEGER count;
    if (PerformanceFrequency != NULL)
        PerformanceFrequency->QuadPart = FREQUENCY;
    count.QuadPart = COUNTER + (LONGLONG)TkNow();
    return count;
}

ULONGLONG KeQueryInterruptTime(VOID)
{
    return INTERRUPT_TIME + TkNow();
}

VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
    CurrentTime->QuadPart = (LONGLONG)(TK_SYSTEM_TIME + TkNow());
}

VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount)
{
    CurrentCount->QuadPart = (LONGLONG)(KeQueryInterruptTime() / TICK);
}

ULONG KeQueryTimeIncrement(VOID)
{
    return TICK;
}

/* Busy waiting is the one thing that moves the clock while threads run. More than 50 us is a sin. */
VOID KeStallExecutionProcessor(ULONG MicroSeconds)
{
    (void)tk_self();
    if (MicroSeconds > 50)
        tk_breach("stall-too-long", NULL, NULL, "KeStallExecutionProcessor for %u us, use it for 50 us at most",
                  MicroSeconds);
    TK_LOCK();
    tk_clock_to(TkNow() + (ULONGLONG)MicroSeconds * 10);
    TK_UNLOCK();
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Interval)
{
    (void)WaitMode;
    (void)Alertable;
    tk_require_begun("KeDelayExecutionThread");
    tk_require_irql(APC_LEVEL, "KeDelayExecutionThread");
    return tk_sleep(tk_deadline(Interval), "KeDelayExecutionThread");
}
