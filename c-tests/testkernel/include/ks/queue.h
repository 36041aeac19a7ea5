/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The cancelable queue of IRPs: a list and a lock of the driver's, kept by these functions. */
#ifndef KS_QUEUE_H
#define KS_QUEUE_H

#include "handler.h"

typedef enum { KsListEntryTail, KsListEntryHead } KSLIST_ENTRY_LOCATION;
typedef enum {
    KsAcquireOnly,
    KsAcquireAndRemove,
    KsAcquireOnlySingleItem,
    KsAcquireAndRemoveOnlySingleItem
} KSIRP_REMOVAL_OPERATION;

/* Called at DISPATCH_LEVEL; at the end once with no IRP. */
typedef NTSTATUS (*PFNKSIRPLISTCALLBACK)(PIRP Irp, PVOID Context);

EXTERN_C_START
/* The IRP may be gone on return. Without a routine, KsCancelRoutine is it. */
VOID NTAPI KsAddIrpToCancelableQueue(PLIST_ENTRY QueueHead, PKSPIN_LOCK SpinLock, PIRP Irp,
                                     KSLIST_ENTRY_LOCATION ListLocation, PDRIVER_CANCEL DriverCancel);
PIRP NTAPI KsRemoveIrpFromCancelableQueue(PLIST_ENTRY QueueHead, PKSPIN_LOCK SpinLock,
                                          KSLIST_ENTRY_LOCATION ListLocation, KSIRP_REMOVAL_OPERATION RemovalOperation);
VOID NTAPI KsRemoveSpecificIrpFromCancelableQueue(PIRP Irp);
VOID NTAPI KsReleaseIrpOnCancelableQueue(PIRP Irp, PDRIVER_CANCEL DriverCancel);
NTSTATUS NTAPI KsMoveIrpsOnCancelableQueue(PLIST_ENTRY SourceList, PKSPIN_LOCK SourceLock, PLIST_ENTRY DestinationList,
                                           PKSPIN_LOCK DestinationLock, KSLIST_ENTRY_LOCATION ListLocation,
                                           PFNKSIRPLISTCALLBACK ListCallback, PVOID Context);
VOID NTAPI KsCancelIo(PLIST_ENTRY QueueHead, PKSPIN_LOCK SpinLock);
VOID NTAPI KsCancelRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp);
EXTERN_C_END

#endif
