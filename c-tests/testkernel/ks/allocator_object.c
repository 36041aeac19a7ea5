/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The life of a default allocator. */
#include "allocator.h"

static LIST_ENTRY allocators = {&allocators, &allocators};
static KSPIN_LOCK lock;

KS_ALLOCATOR *KsMakeAllocator(PDEVICE_OBJECT DeviceObject)
{
    KS_ALLOCATOR *allocator = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *allocator, KS_TAG);
    if (allocator == NULL)
        return NULL;
    allocator->References = 1;
    InitializeListHead(&allocator->Out);
    InitializeListHead(&allocator->Idle);
    InitializeListHead(&allocator->Waiters);
    InitializeListHead(&allocator->Events);
    KeInitializeSpinLock(&allocator->Lock);
    KeInitializeSpinLock(&allocator->WaitersLock);
    KeInitializeSpinLock(&allocator->EventsLock);
    allocator->End = IoAllocateWorkItem(DeviceObject);
    if (allocator->End != NULL && NT_SUCCESS(KsRegisterWaiters(allocator)))
        return allocator;
    if (allocator->End != NULL)
        IoFreeWorkItem(allocator->End);
    ExFreePoolWithTag(allocator, KS_TAG);
    return NULL;
}

KS_ALLOCATOR *KsFindAllocator(PFILE_OBJECT FileObject, PCSTR Function)
{
    KS_ALLOCATOR *found = NULL;
    PLIST_ENTRY link;
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    for (link = allocators.Flink; link != &allocators && found == NULL; link = link->Flink)
        if (FileObject != NULL && CONTAINING_RECORD(link, KS_ALLOCATOR, Link) == FileObject->FsContext)
            found = CONTAINING_RECORD(link, KS_ALLOCATOR, Link);
    KeReleaseSpinLock(&lock, irql);
    if (found == NULL)
        KS_BREACH("ks-allocator-gone", "%s for a file that is no allocator of the kernel's, or closed", Function);
    UNREFERENCED_PARAMETER(Function);
    return found;
}

VOID KsOpenAllocator(KS_ALLOCATOR *Allocator, PFILE_OBJECT FileObject)
{
    KIRQL irql;
    FileObject->FsContext = Allocator;
    KeAcquireSpinLock(&lock, &irql);
    InsertTailList(&allocators, &Allocator->Link);
    KeReleaseSpinLock(&lock, irql);
}

VOID KsReferenceAllocator(KS_ALLOCATOR *Allocator)
{
    (VOID) InterlockedIncrement(&Allocator->References);
}

/* No task is left, but the worker may still be on its way out. */
static VOID end(KS_ALLOCATOR *allocator)
{
    KsUnregisterWorker(allocator->Worker);
    KsDropFrames(allocator);
    if (allocator->Delete != NULL)
        allocator->Delete(allocator->Context);
    IoFreeWorkItem(allocator->End);
    ExFreePoolWithTag(allocator, KS_TAG);
}

static VOID NTAPI end_later(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    end(Context);
}

VOID KsReleaseAllocator(KS_ALLOCATOR *Allocator, BOOLEAN OnWorker)
{
    if (InterlockedDecrement(&Allocator->References) != 0)
        return;
    if (OnWorker)
        IoQueueWorkItem(Allocator->End, end_later, DelayedWorkQueue, Allocator);
    else
        end(Allocator);
}

/* The events are disabled and the function table is invalid before anything else. No request waits: each would keep
 * the file open. Frames that are out are the allocator's again, or lost: see tkks_allocator.h. */
NTSTATUS NTAPI KsCloseAllocator(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    KS_ALLOCATOR *allocator = file->FsContext;
    KIRQL irql;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (allocator->Item->Create != allocator->Create)
        KS_BREACH("ks-create-item", "the create item of an allocator changed before the allocator was closed");
    KsFreeEventList(file, &allocator->Events, KSEVENTS_SPINLOCK, &allocator->EventsLock);
    KeAcquireSpinLock(&lock, &irql);
    (VOID) RemoveEntryList(&allocator->Link);
    KeReleaseSpinLock(&lock, irql);
    KsFreeObjectHeader(allocator->Header);
    file->FsContext = NULL;
    KsReleaseAllocator(allocator, FALSE);
    Irp->IoStatus.Information = 0;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}
