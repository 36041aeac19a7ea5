/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The allocator object on a pin whose dispatch has KSALLOCATOR_DISPATCH: the object is the kernel's default one, the
 * pin's functions only bring the memory. It is made when a graph manager asks for one on the pin's handle, which takes
 * a kernel-mode connection; most never do.
 */
#include "avs.h"

/* The one callback that sees the pin. */
static NTSTATUS initialize(PVOID InitialContext, PKSALLOCATOR_FRAMING AllocatorFraming, PVOID *Context)
{
    PKSPIN pin = InitialContext;
    return pin->Descriptor->Dispatch->Allocator->InitializeAllocator(pin, AllocatorFraming, Context);
}

NTSTATUS NTAPI AvsCreateAllocator(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    static KSOBJECT_CREATE_ITEM lasting; /* the object may live longer than the pin and its items */
    PKSPIN pin = KSCREATE_ITEM_IRP_STORAGE(Irp)->Context;
    const KSALLOCATOR_DISPATCH *memory = pin->Descriptor->Dispatch->Allocator;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    KSCREATE_ITEM_IRP_STORAGE(Irp) = &lasting;
    if (Irp->RequestorMode != KernelMode || TkAvs()->RefuseAllocators)
        status = STATUS_INVALID_DEVICE_REQUEST;
    else
        status = KsCreateDefaultAllocatorEx(Irp, pin, memory->Allocate, memory->Free,
                                            memory->InitializeAllocator == NULL ? NULL : initialize,
                                            memory->DeleteAllocator);
    return AvsComplete(Irp, status);
}
