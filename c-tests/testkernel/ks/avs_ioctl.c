/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests on the handle of a filter or pin: served from its merged automation table. */
#include "avs.h"
#include "capture.h"

NTSTATUS AvsComplete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

NTSTATUS AvsAnswer(NTSTATUS Status, PCSTR Dispatch)
{
    if (Status != STATUS_PENDING)
        return Status;
    KS_BREACH("avs-dispatch-pending", "%s returned STATUS_PENDING, which is not simulated", Dispatch);
    UNREFERENCED_PARAMETER(Dispatch);
    return STATUS_UNSUCCESSFUL;
}

/* For a driver whose dispatch pended the request, after it set the status. */
VOID NTAPI KsCompletePendingRequest(PIRP Irp)
{
    KS_IRQL("KsCompletePendingRequest", DISPATCH_LEVEL);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID reset_pin(PKSPIN pin, KSRESET to)
{
    const KSPIN_DISPATCH *dispatch = pin->Descriptor->Dispatch;
    if (pin->ResetState == to)
        return;
    pin->ResetState = to;
    if (to == KSRESET_BEGIN && dispatch != NULL && dispatch->Reset != NULL)
        dispatch->Reset(pin);
}

static NTSTATUS reset(AVS_OBJECT *object, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    KSRESET to = KSRESET_BEGIN;
    NTSTATUS status;
    if (stack->Parameters.DeviceIoControl.InputBufferLength < sizeof to)
        return STATUS_INVALID_BUFFER_SIZE;
    status = KsCaptureIn(irp->RequestorMode, &to, stack->Parameters.DeviceIoControl.Type3InputBuffer, sizeof to,
                         sizeof(ULONG));
    if (!NT_SUCCESS(status))
        return status;
    if ((to != KSRESET_BEGIN && to != KSRESET_END) || object->Type != KsObjectTypePin)
        return STATUS_INVALID_PARAMETER;
    AvsAcquire(object->Control, "a pin's Reset");
    reset_pin(AVS_PUBLIC(object), to);
    AvsReleaseControl(object->Control);
    return STATUS_SUCCESS;
}

/* STATUS_PENDING: the IRP, and with its file this object, may be gone. */
static NTSTATUS serve(AVS_OBJECT *object, PIRP irp, ULONG code)
{
    const KSAUTOMATION_TABLE *table = object->Automation;
    switch (code) {
    case IOCTL_KS_PROPERTY:
        return KsPropertyHandlerWithAllocator(irp, table->PropertySetsCount, table->PropertySets, NULL,
                                              table->PropertyItemSize);
    case IOCTL_KS_METHOD:
        return KsMethodHandlerWithAllocator(irp, table->MethodSetsCount, table->MethodSets, NULL,
                                            table->MethodItemSize);
    case IOCTL_KS_ENABLE_EVENT:
        return KsEnableEventWithAllocator(irp, table->EventSetsCount, table->EventSets, &object->Events,
                                          KSEVENTS_SPINLOCK, &object->EventsLock, NULL, table->EventItemSize);
    case IOCTL_KS_DISABLE_EVENT:
        return KsDisableEvent(irp, &object->Events, KSEVENTS_SPINLOCK, &object->EventsLock);
    default:
        irp->IoStatus.Information = 0;
        return reset(object, irp);
    }
}

/* The filter, held by its pins, outlives a request on either. */
static NTSTATUS serve_under_control(AVS_OBJECT *object, PIRP irp, ULONG code)
{
    AVS_OBJECT *filter = object->Type == KsObjectTypePin ? object->Parent : object;
    BOOLEAN entered;
    NTSTATUS status;
    if (!TkAvs()->HandlersHoldControl || code == IOCTL_KS_RESET_STATE)
        return serve(object, irp, code);
    (VOID) InterlockedIncrement(&filter->References);
    entered = AvsEnter(filter->Control);
    status = serve(object, irp, code);
    AvsLeave(filter->Control, entered);
    AvsRelease(filter);
    return status;
}

NTSTATUS NTAPI AvsDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    AVS_OBJECT *object = AvsOfIrp(Irp);
    ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
    NTSTATUS status;
    switch (code) {
    case IOCTL_KS_PROPERTY:
    case IOCTL_KS_METHOD:
    case IOCTL_KS_ENABLE_EVENT:
    case IOCTL_KS_DISABLE_EVENT:
    case IOCTL_KS_RESET_STATE:
        status = serve_under_control(object, Irp, code);
        return status == STATUS_PENDING ? status : AvsComplete(Irp, status);
    default:
        return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
    }
}
