/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A driver that the import gate must refuse: it calls what Wine has hollow, what it has as a stub, what it lacks, what
 * wineshim.sys must stand before, and what is not of the kernel. */
#include <ntddk.h>

NTKERNELAPI KIRQL NTAPI ExAcquireSpinLockShared(PLONG SpinLock); /* newer than these headers */
NTSYSAPI NTSTATUS NTAPI NtReleaseSemaphore(HANDLE Handle, LONG Count, PLONG Previous);

static KDPC dpc;
static WORK_QUEUE_ITEM item;
static LONG shared;
static KTIMER timer;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    LARGE_INTEGER due = {0};
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    (VOID) KeInsertQueueDpc(&dpc, NULL, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    (VOID) ExAcquireSpinLockShared(&shared);
    (VOID) KeSetTimer(&timer, due, NULL);
    return NtReleaseSemaphore(NULL, 1, NULL);
}
