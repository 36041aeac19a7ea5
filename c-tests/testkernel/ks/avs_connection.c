/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The properties of a connection that AVStream serves for every pin: its state, its format, its framing. */
#include "avs.h"

static const GUID connection = {STATIC_KSPROPSETID_Connection};

static AVS_PIN *pin_of(PIRP irp)
{
    return (AVS_PIN *)(PVOID)AvsOfIrp(irp);
}

static NTSTATUS get_state(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    UNREFERENCED_PARAMETER(Request);
    *(KSSTATE *)Data = pin_of(Irp)->Pin.DeviceState;
    Irp->IoStatus.Information = sizeof(KSSTATE);
    return STATUS_SUCCESS;
}

static NTSTATUS set_state(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    AVS_PIN *pin = pin_of(Irp);
    ULONG state = *(const ULONG *)Data;
    BOOLEAN entered;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(Request);
    if (state > KSSTATE_RUN)
        return STATUS_INVALID_PARAMETER;
    entered = AvsEnter(pin->Object.Control);
    status = AvsSetState(pin, (KSSTATE)state);
    AvsLeave(pin->Object.Control, entered);
    return status;
}

/* Answers of no fixed size: without room the size is asked for. */
static NTSTATUS answer(PIRP irp, PVOID data, const VOID *from, ULONG bytes)
{
    ULONG room = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.OutputBufferLength;
    if (room != 0 && room < bytes)
        return STATUS_BUFFER_TOO_SMALL;
    irp->IoStatus.Information = bytes;
    if (room == 0)
        return STATUS_BUFFER_OVERFLOW;
    RtlCopyMemory(data, from, bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS get_format(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    PKSDATAFORMAT format = pin_of(Irp)->Pin.ConnectionFormat;
    UNREFERENCED_PARAMETER(Request);
    return answer(Irp, Data, format, format->FormatSize);
}

static NTSTATUS change_format(AVS_PIN *pin, const KSDATAFORMAT *format)
{
    KSPIN_CONNECT connect;
    const KSDATARANGE *range;
    PKSDATAFORMAT copy;
    NTSTATUS status;
    RtlZeroMemory(&connect, sizeof connect);
    connect.Interface = pin->Pin.ConnectionInterface;
    connect.Medium = pin->Pin.ConnectionMedium;
    status = AvsCheckConnect(&pin->Pin.Descriptor->PinDescriptor, &connect, format, &range);
    if (!NT_SUCCESS(status))
        return status;
    copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, format->FormatSize, KS_TAG);
    if (copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(copy, format, format->FormatSize);
    return AvsSetFormat(pin, copy, range);
}

static NTSTATUS set_format(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    ULONG room = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.OutputBufferLength;
    const KSDATAFORMAT *format = Data;
    AVS_PIN *pin = pin_of(Irp);
    BOOLEAN entered;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(Request);
    if (room < sizeof *format || format->FormatSize < sizeof *format || format->FormatSize > room)
        return STATUS_INVALID_PARAMETER;
    entered = AvsEnter(pin->Object.Control);
    status = change_format(pin, format);
    AvsLeave(pin->Object.Control, entered);
    return status;
}

static NTSTATUS get_framing(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    const KSALLOCATOR_FRAMING_EX *framing = pin_of(Irp)->Pin.Descriptor->AllocatorFraming;
    UNREFERENCED_PARAMETER(Request);
    if (framing == NULL)
        return STATUS_NOT_FOUND; /* not supported then, as if there were no such row */
    return answer(
        Irp, Data, framing,
        (ULONG)(offsetof(KSALLOCATOR_FRAMING_EX, FramingItem) + framing->CountItems * sizeof(KS_FRAMING_ITEM)));
}

static DEFINE_KSPROPERTY_TABLE(items){DEFINE_KSPROPERTY_ITEM(KSPROPERTY_CONNECTION_STATE, get_state, sizeof(KSPROPERTY),
                                                             sizeof(KSSTATE), set_state, NULL, 0, NULL, NULL, 0),
                                      DEFINE_KSPROPERTY_ITEM(KSPROPERTY_CONNECTION_DATAFORMAT, get_format,
                                                             sizeof(KSPROPERTY), 0, set_format, NULL, 0, NULL, NULL, 0),
                                      DEFINE_KSPROPERTY_ITEM(KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX, get_framing,
                                                             sizeof(KSPROPERTY), 0, NULL, NULL, 0, NULL, NULL, 0)};
static DEFINE_KSPROPERTY_SET_TABLE(sets){DEFINE_KSPROPERTY_SET(&connection, SIZEOF_ARRAY(items), items, 0, NULL)};

DEFINE_KSAUTOMATION_TABLE(AvsPinAutomation){
    .PropertySetsCount = SIZEOF_ARRAY(sets), .PropertyItemSize = sizeof(KSPROPERTY_ITEM), .PropertySets = sets};
