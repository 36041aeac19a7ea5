/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Files, opened and closed with create and clean-up requests of our own: Wine opens no name below a device, and never
 * sends IRP_MJ_CLEANUP. IRP_MJ_CLOSE comes with the last reference.
 */
#include "kernel.h"

typedef struct OPENED {
    PFILE_OBJECT File;
} OPENED;

static volatile LONG handles;

ULONG KernelHandles(void)
{
    return (ULONG)ReadAcquire(&handles);
}

static NTSTATUS create(PFILE_OBJECT File, KPROCESSOR_MODE Mode, ACCESS_MASK Access)
{
    IO_SECURITY_CONTEXT security;
    KERNEL_IRP request;
    PIO_STACK_LOCATION stack = KernelIrp(&request, File->DeviceObject, IRP_MJ_CREATE, 0, File);
    RtlZeroMemory(&security, sizeof security);
    security.DesiredAccess = Access;
    request.Irp->RequestorMode = Mode;
    request.Irp->Flags |= IRP_CREATE_OPERATION;
    stack->Parameters.Create.SecurityContext = &security;
    stack->Parameters.Create.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    stack->Parameters.Create.ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE;
    return KernelSend(&request, File->DeviceObject);
}

static PFILE_OBJECT make(PDEVICE_OBJECT Device, PFILE_OBJECT Related, const VOID *Name, USHORT Bytes,
                         ACCESS_MASK Access)
{
    PFILE_OBJECT file = IoCreateStreamFileObjectLite(NULL, Device);
    file->RelatedFileObject = Related;
    file->ReadAccess = (BOOLEAN)((Access & (FILE_READ_DATA | GENERIC_READ | GENERIC_ALL)) != 0);
    file->WriteAccess = (BOOLEAN)((Access & (FILE_WRITE_DATA | GENERIC_WRITE | GENERIC_ALL)) != 0);
    if (Bytes > 0) {
        file->FileName.Buffer = (PWSTR)ExAllocatePool2(POOL_FLAG_NON_PAGED, Bytes, KERNEL_TAG);
        CHECK(file->FileName.Buffer != NULL);
        file->FileName.Length = file->FileName.MaximumLength = Bytes;
        RtlCopyMemory(file->FileName.Buffer, Name, Bytes);
    }
    return file;
}

static void forget_name(PFILE_OBJECT File)
{
    if (File->FileName.Buffer != NULL) {
        ExFreePoolWithTag(File->FileName.Buffer, KERNEL_TAG);
    }
    RtlZeroMemory(&File->FileName, sizeof File->FileName);
    File->RelatedFileObject = NULL;
}

static HANDLE handle_of(PFILE_OBJECT File)
{
    OPENED *opened = (OPENED *)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *opened, KERNEL_TAG);
    CHECK(opened != NULL);
    opened->File = File;
    (VOID) InterlockedIncrement(&handles);
    return (HANDLE)opened;
}

NTSTATUS TkOpenFor(PDEVICE_OBJECT DeviceObject, PFILE_OBJECT RelatedFileObject, const VOID *Name, USHORT NameBytes,
                   KPROCESSOR_MODE Mode, ACCESS_MASK DesiredAccess, PHANDLE Handle, PFILE_OBJECT *FileObject)
{
    PFILE_OBJECT file = make(DeviceObject, RelatedFileObject, Name, NameBytes, DesiredAccess);
    NTSTATUS status;
    if (RelatedFileObject != NULL) {
        ObReferenceObject(RelatedFileObject);
    }
    status = create(file, Mode, DesiredAccess);
    forget_name(file);
    if (RelatedFileObject != NULL) {
        ObDereferenceObject(RelatedFileObject);
    }
    if (!NT_SUCCESS(status)) {
        file->DeviceObject = NULL; /* no driver hears of its end */
        ObDereferenceObject(file);
        return status;
    }
    if (FileObject != NULL) {
        *FileObject = file;
    }
    if (Handle != NULL) {
        *Handle = handle_of(file);
    }
    return status;
}

NTSTATUS TkOpen(PDEVICE_OBJECT DeviceObject, PFILE_OBJECT RelatedFileObject, const VOID *Name, USHORT NameBytes,
                KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *FileObject)
{
    return TkOpenFor(DeviceObject, RelatedFileObject, Name, NameBytes, Mode,
                     GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE | FILE_READ_DATA | FILE_WRITE_DATA, Handle, FileObject);
}

VOID TkClose(HANDLE Handle)
{
    OPENED *opened = (OPENED *)Handle;
    PFILE_OBJECT file = opened->File;
    KERNEL_IRP request;
    ExFreePoolWithTag(opened, KERNEL_TAG);
    (VOID) KernelIrp(&request, file->DeviceObject, IRP_MJ_CLEANUP, 0, file);
    (VOID) KernelSend(&request, file->DeviceObject);
    file->Flags |= FO_CLEANUP_COMPLETE;
    ObDereferenceObject(file);
    (VOID) InterlockedDecrement(&handles);
}
