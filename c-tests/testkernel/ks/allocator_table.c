/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The function table: frames without requests, up to DISPATCH_LEVEL, for whoever holds the allocator's file. */
#include "allocator.h"

static VOID generate(KS_ALLOCATOR *allocator, ULONG id)
{
    KsGenerateEventList(NULL, id, &allocator->Events, KSEVENTS_SPINLOCK, &allocator->EventsLock);
}

BOOLEAN KsReturnFrame(KS_ALLOCATOR *Allocator, PVOID Frame)
{
    if (!KsGiveFrame(Allocator, Frame))
        return FALSE;
    if (!TkKsAllocator()->SilentIfServed || !KsSomebodyWaits(Allocator))
        generate(Allocator, KSEVENT_STREAMALLOCATOR_FREEFRAME);
    if (!TkKsAllocator()->SilentInternal)
        generate(Allocator, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME);
    KsServeWaiters(Allocator);
    return TRUE;
}

static NTSTATUS allocate_frame(PFILE_OBJECT FileObject, PVOID *Frame)
{
    KS_ALLOCATOR *allocator;
    NTSTATUS status = KS_NONE;
    KS_IRQL("AllocateFrame", DISPATCH_LEVEL);
    *Frame = NULL;
    allocator = KsFindAllocator(FileObject, "AllocateFrame");
    if (allocator != NULL && !(TkKsAllocator()->DirectBehind && KsSomebodyWaits(allocator)))
        status = KsTakeFrame(allocator, Frame);
    return status == KS_NONE ? TkKsAllocator()->StatusNoFrame : status;
}

static VOID free_frame(PFILE_OBJECT FileObject, PVOID Frame)
{
    KS_ALLOCATOR *allocator;
    KS_IRQL("FreeFrame", DISPATCH_LEVEL);
    allocator = KsFindAllocator(FileObject, "FreeFrame");
    if (allocator != NULL && !KsReturnFrame(allocator, Frame))
        KS_BREACH("ks-frame-unknown", "FreeFrame of %p, which is no frame of this allocator that is out", Frame);
}

NTSTATUS KsAnswerTable(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    PKSSTREAMALLOCATOR_FUNCTIONTABLE table = Data;
    KS_ALLOCATOR *allocator = KsFindAllocator(IoGetCurrentIrpStackLocation(Irp)->FileObject, "FUNCTIONTABLE");
    UNREFERENCED_PARAMETER(Request);
    if (Irp->RequestorMode != KernelMode && !TkKsAllocator()->UserMode)
        return TkKsAllocator()->StatusUserMode;
    if (KS_PAGED(allocator))
        return TkKsAllocator()->StatusPagedTable;
    table->AllocateFrame = allocate_frame;
    table->FreeFrame = free_frame;
    Irp->IoStatus.Information = sizeof *table;
    return STATUS_SUCCESS;
}
