/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Making the default allocator, for a create request that a driver got. The driver sets the status and completes. */
#include "allocator.h"

static DEFINE_KSDISPATCH_TABLE(table, KsControlAllocator, KsDispatchInvalidDeviceRequest,
                               KsDispatchInvalidDeviceRequest, KsDispatchInvalidDeviceRequest, KsCloseAllocator,
                               KsDispatchQuerySecurity, KsDispatchSetSecurity, KsDispatchFastIoDeviceControlFailure,
                               KsDispatchFastReadFailure, KsDispatchFastWriteFailure);

/* The pool has no frames of no size, and none at a page's multiple. */
static NTSTATUS pool_has(const KSALLOCATOR_FRAMING *framing)
{
    if ((framing->OptionsFlags & KSALLOCATOR_OPTIONF_SYSTEM_MEMORY) == 0)
        return TkKsAllocator()->StatusNoSystemMemory;
    return framing->FrameSize == 0 || framing->FileAlignment >= PAGE_SIZE ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

static NTSTATUS initialize(KS_ALLOCATOR *allocator, PVOID initial_context, PFNKSINITIALIZEALLOCATOR routine)
{
    KSALLOCATOR_FRAMING framing = allocator->Framing; /* a copy: the driver may write to it */
    PVOID context = initial_context;
    NTSTATUS status = routine == NULL ? STATUS_SUCCESS : routine(initial_context, &framing, &context);
    allocator->Context = context;
    return status;
}

static NTSTATUS prepare(KS_ALLOCATOR *allocator, PIRP irp, PVOID initial_context, PFNKSINITIALIZEALLOCATOR routine)
{
    NTSTATUS status = initialize(allocator, initial_context, routine);
    if (!NT_SUCCESS(status)) {
        allocator->Delete = NULL; /* there is nothing to delete */
        return status;
    }
    if (!KsPrepareFrames(allocator))
        return STATUS_INSUFFICIENT_RESOURCES;
    return KsAllocateObjectHeader(&allocator->Header, 0, NULL, irp, &table);
}

/* The memory is the driver's with Allocate and at least Free, or the pool's with none of the five. */
static BOOLEAN sensible(PVOID initial_context, PFNKSDEFAULTALLOCATE allocate, PFNKSDEFAULTFREE free_frame,
                        PFNKSINITIALIZEALLOCATOR routine, PFNKSDELETEALLOCATOR delete_allocator)
{
    if (allocate != NULL)
        return (BOOLEAN)(free_frame != NULL);
    return (BOOLEAN)(free_frame == NULL && routine == NULL && delete_allocator == NULL && initial_context == NULL);
}

NTSTATUS NTAPI KsCreateDefaultAllocatorEx(PIRP Irp, PVOID InitializeContext, PFNKSDEFAULTALLOCATE DefaultAllocate,
                                          PFNKSDEFAULTFREE DefaultFree, PFNKSINITIALIZEALLOCATOR InitializeAllocator,
                                          PFNKSDELETEALLOCATOR DeleteAllocator)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PKSOBJECT_CREATE_ITEM item = KSCREATE_ITEM_IRP_STORAGE(Irp);
    PKSALLOCATOR_FRAMING framing;
    KS_ALLOCATOR *allocator;
    NTSTATUS status;
    KS_PASSIVE("KsCreateDefaultAllocatorEx");
    if (!sensible(InitializeContext, DefaultAllocate, DefaultFree, InitializeAllocator, DeleteAllocator)) {
        KS_BREACH("ks-allocator-callbacks", "DefaultAllocate without DefaultFree, or others without DefaultAllocate");
        return STATUS_INVALID_PARAMETER;
    }
    if (KS_FAILS("KsCreateDefaultAllocatorEx"))
        return STATUS_INSUFFICIENT_RESOURCES;
    status = KsValidateAllocatorCreateRequest(Irp, &framing);
    if (NT_SUCCESS(status) && DefaultAllocate == NULL)
        status = pool_has(framing);
    if (!NT_SUCCESS(status))
        return status;
    if (item == NULL) {
        KS_BREACH("ks-create-item", "the IRP of an allocator's create request names no create item");
        return STATUS_INVALID_PARAMETER;
    }
    allocator = KsMakeAllocator(stack->DeviceObject);
    if (allocator == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    allocator->Item = item;
    allocator->Create = item->Create;
    allocator->Framing = *framing;
    allocator->Limit = framing->Frames != 0 ? framing->Frames : TkKsAllocator()->FramesIfZero;
    allocator->Allocate = DefaultAllocate;
    allocator->Free = DefaultFree;
    allocator->Delete = DeleteAllocator;
    status = prepare(allocator, Irp, InitializeContext, InitializeAllocator);
    if (NT_SUCCESS(status))
        KsOpenAllocator(allocator, stack->FileObject);
    else
        KsReleaseAllocator(allocator, FALSE);
    return status;
}

NTSTATUS NTAPI KsCreateDefaultAllocator(PIRP Irp)
{
    return KsCreateDefaultAllocatorEx(Irp, NULL, NULL, NULL, NULL, NULL);
}
