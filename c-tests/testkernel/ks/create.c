/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Create requests. The name is a class and, after a backslash, the bytes of its parameters: "{GUID}\" and what the
 * class wants. With a parent, the parent's create items are asked, otherwise the device's, whose names the object
 * manager begins with one more backslash.
 */
#include "create.h"
#include "header.h"

/* The bytes before the backslash, if any; *parameters are the bytes after it. */
static USHORT class_bytes(const UNICODE_STRING *name, USHORT *parameters)
{
    USHORT i;
    for (i = 0; i + sizeof(WCHAR) <= name->Length; i += sizeof(WCHAR))
        if (name->Buffer[i / sizeof(WCHAR)] == '\\') {
            *parameters = (USHORT)(name->Length - i - sizeof(WCHAR));
            return i;
        }
    *parameters = 0;
    return i;
}

static WCHAR upper(WCHAR c)
{
    return (WCHAR)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static BOOLEAN matches(const UNICODE_STRING *object_class, const WCHAR *name, USHORT bytes)
{
    USHORT i;
    if (object_class->Length != bytes)
        return FALSE;
    for (i = 0; i < bytes / sizeof(WCHAR); i++)
        if (upper(object_class->Buffer[i]) != upper(name[i]))
            return FALSE;
    return TRUE;
}

/* A wildcard serves only what no other item does. */
static PKSOBJECT_CREATE_ITEM find(const KS_HEADER *header, const UNICODE_STRING *name)
{
    PKSOBJECT_CREATE_ITEM wildcard = NULL;
    USHORT parameters, bytes = class_bytes(name, &parameters);
    ULONG i;
    for (i = 0; i < header->ItemsCount; i++) {
        PKSOBJECT_CREATE_ITEM item = &header->Items[i];
        if (item->Create == NULL || (parameters != 0 && (item->Flags & KSCREATE_ITEM_NOPARAMETERS) != 0))
            continue;
        if ((item->Flags & KSCREATE_ITEM_WILDCARD) != 0)
            wildcard = item;
        else if (matches(&item->ObjectClass, name->Buffer, bytes))
            return item;
    }
    return wildcard;
}

static NTSTATUS refuse(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Information = 0;
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS NTAPI KsDispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    UNICODE_STRING name = file->FileName;
    PKSOBJECT_CREATE_ITEM item;
    KS_HEADER *header;
    KS_PASSIVE("a create request");
    if (file->RelatedFileObject == NULL) {
        PVOID *extension = DeviceObject->DeviceExtension;
        header = KsFindHeader(extension == NULL ? NULL : *extension, KsDeviceKind, "a create request");
        if (name.Length >= sizeof(WCHAR) && name.Buffer[0] == '\\') {
            name.Length = (USHORT)(name.Length - sizeof(WCHAR));
            name.Buffer++;
        }
    } else if (file->RelatedFileObject->FsContext == NULL) {
        return refuse(Irp, STATUS_OBJECT_NAME_NOT_FOUND);
    } else {
        header = KsFindFileHeader(file->RelatedFileObject, "a create request");
    }
    item = header == NULL ? NULL : find(header, &name);
    if (item == NULL)
        return refuse(Irp, STATUS_OBJECT_NAME_NOT_FOUND);
    KSCREATE_ITEM_IRP_STORAGE(Irp) = item;
    return item->Create(DeviceObject, Irp);
}
