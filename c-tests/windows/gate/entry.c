/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate.sys: its device, and what each handle of it stands for. */
#include "parts.h"

#define FILES 64

static KSPIN_LOCK lock;
static PFILE_OBJECT
    files[FILES]; /* by the number that GATE_OPEN gave, less one; held by their handles of this device */

static NTSTATUS complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static PFILE_OBJECT parent_of(ULONG Number)
{
    PFILE_OBJECT file = NULL;
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    if (Number - 1 < FILES && files[Number - 1] != NULL) {
        file = files[Number - 1];
        ObReferenceObject(file);
    }
    KeReleaseSpinLock(&lock, irql);
    return file;
}

static ULONG enter(PFILE_OBJECT File)
{
    KIRQL irql;
    ULONG i;
    KeAcquireSpinLock(&lock, &irql);
    for (i = 0; i < FILES && files[i] != NULL; i++)
        ;
    if (i < FILES)
        files[i] = File;
    KeReleaseSpinLock(&lock, irql);
    return i < FILES ? i + 1 : 0;
}

static NTSTATUS open(PFILE_OBJECT Mine, const GATE_NAME *Name, ULONG *Number)
{
    PFILE_OBJECT parent = NULL, file = NULL;
    NTSTATUS status;
    if (Mine->FsContext != NULL || Name->Bytes > sizeof Name->Name || Name->Driver[31] != 0)
        return STATUS_INVALID_PARAMETER;
    if (Name->Parent != 0 && (parent = parent_of(Name->Parent)) == NULL)
        return STATUS_INVALID_HANDLE;
    status = GateOpenFile(Name, parent, &file);
    if (parent != NULL)
        ObDereferenceObject(parent);
    if (!NT_SUCCESS(status))
        return status;
    *Number = enter(file);
    if (*Number == 0) {
        GateCloseFile(file);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Mine->FsContext = file;
    return status;
}

static NTSTATUS NTAPI control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PFILE_OBJECT mine = stack->FileObject;
    GATE_NAME *name;
    NTSTATUS status;
    ULONG number = 0;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (stack->Parameters.DeviceIoControl.IoControlCode != GATE_OPEN) {
        if (mine->FsContext == NULL)
            return complete(Irp, STATUS_INVALID_DEVICE_STATE, 0);
        return GateForward(Irp, (PFILE_OBJECT)mine->FsContext);
    }
    if (stack->Parameters.DeviceIoControl.InputBufferLength < sizeof *name ||
        stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof number)
        return complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    name = (GATE_NAME *)Irp->AssociatedIrp.SystemBuffer;
    status = open(mine, name, &number);
    *(ULONG *)Irp->AssociatedIrp.SystemBuffer = number;
    return complete(Irp, status, NT_SUCCESS(status) ? sizeof number : 0);
}

static NTSTATUS NTAPI create(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = NULL;
    return complete(Irp, STATUS_SUCCESS, 0);
}

/* Wine sends no IRP_MJ_CLEANUP: the other driver gets its own from here. */
static NTSTATUS NTAPI close(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = (PFILE_OBJECT)IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    KIRQL irql;
    ULONG i;
    UNREFERENCED_PARAMETER(DeviceObject);
    KeAcquireSpinLock(&lock, &irql);
    for (i = 0; i < FILES; i++)
        if (file != NULL && files[i] == file)
            files[i] = NULL;
    KeReleaseSpinLock(&lock, irql);
    if (file != NULL)
        GateCloseFile(file);
    return complete(Irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI unload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link;
    RtlInitUnicodeString(&link, L"\\DosDevices\\" GATE_DEVICE);
    (VOID) IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&name, L"\\Device\\" GATE_DEVICE);
    RtlInitUnicodeString(&link, L"\\DosDevices\\" GATE_DEVICE);
    status = IoCreateDevice(DriverObject, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    (VOID) IoDeleteSymbolicLink(&link); /* of a driver whose process ended */
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = create;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = close;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
    DriverObject->DriverUnload = unload;
    return STATUS_SUCCESS;
}
