/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* IRQL of each thread, and the spin locks that raise it. Only threads above PASSIVE_LEVEL have a slot. */
#include "shim.h"

#define SLOTS 64

static struct {
    volatile PVOID Thread; /* its id; NULL: free */
    volatile LONG Irql;
} slots[SLOTS];

/* Another thread's slot never becomes ours, so no lock is needed to find our own. */
static ULONG find(PVOID thread)
{
    ULONG i;
    for (i = 0; i < SLOTS && slots[i].Thread != thread; i++)
        ;
    return i;
}

KIRQL NTAPI WineShimGetCurrentIrql(VOID)
{
    ULONG i = find(PsGetCurrentThreadId());
    return (KIRQL)(i < SLOTS ? slots[i].Irql : PASSIVE_LEVEL);
}

static VOID set(KIRQL Irql)
{
    PVOID thread = PsGetCurrentThreadId();
    ULONG i = find(thread);
    if (i < SLOTS) {
        slots[i].Irql = Irql;
        if (Irql == PASSIVE_LEVEL)
            WritePointerRelease((PVOID *)&slots[i].Thread, NULL);
        return;
    }
    if (Irql == PASSIVE_LEVEL)
        return;
    for (;; i++) {
        ULONG at = i % SLOTS;
        if (slots[at].Thread == NULL &&
            InterlockedCompareExchangePointer((PVOID volatile *)&slots[at].Thread, thread, NULL) == NULL) {
            slots[at].Irql = Irql;
            return;
        }
    }
}

KIRQL NTAPI WineShimRaiseIrql(KIRQL NewIrql)
{
    KIRQL old = WineShimGetCurrentIrql();
    if (NewIrql < old)
        ShimStop(0x09, NewIrql, old, 0, 0); /* IRQL_NOT_GREATER_OR_EQUAL */
    set(NewIrql);
    return old;
}

VOID NTAPI WineShimLowerIrql(KIRQL NewIrql)
{
    KIRQL old = WineShimGetCurrentIrql();
    if (NewIrql > old)
        ShimStop(0x0A, NewIrql, old, 0, 0); /* IRQL_NOT_LESS_OR_EQUAL */
    set(NewIrql);
}

KIRQL NTAPI Shim_KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK Lock)
{
    KIRQL old = WineShimRaiseIrql(DISPATCH_LEVEL);
    KeAcquireSpinLockAtDpcLevel(Lock);
    return old;
}

VOID NTAPI Shim_KeReleaseSpinLock(PKSPIN_LOCK Lock, KIRQL NewIrql)
{
    KeReleaseSpinLockFromDpcLevel(Lock);
    WineShimLowerIrql(NewIrql);
}
