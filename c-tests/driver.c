/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "driver.h"

PDEVICE_OBJECT DriverDevice;
PFILE_OBJECT DriverFile;
ULONG DriverSeen[IRP_MJ_MAXIMUM_FUNCTION + 1];

static PDRIVER_OBJECT loaded;
static PDRIVER_DISPATCH control;
static HANDLE file_handle;

NTSTATUS DriverComplete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UCHAR major = IoGetCurrentIrpStackLocation(Irp)->MajorFunction;
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL || major == IRP_MJ_DEVICE_CONTROL);
    DriverSeen[major]++;
    return major == IRP_MJ_DEVICE_CONTROL ? control(DeviceObject, Irp) : DriverComplete(Irp, STATUS_SUCCESS);
}

static VOID NTAPI unload(PDRIVER_OBJECT DriverObject)
{
    while (DriverObject->DeviceObject != NULL) {
        IoDeleteDevice(DriverObject->DeviceObject);
    }
}

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG i;
    (void)RegistryPath;
    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        DriverObject->MajorFunction[i] = dispatch;
    }
    DriverObject->DriverUnload = unload;
    return IoCreateDevice(DriverObject, 32, NULL, FILE_DEVICE_KS, 0, FALSE, &DriverDevice);
}

void DriverStart(PDRIVER_DISPATCH Control)
{
    NTSTATUS status;
    control = Control;
    loaded = TkDriverLoad(entry, "toy", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(TkOpen(DriverDevice, NULL, NULL, 0, KernelMode, &file_handle, &DriverFile), STATUS_SUCCESS);
}

void DriverClose(void)
{
    TkClose(file_handle);
}

void DriverStop(void)
{
    DriverClose();
    TkDriverUnload(loaded);
}

static TK_IOCTL plain(void)
{
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = DriverFile;
    ioctl.Mode = KernelMode;
    ioctl.Code = CTL_CODE(FILE_DEVICE_KS, 0, METHOD_NEITHER, FILE_ANY_ACCESS);
    return ioctl;
}

NTSTATUS DriverAsk(void)
{
    TK_IOCTL ioctl = plain();
    return TkIoctlWait(&ioctl, NULL);
}

PTK_REQUEST DriverPend(void)
{
    TK_IOCTL ioctl = plain();
    PTK_REQUEST request = TkIoctl(&ioctl);
    CHECK(!TkRequestCompleted(request));
    return request;
}
