/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * File objects: opening, and the two ends. The last handle sends IRP_MJ_CLEANUP, the last reference
 * IRP_MJ_CLOSE: at once at PASSIVE_LEVEL, in whatever thread it happens, or else by the worker. A test can have it
 * sent at APC_LEVEL, as a thread with a fast mutex would.
 */
#include "object.h"
#include "packet.h"
#include "tkio.h"

#define GONE_BYTE 0xDD

struct file {
    FILE_OBJECT object; /* first: it is the object's body */
    struct file *next;
    BOOLEAN opened; /* a driver agreed, and hears of the end */
};

struct opening {
    PDEVICE_OBJECT device;
    PFILE_OBJECT related;
    const VOID *name;
    USHORT name_bytes;
    KPROCESSOR_MODE mode;
    PEPROCESS owner; /* of the handle; NULL: the kernel */
    ACCESS_MASK access;
    ULONG options;
    USHORT share, attributes;
    LARGE_INTEGER allocation;
};

static struct file *files;

static VOID closed(PVOID body)
{
    PFILE_OBJECT file = body;
    struct synchronous request;
    (void)synchronous_begin(&request, IRP_MJ_CLEANUP, 0, file);
    (void)synchronous_send(&request, file->DeviceObject);
    file->Flags |= FO_CLEANUP_COMPLETE;
}

static VOID close_file(PVOID body)
{
    struct file *file = body;
    PDEVICE_OBJECT device = file->object.DeviceObject;
    struct synchronous request;
    if (file->opened) {
        (void)synchronous_begin(&request, IRP_MJ_CLOSE, 0, &file->object);
        request.irp->Flags |= IRP_CLOSE_OPERATION;
        (void)synchronous_send(&request, device);
    }
    TK_LOCK();
    device_leave(device);
    host_fill(&file->object, GONE_BYTE, sizeof file->object);
    host_forbid(&file->object, sizeof file->object);
    TK_UNLOCK();
}

static BOOLEAN close_at_apc;

VOID TkCloseAtApcLevel(BOOLEAN On)
{
    close_at_apc = On;
}

static VOID gone(PVOID body)
{
    KIRQL irql;
    if (close_at_apc && tk_self()->irql <= APC_LEVEL) {
        KeRaiseIrql(APC_LEVEL, &irql);
        close_file(body);
        KeLowerIrql(irql);
        return;
    }
    if (tk_self()->irql == PASSIVE_LEVEL) {
        close_file(body);
        return;
    }
    TK_LOCK();
    tk_work_defer(close_file, body);
    TK_UNLOCK();
}

static struct _OBJECT_TYPE file_type = {"file", closed, gone};
static POBJECT_TYPE file_pointer = &file_type;
POBJECT_TYPE *IoFileObjectType = &file_pointer;

static struct file *make(const struct opening *opening)
{
    struct file *file = host_allocate(sizeof *file, 16);
    PFILE_OBJECT object = &file->object;
    host_fill(file, 0, sizeof *file);
    object->Type = IO_TYPE_FILE;
    object->Size = (CSHORT)sizeof *object;
    object->DeviceObject = opening->device;
    object->RelatedFileObject = opening->related;
    object->Flags = FO_SYNCHRONOUS_IO;
    object->ReadAccess = (BOOLEAN)((opening->access & (FILE_READ_DATA | GENERIC_READ | GENERIC_ALL)) != 0);
    object->WriteAccess = (BOOLEAN)((opening->access & (FILE_WRITE_DATA | GENERIC_WRITE | GENERIC_ALL)) != 0);
    InitializeListHead(&object->IrpList);
    if (opening->name_bytes > 0) {
        object->FileName.Buffer = host_allocate(opening->name_bytes, 16); /* not a byte more, for AddressSanitizer */
        object->FileName.Length = object->FileName.MaximumLength = opening->name_bytes;
        host_move(object->FileName.Buffer, opening->name, opening->name_bytes);
    }
    TK_LOCK();
    tk_object_init(&object->Lock.Header, SynchronizationEvent, 0, sizeof object->Lock);
    tk_object_init(&object->Event.Header, NotificationEvent, 0, sizeof object->Event);
    device_use(opening->device, "an open");
    tk_object_add(object, &file_type);
    if (opening->related != NULL)
        tk_object_live(opening->related, "an open relative to a file")->references++;
    file->next = files;
    files = file;
    TK_UNLOCK();
    return file;
}

static IO_STATUS_BLOCK create(struct file *file, const struct opening *opening)
{
    IO_SECURITY_CONTEXT security = {NULL, NULL, 0, 0};
    PFILE_OBJECT object = &file->object;
    struct synchronous request;
    PIO_STACK_LOCATION stack = synchronous_begin(&request, IRP_MJ_CREATE, 0, object);
    request.irp->RequestorMode = opening->mode;
    request.irp->Flags |= IRP_CREATE_OPERATION;
    request.irp->Overlay.AllocationSize = opening->allocation;
    security.DesiredAccess = opening->access;
    security.FullCreateOptions = opening->options;
    stack->Parameters.Create.SecurityContext = &security;
    stack->Parameters.Create.Options = opening->options;
    stack->Parameters.Create.FileAttributes = opening->attributes;
    stack->Parameters.Create.ShareAccess = opening->share;
    (void)synchronous_send(&request, opening->device);
    host_free(object->FileName.Buffer);
    host_fill(&object->FileName, 0, sizeof object->FileName);
    object->RelatedFileObject = NULL;
    if (opening->related != NULL)
        tk_object_release(opening->related, "the end of an open");
    return request.status;
}

static IO_STATUS_BLOCK open_file(const struct opening *opening, PHANDLE handle, PFILE_OBJECT *object)
{
    IO_STATUS_BLOCK status = {{0}, 0};
    struct file *file;
    BOOLEAN opens;
    TK_LOCK();
    opens = device_opens(opening->device);
    TK_UNLOCK();
    if (!opens) {
        status.Status = STATUS_NO_SUCH_DEVICE;
        return status;
    }
    file = make(opening);
    status = create(file, opening);
    file->opened = (BOOLEAN)NT_SUCCESS(status.Status);
    if (file->opened && object != NULL)
        *object = &file->object;
    if (file->opened && handle != NULL) {
        TK_LOCK();
        file->object.Flags |= FO_HANDLE_CREATED;
        *handle = tk_handle_add(&file->object, opening->owner, opening->access);
        TK_UNLOCK();
    }
    if (!file->opened || handle != NULL)
        tk_object_release(&file->object, "the end of an open");
    return status;
}

NTSTATUS TkOpenFor(PDEVICE_OBJECT DeviceObject, PFILE_OBJECT RelatedFileObject, const VOID *Name, USHORT NameBytes,
                   KPROCESSOR_MODE Mode, ACCESS_MASK DesiredAccess, PHANDLE Handle, PFILE_OBJECT *FileObject)
{
    struct opening opening;
    tk_require_irql(PASSIVE_LEVEL, "TkOpen");
    host_fill(&opening, 0, sizeof opening);
    opening.device = DeviceObject;
    opening.related = RelatedFileObject;
    opening.name = Name;
    opening.name_bytes = NameBytes;
    opening.mode = Mode;
    opening.owner = Mode == UserMode ? tk_process() : NULL;
    opening.access = DesiredAccess;
    opening.share = FILE_SHARE_READ | FILE_SHARE_WRITE;
    opening.attributes = FILE_ATTRIBUTE_NORMAL;
    return open_file(&opening, Handle, FileObject).Status;
}

NTSTATUS TkOpen(PDEVICE_OBJECT DeviceObject, PFILE_OBJECT RelatedFileObject, const VOID *Name, USHORT NameBytes,
                KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *FileObject)
{
    return TkOpenFor(DeviceObject, RelatedFileObject, Name, NameBytes, Mode,
                     GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE | FILE_READ_DATA | FILE_WRITE_DATA, Handle, FileObject);
}

NTSTATUS ZwCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                      PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER AllocationSize, ULONG FileAttributes,
                      ULONG ShareAccess, ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer, ULONG EaLength)
{
    struct opening opening;
    PVOID root;
    NTSTATUS status;
    tk_require_irql(PASSIVE_LEVEL, "ZwCreateFile");
    *FileHandle = NULL;
    if (tk_fail("ZwCreateFile"))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (ObjectAttributes->RootDirectory == NULL || ObjectAttributes->ObjectName == NULL || EaBuffer != NULL ||
        EaLength != 0)
        return STATUS_NOT_SUPPORTED; /* no name space, no extended attributes here */
    status = ObReferenceObjectByHandle(ObjectAttributes->RootDirectory, 0, &file_type, KernelMode, &root, NULL);
    if (!NT_SUCCESS(status))
        return status;
    host_fill(&opening, 0, sizeof opening);
    opening.related = root;
    opening.device = opening.related->DeviceObject;
    opening.name = ObjectAttributes->ObjectName->Buffer;
    opening.name_bytes = ObjectAttributes->ObjectName->Length;
    opening.mode = KernelMode;
    opening.owner = (ObjectAttributes->Attributes & OBJ_KERNEL_HANDLE) != 0 ? NULL : tk_process();
    opening.access = DesiredAccess;
    opening.options = CreateDisposition << 24 | CreateOptions;
    opening.share = (USHORT)ShareAccess;
    opening.attributes = (USHORT)FileAttributes;
    if (AllocationSize != NULL)
        opening.allocation = *AllocationSize;
    *IoStatusBlock = open_file(&opening, FileHandle, NULL);
    ObfDereferenceObject(root);
    return IoStatusBlock->Status;
}

PDEVICE_OBJECT IoGetRelatedDeviceObject(PFILE_OBJECT FileObject)
{
    tk_require_irql(DISPATCH_LEVEL, "IoGetRelatedDeviceObject");
    return FileObject->DeviceObject;
}

VOID files_end(VOID)
{
    struct file *file;
    close_at_apc = FALSE;
    while ((file = files) != NULL) {
        files = file->next;
        host_permit(&file->object, sizeof file->object);
        host_free(file);
    }
}
