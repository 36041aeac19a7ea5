/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Semaphores with a limit and a state to read. Waiting, and waking whoever waits, is ntoskrnl's. For a handle Wine
 * makes an object without a body: here it has one, which keeps the handle of the process that the semaphore was brought
 * to, and is known by its address.
 */
#include "shim.h"

NTSYSAPI NTSTATUS NTAPI NtReleaseSemaphore(HANDLE Semaphore, ULONG Count, PULONG Before);
NTSYSAPI NTSTATUS NTAPI NtQuerySemaphore(HANDLE Semaphore, ULONG Class, PVOID Data, ULONG Bytes, PULONG Needed);

typedef struct SHIM_SEMAPHORE {
    LIST_ENTRY Link;
    LONG References;
    HANDLE Handle;
    KSEMAPHORE Body; /* its address is all that drivers have */
} SHIM_SEMAPHORE;

static KSPIN_LOCK lock;
static LIST_ENTRY semaphores = {&semaphores, &semaphores};

/* Locked. */
static SHIM_SEMAPHORE *find(const VOID *Object)
{
    PLIST_ENTRY link;
    for (link = semaphores.Flink; link != &semaphores; link = link->Flink) {
        SHIM_SEMAPHORE *semaphore = CONTAINING_RECORD(link, SHIM_SEMAPHORE, Link);
        if ((const VOID *)&semaphore->Body == Object)
            return semaphore;
    }
    return NULL;
}

/* NULL: no handle made it. */
static HANDLE handle_of(const VOID *Object)
{
    SHIM_SEMAPHORE *semaphore;
    HANDLE handle;
    KeAcquireSpinLockAtDpcLevel(&lock);
    semaphore = find(Object);
    handle = semaphore == NULL ? NULL : semaphore->Handle;
    KeReleaseSpinLockFromDpcLevel(&lock);
    return handle;
}

NTSTATUS ShimMakeSemaphore(HANDLE Handle, PVOID *Object)
{
    SHIM_SEMAPHORE *semaphore = (SHIM_SEMAPHORE *)ExAllocatePoolWithTag(NonPagedPool, sizeof *semaphore, 'mihS');
    if (semaphore == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(semaphore, sizeof *semaphore);
    semaphore->References = 1;
    semaphore->Handle = Handle;
    KeAcquireSpinLockAtDpcLevel(&lock);
    InsertTailList(&semaphores, &semaphore->Link);
    KeReleaseSpinLockFromDpcLevel(&lock);
    *Object = &semaphore->Body;
    return STATUS_SUCCESS;
}

BOOLEAN ShimCountSemaphore(PVOID Object, LONG By, LONG *Now)
{
    SHIM_SEMAPHORE *semaphore;
    KeAcquireSpinLockAtDpcLevel(&lock);
    semaphore = find(Object);
    if (semaphore != NULL) {
        *Now = semaphore->References += By;
        if (*Now == 0)
            (VOID) RemoveEntryList(&semaphore->Link);
    }
    KeReleaseSpinLockFromDpcLevel(&lock);
    if (semaphore != NULL && *Now == 0) {
        (VOID) ZwClose(semaphore->Handle);
        ExFreePoolWithTag(semaphore, 'mihS');
    }
    return (BOOLEAN)(semaphore != NULL);
}

ULONG NTAPI WineShimSemaphores(VOID)
{
    ULONG n = 0;
    PLIST_ENTRY link;
    KeAcquireSpinLockAtDpcLevel(&lock);
    for (link = semaphores.Flink; link != &semaphores; link = link->Flink)
        n++;
    KeReleaseSpinLockFromDpcLevel(&lock);
    return n;
}

LONG NTAPI Shim_KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
    HANDLE handle = handle_of(Semaphore);
    LONG count[2] = {0, 0}; /* now, and at most */
    if (handle == NULL)
        return ReadAcquire(&Semaphore->Header.SignalState);
    (VOID) NtQuerySemaphore(handle, 0, count, sizeof count, NULL);
    return count[0];
}

LONG NTAPI Shim_KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait)
{
    HANDLE handle = handle_of(Semaphore);
    ULONG before = 0;
    LONG now;
    if (handle != NULL) {
        NTSTATUS status = NtReleaseSemaphore(handle, (ULONG)Adjustment, &before);
        if (!NT_SUCCESS(status))
            Shim_ExRaiseStatus(status);
        return (LONG)before;
    }
    now = ReadAcquire(&Semaphore->Header.SignalState);
    if (Adjustment < 1 || now > Semaphore->Limit - Adjustment)
        Shim_ExRaiseStatus(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    return KeReleaseSemaphore(Semaphore, Increment, Adjustment, Wait);
}
