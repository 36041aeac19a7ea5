/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Merging automation tables. The three kinds of sets begin alike, items with their id, so one function merges all of
 * them. Where both tables have a set, items of A come first and B's fill in what A lacks; items grow, with zeros, to
 * the longer of the two strides.
 */
#include "avs.h"

typedef struct {
    const GUID *Set;
    ULONG Count;
    const VOID *Items;
} SET;
C_ASSERT(offsetof(KSPROPERTY_SET, PropertyItem) == offsetof(SET, Items));
C_ASSERT(offsetof(KSMETHOD_SET, MethodItem) == offsetof(SET, Items));
C_ASSERT(offsetof(KSEVENT_SET, EventItem) == offsetof(SET, Items));

typedef struct {
    ULONG Count, ItemSize;
    const UCHAR *Sets;
} SETS;

static const SET *set_at(const SETS *sets, ULONG i, ULONG set_size)
{
    return (const SET *)(const VOID *)(sets->Sets + (SIZE_T)i * set_size);
}

static const SET *find_set(const SETS *sets, ULONG set_size, const GUID *guid)
{
    ULONG i;
    for (i = 0; i < sets->Count; i++)
        if (IsEqualGUID(set_at(sets, i, set_size)->Set, guid))
            return set_at(sets, i, set_size);
    return NULL;
}

static BOOLEAN has_item(const SET *set, ULONG stride, const UCHAR *item)
{
    const UCHAR *have = set->Items;
    ULONG i;
    for (i = 0; i < set->Count; i++, have += stride)
        if (*(const ULONG *)(const VOID *)have == *(const ULONG *)(const VOID *)item)
            return TRUE;
    return FALSE;
}

static PVOID in_bag(KSOBJECT_BAG bag, SIZE_T bytes)
{
    PVOID block = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes == 0 ? 1 : bytes, KS_TAG);
    if (block == NULL || NT_SUCCESS(KsAddItemToObjectBag(bag, block, NULL)))
        return block;
    ExFreePoolWithTag(block, KS_TAG);
    return NULL;
}

/* Appends items of a set that the result does not have yet. */
static VOID append(SET *to, ULONG stride, const SET *from, ULONG from_stride)
{
    PUCHAR out = (PUCHAR)(ULONG_PTR)to->Items;
    const UCHAR *item = from->Items;
    ULONG i;
    for (i = 0; i < from->Count; i++, item += from_stride) {
        if (has_item(to, stride, item))
            continue;
        RtlCopyMemory(out + (SIZE_T)to->Count * stride, item, from_stride);
        to->Count++;
    }
}

/* A set of the result: everything else of it stays as in the table that it came from first. */
static BOOLEAN fill(SET *to, ULONG stride, const SET *a, ULONG a_stride, const SET *b, ULONG b_stride, KSOBJECT_BAG bag)
{
    to->Count = 0;
    to->Items = in_bag(bag, (SIZE_T)stride * ((a == NULL ? 0 : a->Count) + (b == NULL ? 0 : b->Count)));
    if (to->Items == NULL)
        return FALSE;
    if (a != NULL)
        append(to, stride, a, a_stride);
    if (b != NULL)
        append(to, stride, b, b_stride);
    return TRUE;
}

static NTSTATUS merge(SETS *to, const SETS *a, const SETS *b, ULONG set_size, KSOBJECT_BAG bag)
{
    PUCHAR sets = in_bag(bag, (SIZE_T)set_size * (a->Count + b->Count));
    ULONG i;
    to->ItemSize = a->ItemSize > b->ItemSize ? a->ItemSize : b->ItemSize;
    to->Sets = sets;
    to->Count = 0;
    if (sets == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (i = 0; i < a->Count + b->Count; i++) {
        const SET *first = i < a->Count ? set_at(a, i, set_size) : NULL;
        const SET *second = first != NULL ? find_set(b, set_size, first->Set) : set_at(b, i - a->Count, set_size);
        SET *out = (SET *)(PVOID)(sets + (SIZE_T)to->Count * set_size);
        if (first == NULL && find_set(a, set_size, second->Set) != NULL)
            continue; /* was merged with A's */
        RtlCopyMemory(out, first != NULL ? first : second, set_size);
        if (!fill(out, to->ItemSize, first, a->ItemSize, second, b->ItemSize, bag))
            return STATUS_INSUFFICIENT_RESOURCES;
        to->Count++;
    }
    return STATUS_SUCCESS;
}

static SETS sets_of(ULONG count, const VOID *sets, ULONG item_size, ULONG usual)
{
    SETS all;
    all.Count = count;
    all.Sets = sets;
    all.ItemSize = item_size == 0 ? usual : item_size;
    return all;
}

NTSTATUS NTAPI KsMergeAutomationTables(PKSAUTOMATION_TABLE *AutomationTableAB, PKSAUTOMATION_TABLE AutomationTableA,
                                       PKSAUTOMATION_TABLE AutomationTableB, KSOBJECT_BAG Bag)
{
    static const KSAUTOMATION_TABLE empty;
    const KSAUTOMATION_TABLE *a = AutomationTableA == NULL ? &empty : AutomationTableA;
    const KSAUTOMATION_TABLE *b = AutomationTableB == NULL ? &empty : AutomationTableB;
    ULONG property = sizeof(KSPROPERTY_ITEM), method = sizeof(KSMETHOD_ITEM), event = sizeof(KSEVENT_ITEM);
    PKSAUTOMATION_TABLE table;
    SETS to, sa, sb;
    NTSTATUS status;
    KS_PASSIVE("KsMergeAutomationTables");
    table = in_bag(Bag, sizeof *table);
    if (table == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    sa = sets_of(a->PropertySetsCount, a->PropertySets, a->PropertyItemSize, property);
    sb = sets_of(b->PropertySetsCount, b->PropertySets, b->PropertyItemSize, property);
    status = merge(&to, &sa, &sb, sizeof(KSPROPERTY_SET), Bag);
    table->PropertySetsCount = to.Count;
    table->PropertyItemSize = to.ItemSize;
    table->PropertySets = (const KSPROPERTY_SET *)(const VOID *)to.Sets;
    if (!NT_SUCCESS(status))
        return status;
    sa = sets_of(a->MethodSetsCount, a->MethodSets, a->MethodItemSize, method);
    sb = sets_of(b->MethodSetsCount, b->MethodSets, b->MethodItemSize, method);
    status = merge(&to, &sa, &sb, sizeof(KSMETHOD_SET), Bag);
    table->MethodSetsCount = to.Count;
    table->MethodItemSize = to.ItemSize;
    table->MethodSets = (const KSMETHOD_SET *)(const VOID *)to.Sets;
    if (!NT_SUCCESS(status))
        return status;
    sa = sets_of(a->EventSetsCount, a->EventSets, a->EventItemSize, event);
    sb = sets_of(b->EventSetsCount, b->EventSets, b->EventItemSize, event);
    status = merge(&to, &sa, &sb, sizeof(KSEVENT_SET), Bag);
    table->EventSetsCount = to.Count;
    table->EventItemSize = to.ItemSize;
    table->EventSets = (const KSEVENT_SET *)(const VOID *)to.Sets;
    if (NT_SUCCESS(status))
        *AutomationTableAB = table;
    return status;
}
