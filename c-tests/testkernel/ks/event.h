/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Event entries, as the files that make, keep and fire them share them.
 *
 *             enable                      generate, once                    discard
 *   (nothing) ------> on a list, counted --------------> (one-shot) off it --------> (nothing)
 *                                  \  disable, free list: DELETED, off it ___^
 *
 * An entry leaves its list under the list's lock, through its RemoveHandler if it has one; KSEVENT_ENTRY_DELETED keeps
 * two who want to remove it apart. It is freed with the lock dropped, except where a one-shot entry fires.
 *
 * Above DISPATCH_LEVEL nobody can be notified and nothing be freed. A DPC does both later, and the notice, which it
 * lies in, outlives the entry until the DPC has run.
 */
#ifndef KS_EVENT_PRIVATE_H
#define KS_EVENT_PRIVATE_H

#include "request.h"
#include "tkks_events.h"

/* What an entry notifies, and the DPC that does it. Its references: the entry, and the DPC while it is queued. */
typedef struct KS_NOTICE {
    KSDPC_ITEM Item; /* first: the entry's DpcItem */
    ULONG Type, Increment;
    PVOID Object;
    BOOLEAN Referenced; /* the object is, because a handle named it */
    LONG Adjustment;
    WORK_QUEUE_TYPE Queue;
    PKSWORKER Worker;
    volatile LONG Due;    /* how often it fired since the DPC looked last */
    PKSEVENT_ENTRY Fired; /* a one-shot entry, off its list, which ends when the DPC has run */
    BOOLEAN Ended;        /* the entry is gone; under Item.AccessLock */
} KS_NOTICE;

/* An entry with its notice, both empty; NULL without memory. */
PKSEVENT_ENTRY KsMakeEntry(ULONG ExtraBytes);
/* Fills an entry's notification from a captured KSEVENTDATA; references what handles name. */
NTSTATUS KsBindNotification(PIRP Irp, const KSEVENTDATA *Data, PKSEVENT_ENTRY Entry);
/* Signals, at most at DISPATCH_LEVEL. */
NTSTATUS KsSignalEntry(PKSEVENT_ENTRY Entry);
/* Signals by a DPC, above DISPATCH_LEVEL. Last: the entry is off its list, and the DPC ends it. */
VOID KsDeferEntry(PKSEVENT_ENTRY Entry, BOOLEAN Last);
/* Frees the entry, and its notice unless that is in use. Withdraw: takes back a DPC that is queued, at PASSIVE_LEVEL.
 */
VOID KsEndEntry(PKSEVENT_ENTRY Entry, BOOLEAN Withdraw);

/* FALSE after a breach: no list, or no lock where the type wants one. */
BOOLEAN KsListIsUsable(const LIST_ENTRY *List, KSEVENTS_LOCKTYPE Type, const VOID *Lock, const char *Function);
KIRQL KsLockEvents(KSEVENTS_LOCKTYPE Type, PVOID Lock);
VOID KsUnlockEvents(KSEVENTS_LOCKTYPE Type, PVOID Lock, KIRQL Irql);
/* Takes an entry off its list, through its RemoveHandler if it has one. */
VOID KsUnlinkEntry(PKSEVENT_ENTRY Entry);
/* Whether a client has an entry of this address on a list. */
BOOLEAN KsEntryIsListed(PFILE_OBJECT FileObject, PLIST_ENTRY List, KSEVENTS_LOCKTYPE Type, PVOID Lock,
                        const VOID *Identity);
/* Whether an entry is on any list, as far as its links tell; under the lock of that list. */
BOOLEAN KsEntryIsLinked(const KSEVENT_ENTRY *Entry);
/* Fires an entry of a locked list; a one-shot one is gone afterwards. */
NTSTATUS KsFireEntry(PKSEVENT_ENTRY Entry);
/* worker.c: KsQueueWorkItem, unless the worker is queued already. */
VOID KsQueueWorkerOnce(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem);

#endif
