/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Looking things up in the tables of a driver. Sets of every kind begin with a pointer to their GUID, items with their
 * id; items may be longer than KS knows them. */
#include "request.h"

BOOLEAN KsItemSizeIsValid(ULONG ItemSize, ULONG Minimum)
{
    return (BOOLEAN)(ItemSize == 0 || (ItemSize >= Minimum && (sizeof(PVOID) != 8 || ItemSize % 8 == 0)));
}

const VOID *KsFindSet(const VOID *Sets, ULONG SetSize, ULONG Count, const GUID *Set)
{
    const UCHAR *set = Sets;
    ULONG i;
    for (i = 0; i < Count; i++, set += SetSize) {
        const GUID *guid = *(const GUID *const *)(const VOID *)set;
        if (RtlEqualMemory(guid, Set, sizeof(GUID)))
            return set;
    }
    return NULL;
}

const VOID *KsFindItem(const VOID *Items, ULONG ItemSize, ULONG Count, ULONG Id)
{
    const UCHAR *item = Items;
    ULONG i;
    for (i = 0; i < Count; i++, item += ItemSize)
        if (*(const ULONG *)(const VOID *)item == Id)
            return item;
    return NULL;
}
