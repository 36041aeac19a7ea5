/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the allocator object of plug-in C answers: its tables and their handlers. */

static struct sfa_object *SfaObjectOfIrp(PIRP Irp)
{
    return SfaObjectOf(IoGetCurrentIrpStackLocation(Irp)->FileObject);
}

/* --- Direct calls, between create and close --- */

static NTSTATUS SfaTableAllocate(PFILE_OBJECT FileObject, PVOID *Frame)
{
    struct sfa_object *object = SfaObjectOf(FileObject);
    if (object == NULL || SfaIsRaised(&object->Closing)) {
        *Frame = NULL;
        return object == NULL ? STATUS_INVALID_HANDLE : STATUS_DEVICE_NOT_READY;
    }
    return SfaAllocateFrameFor(object->Allocator, FileObject, Frame);
}

static void SfaTableFree(PFILE_OBJECT FileObject, PVOID Frame)
{
    struct sfa_object *object = SfaObjectOf(FileObject);
    if (object != NULL) {
        (void)SfaFreeFrameOf(object->Allocator, FileObject, Frame);
    }
}

static const KSSTREAMALLOCATOR_FUNCTIONTABLE SfaFunctionTable = {SfaTableAllocate, SfaTableFree};

/* --- Handlers --- */

static NTSTATUS SfaObjectAlloc(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    struct sfa_object *object = SfaObjectOfIrp(Irp);
    if ((object->Access & FILE_WRITE_DATA) == 0) {
        return STATUS_ACCESS_DENIED;
    }
    if (SfaIsRaised(&object->Closing)) {
        return STATUS_DEVICE_NOT_READY; /* even if the driver commits frames anew: a request would keep the object */
    }
    return SfaMethodAlloc(object->Allocator, Irp, Request, (PVOID *)Data);
}

static NTSTATUS SfaObjectFree(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    struct sfa_object *object = SfaObjectOfIrp(Irp);
    if ((object->Access & FILE_WRITE_DATA) == 0) {
        return STATUS_ACCESS_DENIED;
    }
    return SfaMethodFree(object->Allocator, Irp, Request, (PVOID *)Data);
}

static NTSTATUS SfaObjectStatus(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    return SfaPropertyStatus(SfaObjectOfIrp(Irp)->Allocator, Irp, Request, (PKSSTREAMALLOCATOR_STATUS)Data);
}

static NTSTATUS SfaObjectFunctionTable(PIRP Irp, PKSIDENTIFIER Request, PVOID Data)
{
    struct sfa_object *object = SfaObjectOfIrp(Irp);
    if (SfaIsTrusted(Irp)) {
        if ((object->Access & FILE_WRITE_DATA) == 0) {
            return STATUS_ACCESS_DENIED; /* the two functions do what ALLOC and FREE would refuse */
        }
        if (SfaIsRaised(&object->Closing)) {
            return STATUS_DEVICE_NOT_READY;
        }
    }
    return SfaPropertyFunctionTable(object->Allocator, Irp, Request, &SfaFunctionTable,
                                    (PKSSTREAMALLOCATOR_FUNCTIONTABLE)Data);
}

/* --- Tables --- */

static const GUID SfaMethodSet = {STATIC_KSMETHODSETID_StreamAllocator};
static const GUID SfaPropertySet = {STATIC_KSPROPSETID_StreamAllocator};

static const KSMETHOD_ITEM SfaMethodItems[] = {SFA_KSMETHOD_ITEM_ALLOC(SfaObjectAlloc),
                                               SFA_KSMETHOD_ITEM_FREE(SfaObjectFree)};
static const KSMETHOD_SET SfaMethodSets[] = {{&SfaMethodSet, RTL_NUMBER_OF(SfaMethodItems), SfaMethodItems, 0, NULL}};

static const KSPROPERTY_ITEM SfaPropertyItems[] = {
    SFA_KSPROPERTY_ITEM_FUNCTIONTABLE(SfaObjectFunctionTable),
    SFA_KSPROPERTY_ITEM_STATUS(SfaObjectStatus),
};
static const KSPROPERTY_SET SfaPropertySets[] = {
    {&SfaPropertySet, RTL_NUMBER_OF(SfaPropertyItems), SfaPropertyItems, 0, NULL}};

/* --- Dispatch --- */

/* The answer to a request of one of the four kinds; STATUS_NOT_FOUND: of none. After STATUS_PENDING the IRP may be
 * gone. */
static NTSTATUS SfaAnswer(struct sfa_object *Object, PIRP Irp)
{
    switch (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_KS_PROPERTY:
        return KsPropertyHandler(Irp, RTL_NUMBER_OF(SfaPropertySets), SfaPropertySets);
    case IOCTL_KS_METHOD:
        /* Frames are kernel addresses. Not even support queries: to tell them apart, the request would have to be read.
         */
        return Irp->RequestorMode != KernelMode ? STATUS_INVALID_DEVICE_REQUEST
                                                : KsMethodHandler(Irp, RTL_NUMBER_OF(SfaMethodSets), SfaMethodSets);
    case IOCTL_KS_ENABLE_EVENT:
        return SfaEnableEvent(Object->Allocator, Irp);
    case IOCTL_KS_DISABLE_EVENT:
        return SfaDisableEvent(Object->Allocator, Irp);
    default:
        return STATUS_NOT_FOUND;
    }
}

static BOOLEAN SfaIsOurs(PIRP Irp)
{
    ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
    return (BOOLEAN)(code == IOCTL_KS_PROPERTY || code == IOCTL_KS_METHOD || code == IOCTL_KS_ENABLE_EVENT ||
                     code == IOCTL_KS_DISABLE_EVENT);
}

static NTSTATUS SfaObjectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    struct sfa_object *object = SfaObjectOfIrp(Irp);
    NTSTATUS status = STATUS_INVALID_DEVICE_REQUEST;
    if (!SfaIsOurs(Irp)) {
        return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
    }
    Irp->IoStatus.Information = 0;
    if (object != NULL && !SfaNamesUserMemory(Irp)) {
        status = SfaAnswer(object, Irp);
    }
    if (status != STATUS_PENDING) {
        SfaComplete(Irp, status);
    }
    return status;
}

/* Imported functions have no constant address in C: the table gets functions of our own. */
static NTSTATUS SfaObjectRefuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return KsDispatchInvalidDeviceRequest(DeviceObject, Irp);
}

static NTSTATUS SfaObjectQuerySecurity(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return KsDispatchQuerySecurity(DeviceObject, Irp);
}

static NTSTATUS SfaObjectSetSecurity(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return KsDispatchSetSecurity(DeviceObject, Irp);
}

/* FALSE: no fast way, an IRP will come. */
static BOOLEAN SfaObjectFastControl(PFILE_OBJECT FileObject, BOOLEAN Wait, PVOID InputBuffer, ULONG InputBufferLength,
                                    PVOID OutputBuffer, ULONG OutputBufferLength, ULONG IoControlCode,
                                    PIO_STATUS_BLOCK IoStatus, PDEVICE_OBJECT DeviceObject)
{
    UNREFERENCED_PARAMETER(FileObject);
    UNREFERENCED_PARAMETER(Wait);
    UNREFERENCED_PARAMETER(InputBuffer);
    UNREFERENCED_PARAMETER(InputBufferLength);
    UNREFERENCED_PARAMETER(OutputBuffer);
    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(IoControlCode);
    UNREFERENCED_PARAMETER(IoStatus);
    UNREFERENCED_PARAMETER(DeviceObject);
    return FALSE;
}

static BOOLEAN SfaObjectFastTransfer(PFILE_OBJECT FileObject, PLARGE_INTEGER FileOffset, ULONG Length, BOOLEAN Wait,
                                     ULONG LockKey, PVOID Buffer, PIO_STATUS_BLOCK IoStatus,
                                     PDEVICE_OBJECT DeviceObject)
{
    UNREFERENCED_PARAMETER(FileObject);
    UNREFERENCED_PARAMETER(FileOffset);
    UNREFERENCED_PARAMETER(Length);
    UNREFERENCED_PARAMETER(Wait);
    UNREFERENCED_PARAMETER(LockKey);
    UNREFERENCED_PARAMETER(Buffer);
    UNREFERENCED_PARAMETER(IoStatus);
    UNREFERENCED_PARAMETER(DeviceObject);
    return FALSE;
}

static const KSDISPATCH_TABLE SfaObjectTable = {
    SfaObjectControl,     SfaObjectRefuse, /* read */
    SfaObjectRefuse,                       /* write */
    SfaObjectRefuse,                       /* flush */
    SfaObjectClose,       SfaObjectQuerySecurity, SfaObjectSetSecurity,
    SfaObjectFastControl, SfaObjectFastTransfer,  SfaObjectFastTransfer,
};
