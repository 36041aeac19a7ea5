/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Doubly linked lists. As on Windows, a link that does not point back ends the run. */
#ifndef NT_LIST_H
#define NT_LIST_H

#include "site.h"

FORCEINLINE VOID InitializeListHead(PLIST_ENTRY Head)
{
    Head->Flink = Head->Blink = Head;
}

FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY *Head)
{
    return (BOOLEAN)(Head->Flink == Head);
}

FORCEINLINE VOID TkCheckListEntry(const LIST_ENTRY *Entry)
{
    if (Entry->Flink == NULL || Entry->Blink == NULL || Entry->Flink->Blink != Entry || Entry->Blink->Flink != Entry)
        TkListCorrupt(Entry);
}

FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
    PLIST_ENTRY next = Entry->Flink, previous = Entry->Blink;
    TkCheckListEntry(Entry);
    previous->Flink = next;
    next->Blink = previous;
    return (BOOLEAN)(next == previous);
}

FORCEINLINE VOID TkLinkBetween(PLIST_ENTRY Previous, PLIST_ENTRY Entry, PLIST_ENTRY Next)
{
    Entry->Flink = Next;
    Entry->Blink = Previous;
    Previous->Flink = Entry;
    Next->Blink = Entry;
}

FORCEINLINE VOID InsertHeadList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
    TkCheckListEntry(Head);
    TkLinkBetween(Head, Entry, Head->Flink);
}

FORCEINLINE VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
    TkCheckListEntry(Head);
    TkLinkBetween(Head->Blink, Entry, Head);
}

FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY Head)
{
    PLIST_ENTRY entry = Head->Flink;
    TkCheckListEntry(Head);
    (void)RemoveEntryList(entry);
    return entry;
}

FORCEINLINE PLIST_ENTRY RemoveTailList(PLIST_ENTRY Head)
{
    PLIST_ENTRY entry = Head->Blink;
    TkCheckListEntry(Head);
    (void)RemoveEntryList(entry);
    return entry;
}

/* The sites stand in macros, so that a corrupt list is reported where the driver touched it. */
#ifndef TESTKERNEL_BUILD
#define RemoveEntryList(e)   (TK_HERE, RemoveEntryList(e))
#define InsertHeadList(h, e) (TK_HERE, InsertHeadList((h), (e)))
#define InsertTailList(h, e) (TK_HERE, InsertTailList((h), (e)))
#define RemoveHeadList(h)    (TK_HERE, RemoveHeadList(h))
#define RemoveTailList(h)    (TK_HERE, RemoveTailList(h))
#endif

#endif
