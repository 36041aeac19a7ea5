/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Headers: how KS finds the tables and create items of a device or of an open file. All that live are in a list, so
 * that one that was freed, copied or overwritten is told from a good one without reading it.
 */
#include "header.h"

static LIST_ENTRY headers = {&headers, &headers};
static KSPIN_LOCK lock;

KS_HEADER *KsFindHeader(PVOID Header, KS_HEADER_KIND Kind, PCSTR Function)
{
    PLIST_ENTRY link;
    KS_HEADER *found = NULL;
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    for (link = headers.Flink; link != &headers && found == NULL; link = link->Flink)
        if (CONTAINING_RECORD(link, KS_HEADER, Link) == Header)
            found = CONTAINING_RECORD(link, KS_HEADER, Link);
    KeReleaseSpinLock(&lock, irql);
    if (found != NULL && found->Kind == Kind)
        return found;
    KS_BREACH("ks-header", "%s: %p is no %s header, or one that is freed", Function, Header,
              Kind == KsDeviceKind ? "device" : "object");
    UNREFERENCED_PARAMETER(Function);
    return NULL;
}

KS_HEADER *KsFindFileHeader(PFILE_OBJECT FileObject, PCSTR Function)
{
    if (FileObject == NULL || FileObject->FsContext == NULL) {
        KS_BREACH("ks-header", "%s: the file object has no FsContext", Function);
        return NULL;
    }
    return KsFindHeader(*(PVOID *)FileObject->FsContext, KsObjectKind, Function);
}

static KS_HEADER *make(KS_HEADER_KIND kind, ULONG count, PKSOBJECT_CREATE_ITEM items)
{
    KS_HEADER *header;
    KIRQL irql;
    if (count != 0 && items == NULL)
        KS_BREACH("ks-create-items", "%u create items, and no list of them", count);
    header = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *header, KS_TAG);
    if (header == NULL)
        return NULL;
    header->Kind = kind;
    header->ItemsCount = items == NULL ? 0 : count;
    header->Items = items;
    KeAcquireSpinLock(&lock, &irql);
    InsertTailList(&headers, &header->Link);
    KeReleaseSpinLock(&lock, irql);
    return header;
}

static VOID discard(PVOID address, KS_HEADER_KIND kind, PCSTR function)
{
    KS_HEADER *header = KsFindHeader(address, kind, function);
    KIRQL irql;
    if (header == NULL)
        return;
    KeAcquireSpinLock(&lock, &irql);
    (VOID) RemoveEntryList(&header->Link);
    KeReleaseSpinLock(&lock, irql);
    ExFreePoolWithTag(header, KS_TAG);
}

/* The caller serialises: what is read elsewhere is Create, so it comes last. */
static NTSTATUS add(KS_HEADER *header, PDRIVER_DISPATCH create, PVOID context, PWSTR object_class, PVOID security)
{
    ULONG i;
    for (i = 0; header != NULL && i < header->ItemsCount; i++) {
        PKSOBJECT_CREATE_ITEM item = &header->Items[i];
        if (item->Create != NULL)
            continue;
        RtlInitUnicodeString(&item->ObjectClass, object_class);
        item->Context = context;
        item->SecurityDescriptor = security;
        item->Flags = 0;
        item->Create = create;
        return STATUS_SUCCESS;
    }
    return STATUS_ALLOTTED_SPACE_EXCEEDED;
}

NTSTATUS NTAPI KsAllocateDeviceHeader(KSDEVICE_HEADER *Header, ULONG ItemsCount, PKSOBJECT_CREATE_ITEM ItemsList)
{
    KS_PASSIVE("KsAllocateDeviceHeader");
    *Header = make(KsDeviceKind, ItemsCount, ItemsList);
    return *Header == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

VOID NTAPI KsFreeDeviceHeader(KSDEVICE_HEADER Header)
{
    KS_PASSIVE("KsFreeDeviceHeader");
    discard(Header, KsDeviceKind, "KsFreeDeviceHeader");
}

NTSTATUS NTAPI KsAllocateObjectHeader(KSOBJECT_HEADER *Header, ULONG ItemsCount, PKSOBJECT_CREATE_ITEM ItemsList,
                                      PIRP Irp, const KSDISPATCH_TABLE *Table)
{
    PIO_STACK_LOCATION stack = Irp == NULL ? NULL : IoGetCurrentIrpStackLocation(Irp);
    KS_HEADER *header;
    KS_IRQL("KsAllocateObjectHeader", APC_LEVEL);
    if (stack == NULL || stack->MajorFunction != IRP_MJ_CREATE || Table == NULL) {
        KS_BREACH("ks-header-irp", "KsAllocateObjectHeader wants the IRP of the create request, and a table");
        return STATUS_INVALID_PARAMETER;
    }
    *Header = NULL;
    if (KS_FAILS("KsAllocateObjectHeader"))
        return STATUS_INSUFFICIENT_RESOURCES;
    *Header = header = make(KsObjectKind, ItemsCount, ItemsList);
    if (header == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    header->Table = Table;
    header->Item = KSCREATE_ITEM_IRP_STORAGE(Irp);
    if (stack->Parameters.Create.SecurityContext != NULL)
        header->Access = stack->Parameters.Create.SecurityContext->DesiredAccess;
    return STATUS_SUCCESS;
}

VOID NTAPI KsFreeObjectHeader(KSOBJECT_HEADER Header)
{
    KS_PASSIVE("KsFreeObjectHeader");
    discard(Header, KsObjectKind, "KsFreeObjectHeader");
}

NTSTATUS NTAPI KsAddObjectCreateItemToDeviceHeader(KSDEVICE_HEADER Header, PDRIVER_DISPATCH Create, PVOID Context,
                                                   PWSTR ObjectClass, PVOID SecurityDescriptor)
{
    KS_PASSIVE("KsAddObjectCreateItemToDeviceHeader");
    return add(KsFindHeader(Header, KsDeviceKind, "KsAddObjectCreateItemToDeviceHeader"), Create, Context, ObjectClass,
               SecurityDescriptor);
}

NTSTATUS NTAPI KsAddObjectCreateItemToObjectHeader(KSOBJECT_HEADER Header, PDRIVER_DISPATCH Create, PVOID Context,
                                                   PWSTR ObjectClass, PVOID SecurityDescriptor)
{
    KS_PASSIVE("KsAddObjectCreateItemToObjectHeader");
    return add(KsFindHeader(Header, KsObjectKind, "KsAddObjectCreateItemToObjectHeader"), Create, Context, ObjectClass,
               SecurityDescriptor);
}

PKSOBJECT_CREATE_ITEM NTAPI KsQueryObjectCreateItem(KSOBJECT_HEADER Header)
{
    KS_HEADER *header = KsFindHeader(Header, KsObjectKind, "KsQueryObjectCreateItem");
    return header == NULL ? NULL : header->Item;
}

ACCESS_MASK NTAPI KsQueryObjectAccessMask(KSOBJECT_HEADER Header)
{
    KS_HEADER *header = KsFindHeader(Header, KsObjectKind, "KsQueryObjectAccessMask");
    return header == NULL ? 0 : header->Access;
}
