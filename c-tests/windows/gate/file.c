/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of other drivers: opened, and both their ends sent. */
#include "parts.h"

extern DECLSPEC_IMPORT POBJECT_TYPE IoDriverObjectType;

static NTSTATUS NTAPI answered(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    (VOID) KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS send(PFILE_OBJECT File, UCHAR Major, KPROCESSOR_MODE Mode)
{
    PIRP irp = IoAllocateIrp(File->DeviceObject->StackSize, FALSE);
    IO_SECURITY_CONTEXT security;
    PIO_STACK_LOCATION stack;
    NTSTATUS status;
    KEVENT done;
    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(&security, sizeof security);
    security.DesiredAccess = GENERIC_READ | GENERIC_WRITE | FILE_READ_DATA | FILE_WRITE_DATA;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp->RequestorMode = Mode;
    irp->Flags = IRP_SYNCHRONOUS_API;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    irp->Tail.Overlay.OriginalFileObject = File;
    stack = IoGetNextIrpStackLocation(irp);
    stack->MajorFunction = Major;
    stack->FileObject = File;
    if (Major == IRP_MJ_CREATE) {
        stack->Parameters.Create.SecurityContext = &security;
        stack->Parameters.Create.ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE;
    }
    IoSetCompletionRoutine(irp, answered, &done, TRUE, TRUE, TRUE);
    (VOID) IoCallDriver(File->DeviceObject, irp);
    (VOID) KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    GateFinish(irp);
    status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}

NTSTATUS GateFindDriver(const WCHAR *Name, PDRIVER_OBJECT *Driver)
{
    UNICODE_STRING name;
    RtlInitUnicodeString(&name, Name);
    return ObReferenceObjectByName(&name, OBJ_CASE_INSENSITIVE, NULL, 0, IoDriverObjectType, KernelMode, NULL,
                                   (PVOID *)Driver);
}

static NTSTATUS device_of(const WCHAR *Name, PDEVICE_OBJECT *Device)
{
    PDRIVER_OBJECT driver;
    NTSTATUS status = GateFindDriver(Name, &driver);
    if (!NT_SUCCESS(status))
        return status;
    *Device = driver->DeviceObject;
    ObDereferenceObject(driver);
    return *Device == NULL ? STATUS_NO_SUCH_DEVICE : STATUS_SUCCESS;
}

NTSTATUS GateOpenFile(const GATE_NAME *Name, PFILE_OBJECT Parent, PFILE_OBJECT *File)
{
    PDEVICE_OBJECT device = NULL;
    PFILE_OBJECT file;
    NTSTATUS status = Parent == NULL ? device_of(Name->Driver, &device) : STATUS_SUCCESS;
    if (!NT_SUCCESS(status))
        return status;
    file = IoCreateStreamFileObjectLite(Parent, device);
    file->RelatedFileObject = Parent;
    file->ReadAccess = file->WriteAccess = TRUE;
    file->FileName.Buffer = (PWSTR)(PVOID)Name->Name;
    file->FileName.Length = file->FileName.MaximumLength = (USHORT)Name->Bytes;
    status = send(file, IRP_MJ_CREATE, Name->Kernel ? KernelMode : UserMode);
    RtlZeroMemory(&file->FileName, sizeof file->FileName);
    file->RelatedFileObject = NULL;
    if (!NT_SUCCESS(status)) {
        file->DeviceObject = NULL; /* no driver hears of its end */
        ObDereferenceObject(file);
        return status;
    }
    *File = file;
    return status;
}

VOID GateCloseFile(PFILE_OBJECT File)
{
    (VOID) send(File, IRP_MJ_CLEANUP, KernelMode);
    ObDereferenceObject(File);
}
