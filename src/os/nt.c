/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * nt.c - the kernel services that the library needs, over the kernel that the driver is compiled for.
 *
 * Compile this file with your driver. It is C because spin locks, IRQL and pool calls are macros or inline functions
 * of the WDK, and so that CodeQL and Driver Verifier users can read what is called.
 *
 * Pool: ExAllocatePool2 where the target has it (Windows 10 2004 and later). Below, ExAllocatePoolZero with
 * POOL_ZERO_DOWN_LEVEL_SUPPORT, for which the driver calls ExInitializeDriverRuntime(DrvRtPoolNxOptIn) in DriverEntry.
 * With a WDK older than both, ExAllocatePoolWithTag; NonPagedPoolNx is there from Windows 8 on.
 */
#include <ntddk.h>
#include "sfa_os.h"

C_ASSERT(sizeof(KSPIN_LOCK) == sizeof(SIZE_T));
C_ASSERT(sizeof(KIRQL) == sizeof(UCHAR));
C_ASSERT(sizeof(KEVENT) <= 32);

#define SFA_BUGCHECK 0x53464100 /* "SFA" */

_Use_decl_annotations_ PVOID SFAAPI SfaOsAllocate(SIZE_T Bytes, ULONG Tag, ULONG Paged)
{
#if defined(POOL_ZERO_DOWN_LEVEL_SUPPORT)
    return ExAllocatePoolZero(Paged ? PagedPool : NonPagedPoolNx, Bytes, Tag);
#elif defined(POOL_FLAG_NON_PAGED) && defined(NTDDI_WIN10_VB) && NTDDI_VERSION >= NTDDI_WIN10_VB
    return ExAllocatePool2(Paged ? POOL_FLAG_PAGED : POOL_FLAG_NON_PAGED, Bytes, Tag);
#elif defined(POOL_FLAG_NON_PAGED)
#error                                                                                                                 \
    "Targets below Windows 10 2004: define POOL_ZERO_DOWN_LEVEL_SUPPORT, and call ExInitializeDriverRuntime(DrvRtPoolNxOptIn) in DriverEntry."
#else
    PVOID block = ExAllocatePoolWithTag(Paged ? PagedPool : NonPagedPoolNx, Bytes, Tag);
    if (block != NULL) {
        RtlZeroMemory(block, Bytes);
    }
    return block;
#endif
}

_Use_decl_annotations_ void SFAAPI SfaOsFree(PVOID Block, ULONG Tag)
{
    ExFreePoolWithTag(Block, Tag);
}

_Use_decl_annotations_ void SFAAPI SfaOsLockCreate(SIZE_T *Lock)
{
    KeInitializeSpinLock((PKSPIN_LOCK)Lock);
}

_Use_decl_annotations_ UCHAR SFAAPI SfaOsLockAcquire(SIZE_T *Lock)
{
    KIRQL irql;
    KeAcquireSpinLock((PKSPIN_LOCK)Lock, &irql);
    return irql;
}

_Use_decl_annotations_ void SFAAPI SfaOsLockRelease(SIZE_T *Lock, UCHAR Irql)
{
    KeReleaseSpinLock((PKSPIN_LOCK)Lock, Irql);
}

_Use_decl_annotations_ void SFAAPI SfaOsEventCreate(PVOID Event)
{
    KeInitializeEvent((PKEVENT)Event, NotificationEvent, FALSE);
}

_Use_decl_annotations_ void SFAAPI SfaOsEventSignal(PVOID Event)
{
    (void)KeSetEvent((PKEVENT)Event, IO_NO_INCREMENT, FALSE);
}

_Use_decl_annotations_ void SFAAPI SfaOsEventClear(PVOID Event)
{
    KeClearEvent((PKEVENT)Event);
}

_Use_decl_annotations_ ULONG SFAAPI SfaOsEventWait(PVOID Event, ULONG64 Deadline)
{
    LARGE_INTEGER timeout;
    ULONG64 now = SfaOsTime();
    ULONG64 left = Deadline > now ? Deadline - now : 0;
    timeout.QuadPart = -(LONGLONG)(left < MAXLONGLONG ? left : MAXLONGLONG);
    return KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, Deadline == (ULONG64)-1 ? NULL : &timeout) !=
           STATUS_TIMEOUT;
}

_Use_decl_annotations_ ULONG64 SFAAPI SfaOsTime(void)
{
    LARGE_INTEGER frequency;
    ULONG64 ticks = (ULONG64)KeQueryPerformanceCounter(&frequency).QuadPart;
    ULONG64 second = (ULONG64)frequency.QuadPart;
    return ticks / second * 10000000 + ticks % second * 10000000 / second;
}

_Use_decl_annotations_ ULONG SFAAPI SfaOsProcessors(void)
{
    return KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS);
}

_Use_decl_annotations_ ULONG SFAAPI SfaOsWhere(void)
{
    return ((ULONG)KeGetCurrentIrql() << 24) | KeGetCurrentProcessorNumberEx(NULL);
}

_Use_decl_annotations_ void SFAAPI SfaOsPause(void)
{
    LARGE_INTEGER moment;
    moment.QuadPart = -1;
    (void)KeDelayExecutionThread(KernelMode, FALSE, &moment);
}

_Use_decl_annotations_ void SFAAPI SfaOsMisuse(ULONG Rule, SIZE_T Second, SIZE_T Third, SIZE_T Fourth)
{
    KeBugCheckEx(SFA_BUGCHECK + 1, Rule, Second, Third, Fourth);
}

_Use_decl_annotations_ void SFAAPI SfaOsFatal(ULONG Line)
{
    KeBugCheckEx(SFA_BUGCHECK, Line, 0, 0, 0);
}
