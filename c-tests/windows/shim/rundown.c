/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Run-down protection, which Wine's ntoskrnl has as stubs that end the process. */
#include "shim.h"

#define OVER ((ULONG_PTR)1) /* the run-down has begun; users count by two */

static ULONG_PTR exchange(PEX_RUNDOWN_REF Ref, ULONG_PTR To, ULONG_PTR From)
{
    return (ULONG_PTR)InterlockedCompareExchangePointer((PVOID volatile *)&Ref->Count, (PVOID)To, (PVOID)From);
}

VOID NTAPI Shim_ExInitializeRundownProtection(PEX_RUNDOWN_REF Ref)
{
    Ref->Count = 0;
}

VOID NTAPI Shim_ExReInitializeRundownProtection(PEX_RUNDOWN_REF Ref)
{
    if (exchange(Ref, 0, OVER) != OVER)
        ShimStop(0xC4, 0x1000, (ULONG_PTR)Ref, Ref->Count, 0);
}

BOOLEAN NTAPI Shim_ExAcquireRundownProtection(PEX_RUNDOWN_REF Ref)
{
    ULONG_PTR old = Ref->Count, seen;
    while ((old & OVER) == 0) {
        if ((seen = exchange(Ref, old + 2, old)) == old)
            return TRUE;
        old = seen;
    }
    return FALSE;
}

VOID NTAPI Shim_ExReleaseRundownProtection(PEX_RUNDOWN_REF Ref)
{
    ULONG_PTR old = Ref->Count, seen;
    for (;;) {
        if (old < 2)
            ShimStop(0xC4, 0x1001, (ULONG_PTR)Ref, old, 0);
        if ((seen = exchange(Ref, old - 2, old)) == old)
            return;
        old = seen;
    }
}

VOID NTAPI Shim_ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF Ref)
{
    ULONG_PTR old = Ref->Count, seen;
    LARGE_INTEGER moment;
    moment.QuadPart = -10000;
    while ((seen = exchange(Ref, old | OVER, old)) != old)
        old = seen;
    while ((ULONG_PTR)ReadPointerAcquire((PVOID *)&Ref->Count) != OVER)
        (VOID) KeDelayExecutionThread(KernelMode, FALSE, &moment);
}

VOID NTAPI Shim_ExRundownCompleted(PEX_RUNDOWN_REF Ref)
{
    Ref->Count = OVER;
}
