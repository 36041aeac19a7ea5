/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * client.h - a kernel client of an allocator object: what a filter that was given its handle sends. Requests come from
 * KernelMode unless they say otherwise, with buffers of their own that live as long as they do.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "check.h"
#include <ks.h>
#include "tkio.h"

/* KSMETHOD_STREAMALLOCATOR_ALLOC on its way. */
typedef struct CLIENT_ALLOC {
    KSMETHOD Method;
    PVOID Frame;
    PTK_REQUEST Request;
    TK_REQUEST_DONE *Done; /* called at completion with this as context, or NULL; set before ClientSend */
    PFILE_OBJECT File;
    BOOLEAN Cancelled; /* the IRP arrives cancelled */
    PVOID Context;     /* the test's */
} CLIENT_ALLOC;

/* The flags of every ALLOC: KSMETHOD_TYPE_WRITE, as Microsoft's sample sends it, unless a test wants others. */
extern ULONG ClientAllocFlags;

/* Sends an ALLOC. It may wait. */
void ClientSend(CLIENT_ALLOC *Alloc, PFILE_OBJECT File);
BOOLEAN ClientWaits(CLIENT_ALLOC *Alloc);
/* Waits for its end, checks that it was completed once and what it wrote, forgets it; answers the status. */
NTSTATUS ClientEnd(CLIENT_ALLOC *Alloc);

/* An ALLOC that gets its frame at once. */
PVOID ClientTake(PFILE_OBJECT File);
NTSTATUS ClientFree(PFILE_OBJECT File, PVOID Frame);
void ClientGive(PFILE_OBJECT File, PVOID Frame);

/* A request of any kind, waited for. Information may be NULL. */
NTSTATUS ClientControl(PFILE_OBJECT File, KPROCESSOR_MODE Mode, ULONG Code, PVOID In, ULONG InBytes, PVOID Out,
                       ULONG OutBytes, ULONG_PTR *Information);

KSSTREAMALLOCATOR_STATUS ClientStatus(PFILE_OBJECT File);
KSSTREAMALLOCATOR_FUNCTIONTABLE ClientFunctions(PFILE_OBJECT File);

/* Events. Data must stay where it is while the event is enabled: its address is the event. */
NTSTATUS ClientEnable(PFILE_OBJECT File, ULONG Id, ULONG Flags, KSEVENTDATA *Data);
NTSTATUS ClientDisable(PFILE_OBJECT File, KSEVENTDATA *Data);
/* Event data of each kind. */
KSEVENTDATA ClientEventObject(PKEVENT Event);
KSEVENTDATA ClientSemaphoreObject(PKSEMAPHORE Semaphore, LONG Adjustment);
KSEVENTDATA ClientDpc(PKDPC Dpc);

#endif
