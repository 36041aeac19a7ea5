/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What KS does to things of its clients: the one file with two bodies, because C without SEH cannot catch a fault. */
#include "capture.h"

#if defined(_WIN32) && !defined(TESTKERNEL_NTDDK)

/* In the filter, because Wine gives the handler itself no code. */
static LONG keep(NTSTATUS *status, NTSTATUS code)
{
    *status = code;
    return EXCEPTION_EXECUTE_HANDLER;
}

NTSTATUS KsCaptureIn(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment)
{
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        if (Mode != KernelMode)
            ProbeForRead((PVOID)From, Bytes, Alignment);
        RtlCopyMemory(To, From, Bytes);
    } __except (keep(&status, GetExceptionCode())) {
    }
    return status;
}

NTSTATUS KsCopyOut(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment)
{
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        if (Mode != KernelMode)
            ProbeForWrite(To, Bytes, Alignment);
        RtlCopyMemory(To, From, Bytes);
    } __except (keep(&status, GetExceptionCode())) {
    }
    return status;
}

NTSTATUS KsProbeOut(KPROCESSOR_MODE Mode, PVOID To, ULONG Bytes, ULONG Alignment)
{
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        if (Mode != KernelMode)
            ProbeForWrite(To, Bytes, Alignment);
    } __except (keep(&status, GetExceptionCode())) {
    }
    return status;
}

NTSTATUS KsReleaseBounded(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment)
{
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        (VOID) KeReleaseSemaphore(Semaphore, Increment, Adjustment, FALSE);
    } __except (keep(&status, GetExceptionCode())) {
    }
    return status;
}

/* ExInitializeWorkItem and the system's worker leave Flink NULL. */
VOID KsQueueOnce(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
    if (InterlockedCompareExchangePointer((PVOID volatile *)&WorkItem->List.Flink, &WorkItem->List, NULL) == NULL)
        ExQueueWorkItem(WorkItem, QueueType);
}

#else

/* A fault of a kernel client on a user address, as on Windows, is caught; one on a kernel address stops the machine. */
static BOOLEAN guarded(KPROCESSOR_MODE mode, const VOID *address)
{
    return (BOOLEAN)(mode != KernelMode || (ULONG_PTR)address < MmUserProbeAddress);
}

static BOOLEAN misaligned(const VOID *address, ULONG alignment)
{
    return (BOOLEAN)(((ULONG_PTR)address & (alignment - 1)) != 0);
}

NTSTATUS KsCaptureIn(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    if (guarded(Mode, From))
        return TkCopyFromUser(To, From, Bytes, Alignment);
    if (misaligned(From, Alignment))
        return STATUS_DATATYPE_MISALIGNMENT;
    RtlCopyMemory(To, From, Bytes);
    return STATUS_SUCCESS;
}

NTSTATUS KsCopyOut(KPROCESSOR_MODE Mode, PVOID To, const VOID *From, ULONG Bytes, ULONG Alignment)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    if (guarded(Mode, To))
        return TkCopyToUser(To, From, Bytes, Alignment);
    if (misaligned(To, Alignment))
        return STATUS_DATATYPE_MISALIGNMENT;
    RtlCopyMemory(To, From, Bytes);
    return STATUS_SUCCESS;
}

NTSTATUS KsProbeOut(KPROCESSOR_MODE Mode, PVOID To, ULONG Bytes, ULONG Alignment)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    if (guarded(Mode, To))
        return TkProbeForWrite(To, Bytes, Alignment);
    return misaligned(To, Alignment) ? STATUS_DATATYPE_MISALIGNMENT : STATUS_SUCCESS;
}

NTSTATUS KsReleaseBounded(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment)
{
    return TkTryReleaseSemaphore(Semaphore, Increment, Adjustment);
}

VOID KsQueueOnce(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
    (VOID) TkTryQueueWorkItem(WorkItem, QueueType);
}

#endif
