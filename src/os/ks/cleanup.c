/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * IRP_MJ_CLEANUP. KSDISPATCH_TABLE has no slot for it and KsSetMajorFunctionHandler refuses it, but a request that
 * waits holds a reference to its file object: without CLEANUP the object would never be closed. So the driver's entry
 * is replaced, allocator objects are known by their file object, and everything else goes where it went before.
 */
static PDRIVER_DISPATCH SfaNextCleanup;
static PDRIVER_OBJECT SfaHooked;

static NTSTATUS SfaCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    struct sfa_object *object = file != NULL ? SfaReferenceFile(file) : NULL;
    if (object == NULL && SfaNextCleanup != NULL) {
        return SfaNextCleanup(DeviceObject, Irp);
    }
    if (object != NULL) {
        SfaCloseObject(object, STATUS_CANCELLED);
        SfaReleaseObject(object);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

_Use_decl_annotations_ void SFAAPI SfaHookCleanup(PDRIVER_OBJECT DriverObject)
{
    if (SfaHooked == NULL) {
        SfaHooked = DriverObject;
        SfaNextCleanup = DriverObject->MajorFunction[IRP_MJ_CLEANUP];
        DriverObject->MajorFunction[IRP_MJ_CLEANUP] = SfaCleanup;
    }
}

_Use_decl_annotations_ void SFAAPI SfaUnload(PDRIVER_OBJECT DriverObject)
{
    if (SfaHooked != DriverObject) {
        return;
    }
    /* The work items keep the driver where it is, but not what its DriverUnload undoes next. */
    (void)SfaDrain(NULL, NULL);
    if (DriverObject->MajorFunction[IRP_MJ_CLEANUP] == SfaCleanup) {
        DriverObject->MajorFunction[IRP_MJ_CLEANUP] = SfaNextCleanup;
    }
    SfaHooked = NULL;
    SfaNextCleanup = NULL;
}
