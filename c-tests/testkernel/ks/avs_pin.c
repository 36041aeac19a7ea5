/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pins: made by a connect request relative to their filter's file, and closed. */
#include "avs.h"

static NTSTATUS NTAPI close_pin(PDEVICE_OBJECT DeviceObject, PIRP Irp);

static DEFINE_KSDISPATCH_TABLE(table, AvsDeviceControl, KsDispatchInvalidDeviceRequest, KsDispatchInvalidDeviceRequest,
                               KsDispatchInvalidDeviceRequest, close_pin, KsDispatchQuerySecurity,
                               KsDispatchSetSecurity, KsDispatchFastIoDeviceControlFailure, KsDispatchFastReadFailure,
                               KsDispatchFastWriteFailure);

static VOID free_format(PVOID format)
{
    ExFreePoolWithTag(format, KS_TAG);
}

/* What the driver sees from the beginning. */
static VOID describe(KSPIN *pin, const KSPIN_DESCRIPTOR_EX *descriptor, const KSPIN_CONNECT *connect)
{
    pin->Descriptor = descriptor;
    pin->Id = connect->PinId;
    pin->Communication = connect->PinToHandle == NULL ? KSPIN_COMMUNICATION_SINK : KSPIN_COMMUNICATION_SOURCE;
    pin->ConnectionIsExternal = TRUE;
    pin->ConnectionInterface = connect->Interface;
    pin->ConnectionMedium = connect->Medium;
    pin->ConnectionPriority = connect->Priority;
    pin->StreamHeaderSize = sizeof(KSSTREAM_HEADER);
    pin->DataFlow = descriptor->PinDescriptor.DataFlow;
    pin->DeviceState = pin->ClientState = KSSTATE_STOP;
    pin->ResetState = KSRESET_END;
}

/* With the control mutex held. */
static VOID discard(AVS_PIN *pin, PFILE_OBJECT file)
{
    if (pin->Pin.ConnectionFormat != NULL)
        free_format(pin->Pin.ConnectionFormat);
    AvsEmptyBag(&pin->Object);
    if (pin->Object.Header != NULL)
        KsFreeObjectHeader(pin->Object.Header);
    file->FsContext = NULL;
}

static NTSTATUS merge(AVS_PIN *pin)
{
    PKSAUTOMATION_TABLE merged = NULL;
    NTSTATUS status = KsMergeAutomationTables(&merged, (PKSAUTOMATION_TABLE)pin->Pin.Descriptor->AutomationTable,
                                              (PKSAUTOMATION_TABLE)&AvsPinAutomation, pin->Pin.Bag);
    pin->Object.Automation = merged;
    return status;
}

static NTSTATUS headed(AVS_PIN *pin, PIRP irp)
{
    const KSPIN_DISPATCH *dispatch = pin->Pin.Descriptor->Dispatch;
    ULONG items = 0;
    if (dispatch != NULL && dispatch->Allocator != NULL) {
        RtlInitUnicodeString(&pin->Items[0].ObjectClass, (PCWSTR)KSSTRING_Allocator);
        pin->Items[0].Create = AvsCreateAllocator;
        pin->Items[0].Context = &pin->Pin;
        items = 1;
    }
    return KsAllocateObjectHeader(&pin->Object.Header, items, pin->Items, irp, &table);
}

/* With the control mutex held. The format is told before the pin is created, as at every later change. */
static NTSTATUS start(AVS_PIN *pin, PIRP irp, const KSDATAFORMAT *format, const KSDATARANGE *range)
{
    const KSPIN_DISPATCH *dispatch = pin->Pin.Descriptor->Dispatch;
    PKSDATAFORMAT copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, format->FormatSize, KS_TAG);
    NTSTATUS status;
    if (copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(copy, format, format->FormatSize);
    status = merge(pin);
    if (NT_SUCCESS(status))
        status = headed(pin, irp);
    if (!NT_SUCCESS(status)) {
        free_format(copy);
        return status;
    }
    if (TkAvs()->NoFormatAtCreate)
        pin->Pin.ConnectionFormat = copy;
    else
        status = AvsSetFormat(pin, copy, range);
    if (NT_SUCCESS(status) && dispatch != NULL && dispatch->Create != NULL)
        status = AvsAnswer(dispatch->Create(&pin->Pin, irp), "a pin's Create");
    return status;
}

static NTSTATUS create(AVS_FILTER *filter, PIRP irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(irp)->FileObject;
    const KSPIN_DESCRIPTOR_EX *descriptor;
    const KSDATARANGE *range;
    PKSPIN_CONNECT connect;
    PKSDATAFORMAT format;
    AVS_PIN *pin;
    NTSTATUS status = AvsReadConnect(irp, &connect, &format);
    if (!NT_SUCCESS(status))
        return status;
    descriptor = AvsPinDescriptor(filter->Filter.Descriptor, connect->PinId);
    if (descriptor == NULL)
        return STATUS_INVALID_PARAMETER;
    if (irp->RequestorMode != KernelMode && (descriptor->Flags & KSPIN_FLAG_DENY_USERMODE_ACCESS) != 0)
        return TkAvs()->StatusDenied;
    status = AvsCheckConnect(&descriptor->PinDescriptor, connect, format, &range);
    if (!NT_SUCCESS(status))
        return status;
    if (filter->Instances[connect->PinId] >= descriptor->InstancesPossible)
        return STATUS_UNSUCCESSFUL;
    pin = AvsMake(sizeof *pin, KsObjectTypePin, &filter->Object, &filter->Control);
    if (pin == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    describe(&pin->Pin, descriptor, connect);
    pin->Pin.Bag = &pin->Object.Bag;
    file->FsContext = pin;
    status = start(pin, irp, format, range);
    if (!NT_SUCCESS(status)) {
        KsFreeEventList(file, &pin->Object.Events, KSEVENTS_SPINLOCK, &pin->Object.EventsLock);
        discard(pin, file);
        AvsRelease(&pin->Object);
        return status;
    }
    pin->Parent = filter->File;
    ObReferenceObject(pin->Parent);
    filter->Instances[connect->PinId]++;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI AvsCreatePin(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    AVS_FILTER *filter = KSCREATE_ITEM_IRP_STORAGE(Irp)->Context;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(DeviceObject);
    AvsAcquire(&filter->Control, "a pin's Create");
    status = create(filter, Irp);
    AvsReleaseControl(&filter->Control);
    Irp->IoStatus.Information = 0;
    return AvsComplete(Irp, status);
}

/* The events are gone before Close is called. The filter's file, and so its Close, comes after its pins'. */
static NTSTATUS NTAPI close_pin(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject, parent;
    AVS_PIN *pin = file->FsContext;
    AVS_FILTER *filter = (AVS_FILTER *)(PVOID)pin->Object.Parent;
    const KSPIN_DISPATCH *dispatch = pin->Pin.Descriptor->Dispatch;
    ULONG id = pin->Pin.Id;
    UNREFERENCED_PARAMETER(DeviceObject);
    parent = pin->Parent;
    AvsAcquire(&filter->Control, "a pin's Close");
    if (!TkAvs()->CloseKeepsState)
        (VOID) AvsSetState(pin, KSSTATE_STOP);
    KsFreeEventList(file, &pin->Object.Events, KSEVENTS_SPINLOCK, &pin->Object.EventsLock);
    if (dispatch != NULL && dispatch->Close != NULL)
        (VOID) AvsAnswer(dispatch->Close(&pin->Pin, Irp), "a pin's Close");
    filter->Instances[id]--;
    discard(pin, file);
    AvsReleaseControl(&filter->Control);
    AvsRelease(&pin->Object);
    Irp->IoStatus.Information = 0;
    (VOID) AvsComplete(Irp, STATUS_SUCCESS);
    ObDereferenceObject(parent);
    return STATUS_SUCCESS;
}

VOID NTAPI KsPinAttemptProcessing(PKSPIN Pin, BOOLEAN Asynchronous)
{
    UNREFERENCED_PARAMETER(Asynchronous);
    KS_IRQL("KsPinAttemptProcessing", DISPATCH_LEVEL);
    if (AvsFind(Pin, "KsPinAttemptProcessing") != NULL)
        (VOID) InterlockedIncrement(&TkAvs()->PinAttemptProcessing); /* nothing flows here */
}
