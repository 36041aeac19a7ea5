/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * nt.c - the kernel services that the library needs, over the kernel that the driver is compiled for.
 *
 * Compile this file with your driver. It is C because spin locks, IRQL and pool calls are macros or inline functions
 * of the WDK, and so that CodeQL and Driver Verifier users can read what is called.
 *
 * Pool: ExAllocatePool2 where the target has it (Windows 10 2004 and later). Below, ExAllocatePoolZero with
 * POOL_ZERO_DOWN_LEVEL_SUPPORT, for which the driver calls ExInitializeDriverRuntime in DriverEntry.
 */
#include <ntddk.h>
#include "sfa_os.h"

C_ASSERT(sizeof(KSPIN_LOCK) == sizeof(SIZE_T));
C_ASSERT(sizeof(KIRQL) == sizeof(UCHAR));
C_ASSERT(sizeof(KEVENT) <= 32);

#define SFA_BUGCHECK 0x53464100 /* "SFA" */

PVOID SFAAPI SfaOsAllocate(SIZE_T Bytes, ULONG Tag, ULONG Paged)
{
#if defined(POOL_ZERO_DOWN_LEVEL_SUPPORT) || !defined(POOL_FLAG_NON_PAGED)
#if defined(POOL_ZERO_DOWN_LEVEL_SUPPORT)
    return ExAllocatePoolZero(Paged ? PagedPool : NonPagedPoolNx, Bytes, Tag);
#else
    PVOID block = ExAllocatePoolWithTag(Paged ? PagedPool : NonPagedPoolNx, Bytes, Tag);
    if (block != NULL) {
        RtlZeroMemory(block, Bytes);
    }
    return block;
#endif
#else
    return ExAllocatePool2(Paged ? POOL_FLAG_PAGED : POOL_FLAG_NON_PAGED, Bytes, Tag);
#endif
}

void SFAAPI SfaOsFree(PVOID Block, ULONG Tag)
{
    ExFreePoolWithTag(Block, Tag);
}

void SFAAPI SfaOsLockCreate(SIZE_T *Lock)
{
    KeInitializeSpinLock((PKSPIN_LOCK)Lock);
}

UCHAR SFAAPI SfaOsLockAcquire(SIZE_T *Lock)
{
    KIRQL irql;
    KeAcquireSpinLock((PKSPIN_LOCK)Lock, &irql);
    return irql;
}

void SFAAPI SfaOsLockRelease(SIZE_T *Lock, UCHAR Irql)
{
    KeReleaseSpinLock((PKSPIN_LOCK)Lock, Irql);
}

void SFAAPI SfaOsEventCreate(PVOID Event)
{
    KeInitializeEvent((PKEVENT)Event, NotificationEvent, FALSE);
}

void SFAAPI SfaOsEventSignal(PVOID Event)
{
    (void)KeSetEvent((PKEVENT)Event, IO_NO_INCREMENT, FALSE);
}

void SFAAPI SfaOsEventClear(PVOID Event)
{
    KeClearEvent((PKEVENT)Event);
}

ULONG SFAAPI SfaOsEventWait(PVOID Event, ULONG64 Deadline)
{
    LARGE_INTEGER timeout;
    ULONG64 now = SfaOsTime();
    ULONG64 left = Deadline > now ? Deadline - now : 0;
    timeout.QuadPart = -(LONGLONG)(left < MAXLONGLONG ? left : MAXLONGLONG);
    return KeWaitForSingleObject(Event, Executive, KernelMode, FALSE,
                                 Deadline == (ULONG64)-1 ? NULL : &timeout) != STATUS_TIMEOUT;
}

ULONG64 SFAAPI SfaOsTime(void)
{
    LARGE_INTEGER frequency;
    ULONG64 ticks = (ULONG64)KeQueryPerformanceCounter(&frequency).QuadPart;
    ULONG64 second = (ULONG64)frequency.QuadPart;
    return ticks / second * 10000000 + ticks % second * 10000000 / second;
}

ULONG SFAAPI SfaOsProcessors(void)
{
    return KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS);
}

ULONG SFAAPI SfaOsWhere(void)
{
    return ((ULONG)KeGetCurrentIrql() << 24) | KeGetCurrentProcessorNumberEx(NULL);
}

void SFAAPI SfaOsPause(void)
{
    LARGE_INTEGER moment;
    moment.QuadPart = -1;
    (void)KeDelayExecutionThread(KernelMode, FALSE, &moment);
}

void SFAAPI SfaOsMisuse(ULONG Rule, SIZE_T Detail, SIZE_T Allocator)
{
    KeBugCheckEx(SFA_BUGCHECK + 1, Rule, Detail, Allocator, 0);
}

void SFAAPI SfaOsFatal(ULONG Line)
{
    KeBugCheckEx(SFA_BUGCHECK, Line, 0, 0, 0);
}
