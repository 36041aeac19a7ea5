/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "rig.h"
#include "rig_object.h"
#include "stream.h"

SFA_CONFIG RigConfig;
PDRIVER_OBJECT RigDriver;
PDEVICE_OBJECT RigDevice;
ACCESS_MASK RigAccess;
static RIG_KIND kind;
void (*RigUnloaded)(void);
static HANDLE pin_handle;
static KSDEVICE_HEADER header;
static PFILE_OBJECT pin;

/* --- The driver --- */

typedef struct EXTENSION {
    KSDEVICE_HEADER Header;
} EXTENSION;

typedef struct PIN {
    KSOBJECT_HEADER Header;
} PIN;

static NTSTATUS create_allocator(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    switch (kind) {
    case RIG_OBJECT:
        return SfaDispatchCreate(DeviceObject, Irp);
    case RIG_DEFAULT:
        return SfaCreateDefault(DeviceObject, Irp);
    default:
        return RigObjectCreate(DeviceObject, Irp);
    }
}

static KSOBJECT_CREATE_ITEM allocator_items[] = {
    DEFINE_KSCREATE_ITEM(create_allocator, KSSTRING_Allocator, &RigConfig),
};

static NTSTATUS pin_close(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIN *object = (PIN *)IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    (void)DeviceObject;
    KsFreeObjectHeader(object->Header);
    ExFreePoolWithTag(object, RIG_TAG);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static DEFINE_KSDISPATCH_TABLE(pin_table, KsDefaultDeviceIoCompletion, KsDispatchInvalidDeviceRequest,
                               KsDispatchInvalidDeviceRequest, KsDispatchInvalidDeviceRequest, pin_close,
                               KsDispatchInvalidDeviceRequest, KsDispatchInvalidDeviceRequest, NULL, NULL, NULL);

static NTSTATUS create_pin(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIN *object = (PIN *)ExAllocatePoolZero(NonPagedPoolNx, sizeof *object, RIG_TAG);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    (void)DeviceObject;
    if (object != NULL) {
        status =
            KsAllocateObjectHeader(&object->Header, SIZEOF_ARRAY(allocator_items), allocator_items, Irp, &pin_table);
        if (NT_SUCCESS(status)) {
            IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = object;
        } else {
            ExFreePoolWithTag(object, RIG_TAG);
        }
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static KSOBJECT_CREATE_ITEM device_items[] = {
    DEFINE_KSCREATE_ITEM(create_pin, KSSTRING_Pin, NULL),
};

static VOID unload(PDRIVER_OBJECT DriverObject)
{
    KsFreeDeviceHeader(header);
    if (RigDevice != NULL) {
        IoDeleteDevice(RigDevice);
    }
    SfaUnload(DriverObject); /* waits for the library's own teardowns */
    RigObjectDrain();
    if (RigUnloaded != NULL) {
        RigUnloaded();
    }
}

static NTSTATUS entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const ULONG majors[] = {IRP_MJ_CREATE,        IRP_MJ_CLOSE,          IRP_MJ_DEVICE_CONTROL,
                                   IRP_MJ_FLUSH_BUFFERS, IRP_MJ_QUERY_SECURITY, IRP_MJ_SET_SECURITY};
    NTSTATUS status;
    ULONG i;
    (void)RegistryPath;
    status = IoCreateDevice(DriverObject, sizeof(EXTENSION), NULL, FILE_DEVICE_KS, 0, FALSE, &RigDevice);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = KsAllocateDeviceHeader(&header, SIZEOF_ARRAY(device_items), device_items);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(RigDevice);
        return status;
    }
    ((EXTENSION *)RigDevice->DeviceExtension)->Header = header;
    for (i = 0; i < SIZEOF_ARRAY(majors); i++) {
        CHECK_STATUS(KsSetMajorFunctionHandler(DriverObject, majors[i]), STATUS_SUCCESS);
    }
    DriverObject->DriverUnload = unload;
    SfaHookCleanup(DriverObject);
    return STATUS_SUCCESS;
}

/* --- The test's side --- */

void RigOpen(RIG_KIND Kind)
{
    NTSTATUS status;
    kind = Kind;
    if (RigConfig.Size == 0) {
        SfaInitializeConfig(&RigConfig);
    }
    RigDriver = TkDriverLoad(entry, "rig", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(
        TkOpen(RigDevice, NULL, KSSTRING_Pin, sizeof(KSSTRING_Pin) - sizeof(WCHAR), KernelMode, &pin_handle, &pin),
        STATUS_SUCCESS);
}

void RigRemoveDevice(void)
{
    TkClose(pin_handle);
    IoDeleteDevice(RigDevice);
    RigDevice = NULL;
}

void RigClose(void)
{
    if (RigDevice != NULL) {
        TkClose(pin_handle);
    }
    TkSettle();
    TkDriverUnload(RigDriver);
}

NTSTATUS RigCreate(const KSALLOCATOR_FRAMING *Framing, KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *File)
{
    /* The class, a backslash, the framing as it is in memory. */
    UCHAR name[sizeof(KSSTRING_Allocator) + sizeof *Framing];
    RtlCopyMemory(name, KSSTRING_Allocator, sizeof(KSSTRING_Allocator));
    name[sizeof(KSSTRING_Allocator) - sizeof(WCHAR)] = '\\';
    name[sizeof(KSSTRING_Allocator) - sizeof(WCHAR) + 1] = 0;
    RtlCopyMemory(name + sizeof(KSSTRING_Allocator), Framing, sizeof *Framing);
    return RigAccess != 0 ? TkOpenFor(RigDevice, pin, name, sizeof name, Mode, RigAccess, Handle, File)
                          : TkOpen(RigDevice, pin, name, sizeof name, Mode, Handle, File);
}

NTSTATUS RigCreateRaw(USHORT Bytes, PHANDLE Handle, PFILE_OBJECT *File)
{
    UCHAR name[sizeof(KSSTRING_Allocator) + 64];
    KSALLOCATOR_FRAMING framing[2];
    framing[0] = framing[1] = StreamFraming(1, 256);
    RtlCopyMemory(name, KSSTRING_Allocator, sizeof(KSSTRING_Allocator));
    name[sizeof(KSSTRING_Allocator) - sizeof(WCHAR)] = '\\';
    RtlCopyMemory(name + sizeof(KSSTRING_Allocator), framing, Bytes);
    return TkOpen(RigDevice, pin, name, (USHORT)(sizeof(KSSTRING_Allocator) + Bytes), KernelMode, Handle, File);
}

PFILE_OBJECT RigMake(ULONG Frames, PHANDLE Handle)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(Frames, 256);
    PFILE_OBJECT file;
    CHECK_STATUS(RigCreate(&framing, KernelMode, Handle, &file), STATUS_SUCCESS);
    return file;
}

PSFA_ALLOCATOR RigAllocator(PFILE_OBJECT File)
{
    return kind == RIG_FORWARDER ? RigObjectAllocator(File) : SfaAllocatorOf(File);
}
