/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A timer is Wine's. But Wine's KeSetTimer cancels one that is set with its lock held, and so waits for a call of its
 * DPC that waits for this lock: here it is cancelled before.
 */
#include "shim.h"

BOOLEAN NTAPI Shim_KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
    BOOLEAN was = KeCancelTimer(Timer);
    (VOID) KeSetTimer(Timer, DueTime, Dpc);
    return was;
}
