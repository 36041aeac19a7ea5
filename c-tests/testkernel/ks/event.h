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
 */
#ifndef KS_EVENT_PRIVATE_H
#define KS_EVENT_PRIVATE_H

#include "request.h"
#include "tkks_events.h"

/* Fills an entry's notification from a captured KSEVENTDATA; references what handles name. */
NTSTATUS KsBindNotification(PIRP Irp, const KSEVENTDATA *Data, PKSEVENT_ENTRY Entry);
/* Signals, at most at DISPATCH_LEVEL. */
NTSTATUS KsSignalEntry(PKSEVENT_ENTRY Entry);
/* Drops the references and frees the entry. Withdraw: takes back a DPC that is queued, at PASSIVE_LEVEL. */
VOID KsEndEntry(PKSEVENT_ENTRY Entry, BOOLEAN Withdraw);

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
