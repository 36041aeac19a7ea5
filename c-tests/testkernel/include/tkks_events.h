/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For tests: what no document says about events, to be tried both ways, and what was called how often. */
#ifndef TKKS_EVENTS_H
#define TKKS_EVENTS_H

#include <ntdef.h>

typedef struct _TK_KS_EVENTS {
    BOOLEAN RemoveHandlerUnlocked; /* RemoveHandlers run after the list's lock was dropped, not under it */
    BOOLEAN FailedAddKept;         /* an entry whose AddHandler failed is left to the driver, which discards it */
    BOOLEAN DeferredOutlivesEvent; /* what a DPC has to notify is notified even if the event was disabled meanwhile */
    BOOLEAN EachDeferredCounts;    /* fired several times before the DPC ran: notified as often, not once */
    BOOLEAN CancelReadsLate;       /* KsCancelRoutine looks at IoStatus.Status after it has unlinked the IRP */
    BOOLEAN DpcByDpc;              /* above DISPATCH_LEVEL a client's DPC is queued by a DPC, too, not at once */
    NTSTATUS StatusWrongKind;      /* of a notification type that the mode may not use: STATUS_INVALID_PARAMETER */
    NTSTATUS StatusUnknownSet;     /* STATUS_PROPSET_NOT_FOUND */
    NTSTATUS StatusUnknownId;      /* the same */
    LONG GenerateListCalls;        /* KsGenerateEventList, */
    LONG GenerateObjectCalls;      /* KsGenerateEvents */
    LONG Deferred;                 /* notifications left to a DPC */
    LONG Entries;                  /* that exist now, */
    LONG Items;                    /* and KSDPC_ITEMs */

    /* Places where others may come in between. Called there, if not NULL, without a lock. */
    VOID (*Added)(VOID);      /* an AddHandler has put its entry on the list and dropped KsEnableEvent's spin lock */
    VOID (*Queueing)(VOID);   /* KsAddIrpToCancelableQueue, before the IRP is in the queue */
    VOID (*Cancelling)(VOID); /* KsCancelRoutine, before the IRP leaves the queue */
    VOID (*Moving)(VOID);     /* KsMoveIrpsOnCancelableQueue, before it takes a lock */
    VOID (*Freeing)(VOID);    /* KsFreeEventList, the same */
} TK_KS_EVENTS;

EXTERN_C_START
TK_KS_EVENTS *TkKsEvents(VOID);
EXTERN_C_END

#endif
