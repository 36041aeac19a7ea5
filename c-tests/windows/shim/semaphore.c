/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Semaphores with a limit and a state to read. Waiting, and waking whoever waits, is ntoskrnl's. */
#include "shim.h"

LONG NTAPI Shim_KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
    return ReadAcquire(&Semaphore->Header.SignalState);
}

LONG NTAPI Shim_KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait)
{
    LONG now = ReadAcquire(&Semaphore->Header.SignalState);
    if (Adjustment < 1 || now > Semaphore->Limit - Adjustment)
        Shim_ExRaiseStatus(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    return KeReleaseSemaphore(Semaphore, Increment, Adjustment, Wait);
}
