/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A timer is Wine's. But Wine's KeSetTimerEx cancels one that is set with its lock held, and so waits for a call of its
 * DPC that waits for this lock: here it is cancelled before.
 */
#include "shim.h"

BOOLEAN NTAPI Shim_KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
    BOOLEAN was = KeCancelTimer(Timer);
    (VOID) KeSetTimerEx(Timer, DueTime, Period, Dpc);
    return was;
}

BOOLEAN NTAPI Shim_KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
    return Shim_KeSetTimerEx(Timer, DueTime, 0, Dpc);
}
