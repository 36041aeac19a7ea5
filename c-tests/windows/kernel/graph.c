/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A graph manager for AVStream drivers: opens filters and pins by names of our own making. */
#include "kernel.h"
#include "tkavs.h"

#define CLASS_BYTES (38 * sizeof(WCHAR)) /* of a GUID in braces */

NTSTATUS TkAvsOpenFilter(PDEVICE_OBJECT DeviceObject, PHANDLE Handle, PFILE_OBJECT *File)
{
    WCHAR name[1 + CLASS_BYTES / sizeof(WCHAR)];
    name[0] = '\\';
    RtlCopyMemory(&name[1], KSSTRING_Filter, CLASS_BYTES); /* of a filter without ReferenceGuid */
    return TkOpen(DeviceObject, NULL, name, sizeof name, KernelMode, Handle, File);
}

NTSTATUS TkAvsCreatePin(PFILE_OBJECT FilterFile, ULONG PinId, const KSPIN_CONNECT *Connect, const KSDATAFORMAT *Format,
                        KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *File)
{
    struct {
        UCHAR Class[CLASS_BYTES];
        WCHAR Slash;
        UCHAR Connect[sizeof(KSPIN_CONNECT)];
        UCHAR Format[sizeof(KSDATAFORMAT)];
    } name;
    KSPIN_CONNECT connect;
    KSDATAFORMAT format;
    C_ASSERT(sizeof name == CLASS_BYTES + sizeof(WCHAR) + sizeof connect + sizeof format);
    CHECK(Connect == NULL && Format == NULL); /* pins without ranges, interfaces and mediums only */
    RtlZeroMemory(&connect, sizeof connect);
    RtlZeroMemory(&format, sizeof format);
    connect.PinId = PinId;
    format.FormatSize = sizeof format;
    RtlCopyMemory(name.Class, KSSTRING_Pin, CLASS_BYTES);
    name.Slash = '\\';
    RtlCopyMemory(name.Connect, &connect, sizeof connect);
    RtlCopyMemory(name.Format, &format, sizeof format);
    return TkOpen(FilterFile->DeviceObject, FilterFile, &name, sizeof name, Mode, Handle, File);
}

NTSTATUS TkAvsSetState(PFILE_OBJECT PinFile, KSSTATE State)
{
    KSPROPERTY property;
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    property.Set = KSPROPSETID_Connection;
    property.Id = KSPROPERTY_CONNECTION_STATE;
    property.Flags = KSPROPERTY_TYPE_SET;
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
    struct {
        UCHAR Class[CLASS_BYTES];
        WCHAR Slash;
        UCHAR Framing[sizeof(KSALLOCATOR_FRAMING)];
    } name;
    RtlCopyMemory(name.Class, KSSTRING_Allocator, CLASS_BYTES);
    name.Slash = '\\';
    RtlCopyMemory(name.Framing, Framing, sizeof *Framing);
    return TkOpen(PinFile->DeviceObject, PinFile, &name, sizeof name, KernelMode, Handle, File);
}
