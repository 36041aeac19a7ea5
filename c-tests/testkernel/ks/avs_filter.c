/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Filters: one for each open of the device by a factory's reference string. */
#include "avs.h"

static NTSTATUS NTAPI close_filter(PDEVICE_OBJECT DeviceObject, PIRP Irp);

static DEFINE_KSDISPATCH_TABLE(table, AvsDeviceControl, KsDispatchInvalidDeviceRequest, KsDispatchInvalidDeviceRequest,
                               KsDispatchInvalidDeviceRequest, close_filter, KsDispatchQuerySecurity,
                               KsDispatchSetSecurity, KsDispatchFastIoDeviceControlFailure, KsDispatchFastReadFailure,
                               KsDispatchFastWriteFailure);

/* With the control mutex held. */
static VOID discard(AVS_FILTER *filter, PFILE_OBJECT file)
{
    KsFreeEventList(file, &filter->Object.Events, KSEVENTS_SPINLOCK, &filter->Object.EventsLock);
    AvsEmptyBag(&filter->Object);
    if (filter->Instances != NULL)
        ExFreePoolWithTag(filter->Instances, KS_TAG);
    if (filter->Object.Header != NULL)
        KsFreeObjectHeader(filter->Object.Header);
    file->FsContext = NULL;
}

static NTSTATUS start(AVS_FILTER *filter, PIRP irp)
{
    const KSFILTER_DESCRIPTOR *descriptor = filter->Filter.Descriptor;
    PKSAUTOMATION_TABLE merged = NULL;
    NTSTATUS status;
    filter->Instances =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(ULONG) * ((SIZE_T)descriptor->PinDescriptorsCount + 1), KS_TAG);
    if (filter->Instances == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlInitUnicodeString(&filter->Items[0].ObjectClass, (PCWSTR)KSSTRING_Pin);
    filter->Items[0].Create = AvsCreatePin;
    filter->Items[0].Context = filter;
    status = KsAllocateObjectHeader(&filter->Object.Header, 1, filter->Items, irp, &table);
    if (NT_SUCCESS(status))
        status = KsMergeAutomationTables(&merged, (PKSAUTOMATION_TABLE)descriptor->AutomationTable, NULL,
                                         filter->Filter.Bag);
    filter->Object.Automation = merged;
    if (NT_SUCCESS(status) && descriptor->Dispatch != NULL && descriptor->Dispatch->Create != NULL)
        status = AvsAnswer(descriptor->Dispatch->Create(&filter->Filter, irp), "a filter's Create");
    return status;
}

static NTSTATUS create(AVS_FACTORY *factory, PIRP irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(irp)->FileObject;
    const KSFILTER_DESCRIPTOR *descriptor = factory->Factory.FilterDescriptor;
    AVS_FILTER *filter;
    NTSTATUS status;
    if (irp->RequestorMode != KernelMode && (descriptor->Flags & KSFILTER_FLAG_DENY_USERMODE_ACCESS) != 0)
        return TkAvs()->StatusDenied;
    filter = AvsMake(sizeof *filter, KsObjectTypeFilter, &factory->Object, NULL);
    if (filter == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    AvsInitializeControl(&filter->Control);
    filter->Object.Control = &filter->Control;
    filter->Filter.Descriptor = descriptor;
    filter->Filter.Bag = &filter->Object.Bag;
    filter->File = file;
    file->FsContext = filter;
    AvsAcquire(&filter->Control, "a filter's Create");
    status = start(filter, irp);
    if (!NT_SUCCESS(status))
        discard(filter, file);
    AvsReleaseControl(&filter->Control);
    if (!NT_SUCCESS(status))
        AvsRelease(&filter->Object);
    return status;
}

NTSTATUS NTAPI AvsCreateFilter(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS status = create(KSCREATE_ITEM_IRP_STORAGE(Irp)->Context, Irp);
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    return AvsComplete(Irp, status);
}

static NTSTATUS NTAPI close_filter(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    AVS_FILTER *filter = file->FsContext;
    const KSFILTER_DISPATCH *dispatch = filter->Filter.Descriptor->Dispatch;
    UNREFERENCED_PARAMETER(DeviceObject);
    AvsAcquire(&filter->Control, "a filter's Close");
    KsFreeEventList(file, &filter->Object.Events, KSEVENTS_SPINLOCK, &filter->Object.EventsLock);
    if (dispatch != NULL && dispatch->Close != NULL)
        (VOID) AvsAnswer(dispatch->Close(&filter->Filter, Irp), "a filter's Close");
    discard(filter, file);
    AvsReleaseControl(&filter->Control);
    AvsRelease(&filter->Object);
    Irp->IoStatus.Information = 0;
    return AvsComplete(Irp, STATUS_SUCCESS);
}
