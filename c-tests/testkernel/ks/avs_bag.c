/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Object bags: what goes with an object. Their mutex is the caller's to hold. */
#include "avs.h"

typedef struct {
    LIST_ENTRY Link;
    PVOID Item;
    PFNKSFREE Free;
} ENTRY;

static AVS_BAG *bag_of(KSOBJECT_BAG bag, PCSTR function)
{
    AVS_OBJECT *object = CONTAINING_RECORD(bag, AVS_OBJECT, Bag);
    object = AvsFind(AVS_PUBLIC(object), function);
    if (object == NULL)
        return NULL;
    if (!AvsOwns(object->Control))
        KS_BREACH("avs-bag-mutex", "%s without the mutex of the bag: the filter's control, or the device's", function);
    return &object->Bag;
}

static ENTRY *find(AVS_BAG *bag, PVOID item)
{
    PLIST_ENTRY link;
    for (link = bag->Items.Flink; link != &bag->Items; link = link->Flink)
        if (CONTAINING_RECORD(link, ENTRY, Link)->Item == item)
            return CONTAINING_RECORD(link, ENTRY, Link);
    return NULL;
}

static VOID discard(ENTRY *entry, BOOLEAN item_too)
{
    (VOID) RemoveEntryList(&entry->Link);
    if (item_too && entry->Free != NULL)
        entry->Free(entry->Item);
    else if (item_too)
        ExFreePool(entry->Item);
    ExFreePoolWithTag(entry, KS_TAG);
}

VOID AvsEmptyBag(AVS_OBJECT *Object)
{
    while (!IsListEmpty(&Object->Bag.Items)) /* last in, first out */
        discard(CONTAINING_RECORD(Object->Bag.Items.Blink, ENTRY, Link), TRUE);
}

static NTSTATUS add(AVS_BAG *bag, PVOID item, PFNKSFREE free_item)
{
    ENTRY *entry = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *entry, KS_TAG);
    if (entry == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    entry->Item = item;
    entry->Free = free_item;
    InsertTailList(&bag->Items, &entry->Link);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI KsAddItemToObjectBag(KSOBJECT_BAG ObjectBag, PVOID Item, PFNKSFREE Free)
{
    AVS_BAG *bag;
    KS_PASSIVE("KsAddItemToObjectBag");
    bag = bag_of(ObjectBag, "KsAddItemToObjectBag");
    return bag == NULL ? STATUS_INVALID_PARAMETER : add(bag, Item, Free);
}

ULONG NTAPI KsRemoveItemFromObjectBag(KSOBJECT_BAG ObjectBag, PVOID Item, BOOLEAN Free)
{
    AVS_BAG *bag;
    ENTRY *entry;
    KS_PASSIVE("KsRemoveItemFromObjectBag");
    bag = bag_of(ObjectBag, "KsRemoveItemFromObjectBag");
    entry = bag == NULL ? NULL : find(bag, Item);
    if (entry == NULL)
        return 0;
    discard(entry, Free);
    return 1;
}

/* What is in the bag already, and not to grow, is private already. */
NTSTATUS NTAPI _KsEdit(KSOBJECT_BAG ObjectBag, PVOID *PointerToPointerToItem, ULONG NewSize, ULONG OldSize, ULONG Tag)
{
    PVOID old = *PointerToPointerToItem, copy;
    AVS_BAG *bag;
    ENTRY *entry;
    NTSTATUS status;
    KS_PASSIVE("KsEdit");
    bag = bag_of(ObjectBag, "KsEdit");
    if (bag == NULL)
        return STATUS_INVALID_PARAMETER;
    entry = find(bag, old);
    if (entry != NULL && NewSize <= OldSize)
        return STATUS_SUCCESS;
    copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, NewSize, Tag);
    if (copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(copy, old, NewSize < OldSize ? NewSize : OldSize);
    status = add(bag, copy, NULL);
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(copy, Tag);
        return status;
    }
    if (entry != NULL)
        discard(entry, TRUE);
    *PointerToPointerToItem = copy;
    return STATUS_SUCCESS;
}
