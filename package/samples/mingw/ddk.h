/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Included first where a sample is compiled against the DDK headers of mingw-w64: those headers in an order that works,
 * and what the samples need that they lack. A driver that is built with a WDK needs none of it.
 */
#ifndef SFA_MINGW_DDK_H
#define SFA_MINGW_DDK_H

/* There twice, and once extern: every object would define them. */
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>
#include <windef.h>
#include <ks.h>

/* In Microsoft's wdm.h since Windows 10 2004. */
FORCEINLINE PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    PVOID block = ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
    if (block != NULL) {
        RtlZeroMemory(block, NumberOfBytes);
    }
    return block;
}

#endif
