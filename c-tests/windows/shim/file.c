/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * File objects of kernel clients: IoCreateStreamFileObjectLite, which Wine has as a stub, and the reference functions,
 * which must know them. The last reference sends IRP_MJ_CLOSE to the device, as Windows does; unless DeviceObject was
 * set to NULL, as the I/O manager itself does with a file whose create request failed.
 */
#include "shim.h"

typedef struct SHIM_FILE {
    LIST_ENTRY Link;
    LONG References;
    FILE_OBJECT File;
} SHIM_FILE;

static KSPIN_LOCK lock;
static LIST_ENTRY files = {&files, &files};

/* Adds to the count of a file of ours; 0 for any other object. */
static SHIM_FILE *count(PVOID Object, LONG By, LONG *Now)
{
    SHIM_FILE *found = NULL;
    PLIST_ENTRY link;
    KeAcquireSpinLockAtDpcLevel(&lock);
    for (link = files.Flink; link != &files && found == NULL; link = link->Flink) {
        SHIM_FILE *file = CONTAINING_RECORD(link, SHIM_FILE, Link);
        if ((PVOID)&file->File == Object)
            found = file;
    }
    if (found != NULL) {
        *Now = found->References += By;
        if (*Now == 0)
            (VOID) RemoveEntryList(&found->Link);
    }
    KeReleaseSpinLockFromDpcLevel(&lock);
    return found;
}

static NTSTATUS NTAPI closed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    (VOID) KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID NTAPI end(PVOID Context)
{
    SHIM_FILE *file = (SHIM_FILE *)Context;
    PDEVICE_OBJECT device = file->File.DeviceObject;
    if (device != NULL) {
        PIRP irp = IoAllocateIrp(device->StackSize, FALSE);
        PIO_STACK_LOCATION stack = IoGetNextIrpStackLocation(irp);
        KEVENT done;
        KeInitializeEvent(&done, NotificationEvent, FALSE);
        irp->Tail.Overlay.Thread = PsGetCurrentThread();
        irp->Tail.Overlay.OriginalFileObject = &file->File;
        irp->Flags = IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API;
        stack->MajorFunction = IRP_MJ_CLOSE;
        stack->FileObject = &file->File;
        IoSetCompletionRoutine(irp, closed, &done, TRUE, TRUE, TRUE);
        (VOID) IoCallDriver(device, irp);
        (VOID) KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
        IoFreeIrp(irp);
    }
    ExFreePoolWithTag(file, 'mihS');
}

PFILE_OBJECT NTAPI Shim_IoCreateStreamFileObjectLite(PFILE_OBJECT FileObject, PDEVICE_OBJECT DeviceObject)
{
    SHIM_FILE *file = (SHIM_FILE *)ExAllocatePoolWithTag(NonPagedPool, sizeof *file, 'mihS');
    if (file == NULL)
        Shim_ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    RtlZeroMemory(file, sizeof *file);
    file->References = 1;
    file->File.Type = 5; /* IO_TYPE_FILE */
    file->File.Size = sizeof(FILE_OBJECT);
    file->File.DeviceObject = DeviceObject != NULL ? DeviceObject : FileObject->DeviceObject;
    file->File.Flags = FO_STREAM_FILE;
    KeInitializeEvent(&file->File.Event, NotificationEvent, FALSE);
    KeAcquireSpinLockAtDpcLevel(&lock);
    InsertTailList(&files, &file->Link);
    KeReleaseSpinLockFromDpcLevel(&lock);
    return &file->File;
}

LONG_PTR NTAPI Shim_ObfReferenceObject(PVOID Object)
{
    LONG now;
    if (count(Object, 1, &now) != NULL || ShimCountSemaphore(Object, 1, &now))
        return now;
    ObfReferenceObject(Object);
    return 1;
}

LONG_PTR NTAPI Shim_ObfDereferenceObject(PVOID Object)
{
    LONG now;
    SHIM_FILE *file = count(Object, -1, &now);
    if (file == NULL) {
        if (ShimCountSemaphore(Object, -1, &now))
            return now;
        ObfDereferenceObject(Object);
        return 0;
    }
    if (now == 0 && WineShimGetCurrentIrql() == PASSIVE_LEVEL)
        end(file);
    else if (now == 0)
        ShimLater(end, file);
    return now;
}

ULONG NTAPI WineShimFiles(VOID)
{
    ULONG n = 0;
    PLIST_ENTRY link;
    KeAcquireSpinLockAtDpcLevel(&lock);
    for (link = files.Flink; link != &files; link = link->Flink)
        n++;
    KeReleaseSpinLockFromDpcLevel(&lock);
    return n;
}
