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

/* What a METHOD_BUFFERED request of ours is. The bytes that go back, or an error. */
static NTSTATUS serve(PFILE_OBJECT Mine, ULONG Code, PVOID Buffer, ULONG In, ULONG Out, ULONG_PTR *Back)
{
    PFILE_OBJECT file = (PFILE_OBJECT)Mine->FsContext;
    GATE_COPY copy;
    ULONG number = 0;
    NTSTATUS status;
    *Back = 0;
    switch (Code) {
    case GATE_OPEN:
        if (In < sizeof(GATE_NAME) || Out < sizeof number)
            return STATUS_BUFFER_TOO_SMALL;
        status = open(Mine, (const GATE_NAME *)Buffer, &number);
        *(ULONG *)Buffer = number;
        *Back = sizeof number;
        return status;
    case GATE_MEMORY:
        *Back = sizeof(GATE_ARENA);
        return Out < *Back ? STATUS_BUFFER_TOO_SMALL : GateArena((GATE_ARENA *)Buffer);
    case GATE_COUNT:
        if (Out < sizeof(GATE_COUNTS))
            return STATUS_BUFFER_TOO_SMALL;
        GateCount((GATE_COUNTS *)Buffer);
        *Back = sizeof(GATE_COUNTS);
        return STATUS_SUCCESS;
    case GATE_READ:
    case GATE_WRITE:
        if (In < sizeof copy)
            return STATUS_BUFFER_TOO_SMALL;
        copy = *(const GATE_COPY *)Buffer;
        if (copy.Bytes > (Code == GATE_READ ? Out : In - sizeof copy))
            return STATUS_BUFFER_TOO_SMALL;
        *Back = Code == GATE_READ ? copy.Bytes : 0;
        return (Code == GATE_READ ? GateCopy(Buffer, (const VOID *)copy.Address, copy.Bytes)
                                  : GateCopy((PVOID)copy.Address, (const UCHAR *)Buffer + sizeof copy, copy.Bytes))
                   ? STATUS_SUCCESS
                   : STATUS_ACCESS_VIOLATION;
    default: /* GATE_SEND */
        if (file == NULL || Out < In)
            return STATUS_INVALID_DEVICE_STATE;
        GateSend(file, (GATE_SENT *)Buffer, (ULONG)(In / sizeof(GATE_SENT)));
        *Back = In;
        return STATUS_SUCCESS;
    }
}

static NTSTATUS plug(PDRIVER_OBJECT Gate, ULONG Code, const WCHAR *Name, ULONG Bytes)
{
    if (Bytes < sizeof(WCHAR) || Bytes % sizeof(WCHAR) != 0 || Name[Bytes / sizeof(WCHAR) - 1] != 0)
        return STATUS_INVALID_PARAMETER;
    return Code == GATE_START ? GateStart(Gate, Name) : GateRemove(Gate, Name);
}

static NTSTATUS NTAPI control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
    ULONG in = stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG_PTR back;
    NTSTATUS status;
    switch (code) {
    case GATE_START:
    case GATE_REMOVE:
        return complete(Irp, plug(DeviceObject->DriverObject, code, (const WCHAR *)Irp->AssociatedIrp.SystemBuffer, in),
                        0);
    case GATE_OPEN:
    case GATE_MEMORY:
    case GATE_READ:
    case GATE_WRITE:
    case GATE_SEND:
    case GATE_COUNT:
        status = serve(stack->FileObject, code, Irp->AssociatedIrp.SystemBuffer, in,
                       stack->Parameters.DeviceIoControl.OutputBufferLength, &back);
        return complete(Irp, status, NT_SUCCESS(status) ? back : 0);
    default:
        if (stack->FileObject->FsContext == NULL)
            return complete(Irp, STATUS_INVALID_DEVICE_STATE, 0);
        return GateForward(Irp, (PFILE_OBJECT)stack->FileObject->FsContext);
    }
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
    while (DriverObject->DeviceObject != NULL)
        IoDeleteDevice(DriverObject->DeviceObject);
    GateForgetArena();
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
    DriverObject->MajorFunction[IRP_MJ_PNP] = GatePnp;
    DriverObject->DriverUnload = unload;
    return STATUS_SUCCESS;
}
