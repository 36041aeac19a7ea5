/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The lock of an interrupt object: Wine connects no interrupt, so nobody can have one. */
#include "shim.h"

KIRQL NTAPI Shim_KeAcquireInterruptSpinLock(PKINTERRUPT Interrupt)
{
    ShimStop(0xC4, 0x1002, (ULONG_PTR)Interrupt, 0, 0);
}

VOID NTAPI Shim_KeReleaseInterruptSpinLock(PKINTERRUPT Interrupt, KIRQL OldIrql)
{
    ShimStop(0xC4, 0x1003, (ULONG_PTR)Interrupt, OldIrql, 0);
}
