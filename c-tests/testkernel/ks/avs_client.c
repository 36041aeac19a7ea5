/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Behind tkavs.h: settings, and on the host a graph manager for tests. */
#include "avs.h"

static TK_AVS settings = {FALSE, FALSE, FALSE, FALSE, FALSE, STATUS_ACCESS_DENIED, NULL, 0, 0, 0, 0};

TK_AVS *TkAvs(VOID)
{
    return &settings;
}

#if defined(TESTKERNEL_NTDDK)
#include "tkio.h"

#define CLASS_BYTES (38 * sizeof(WCHAR)) /* of a GUID in braces */

NTSTATUS TkAvsOpenFilterFor(PDEVICE_OBJECT DeviceObject, ULONG Factory, KPROCESSOR_MODE Mode, PHANDLE Handle,
                            PFILE_OBJECT *File)
{
    WCHAR name[1 + CLASS_BYTES / sizeof(WCHAR)];
    AVS_FACTORY *factory = AvsDeviceOf(DeviceObject)->Items[Factory].Context;
    name[0] = '\\';
    RtlCopyMemory(&name[1], factory->Name, CLASS_BYTES);
    return TkOpen(DeviceObject, NULL, name, sizeof name, Mode, Handle, File);
}

NTSTATUS TkAvsOpenFilter(PDEVICE_OBJECT DeviceObject, PHANDLE Handle, PFILE_OBJECT *File)
{
    return TkAvsOpenFilterFor(DeviceObject, 0, KernelMode, Handle, File);
}

/* Opens "class\bytes bytes" relative to a file. */
static NTSTATUS open(PFILE_OBJECT parent, PCWSTR object_class, const VOID *a, ULONG a_bytes, const VOID *b,
                     ULONG b_bytes, KPROCESSOR_MODE mode, PHANDLE handle, PFILE_OBJECT *file)
{
    ULONG bytes = (ULONG)(CLASS_BYTES + sizeof(WCHAR)) + a_bytes + b_bytes;
    PUCHAR name = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, KS_TAG);
    WCHAR slash = '\\';
    NTSTATUS status;
    if (name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(name, object_class, CLASS_BYTES);
    RtlCopyMemory(name + CLASS_BYTES, &slash, sizeof slash);
    RtlCopyMemory(name + CLASS_BYTES + sizeof slash, a, a_bytes);
    RtlCopyMemory(name + CLASS_BYTES + sizeof slash + a_bytes, b, b_bytes);
    status = TkOpen(parent->DeviceObject, parent, name, (USHORT)bytes, mode, handle, file);
    ExFreePoolWithTag(name, KS_TAG);
    return status;
}

NTSTATUS TkAvsCreatePin(PFILE_OBJECT FilterFile, ULONG PinId, const KSPIN_CONNECT *Connect, const KSDATAFORMAT *Format,
                        KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *File)
{
    AVS_FILTER *filter = (AVS_FILTER *)(PVOID)AvsOfFile(FilterFile);
    const KSPIN_DESCRIPTOR_EX *descriptor = AvsPinDescriptor(filter->Filter.Descriptor, PinId);
    KSPIN_CONNECT connect;
    KSDATAFORMAT format;
    RtlZeroMemory(&connect, sizeof connect);
    RtlZeroMemory(&format, sizeof format);
    format.FormatSize = sizeof format;
    if (descriptor != NULL && descriptor->PinDescriptor.InterfacesCount != 0)
        connect.Interface = descriptor->PinDescriptor.Interfaces[0];
    if (descriptor != NULL && descriptor->PinDescriptor.MediumsCount != 0)
        connect.Medium = descriptor->PinDescriptor.Mediums[0];
    if (descriptor != NULL && descriptor->PinDescriptor.DataRangesCount != 0) {
        const KSDATARANGE *range = descriptor->PinDescriptor.DataRanges[0];
        format.MajorFormat = range->MajorFormat;
        format.SubFormat = range->SubFormat;
        format.Specifier = range->Specifier;
    }
    if (Connect != NULL)
        connect = *Connect;
    connect.PinId = PinId;
    if (Format == NULL)
        Format = &format;
    return open(FilterFile, (PCWSTR)KSSTRING_Pin, &connect, sizeof connect, Format, Format->FormatSize, Mode, Handle,
                File);
}

NTSTATUS TkAvsSetState(PFILE_OBJECT PinFile, KSSTATE State)
{
    KSPROPERTY property = {{{{STATIC_KSPROPSETID_Connection}, KSPROPERTY_CONNECTION_STATE, KSPROPERTY_TYPE_SET}}};
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = PinFile;
    ioctl.Code = IOCTL_KS_PROPERTY;
    ioctl.In = &property;
    ioctl.InBytes = sizeof property;
    ioctl.Out = &State;
    ioctl.OutBytes = sizeof State;
    return TkIoctlWait(&ioctl, NULL);
}

NTSTATUS TkAvsCreateAllocator(PFILE_OBJECT PinFile, const KSALLOCATOR_FRAMING *Framing, PHANDLE Handle,
                              PFILE_OBJECT *File)
{
    return open(PinFile, (PCWSTR)KSSTRING_Allocator, Framing, sizeof *Framing, NULL, 0, KernelMode, Handle, File);
}
#endif
