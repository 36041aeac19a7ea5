/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A driver that the import gate must refuse: it calls what Wine has hollow, and what it has as a stub. */
#include <ntddk.h>

static KDPC dpc;
static WORK_QUEUE_ITEM item;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    (VOID) KeInsertQueueDpc(&dpc, NULL, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    return STATUS_SUCCESS;
}
