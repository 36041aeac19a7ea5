/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A request for a method or a property. Its buffers are the client's, so nothing is read of them twice: the identifier
 * is captured on the stack to decide, and what follows it and the data go into one block that the IRP owns:
 *
 *     SystemBuffer -> data (OutBytes)   first, because the I/O manager copies from the beginning
 *                     identifier        (InBytes), 8-aligned
 *                     KS_TRAILER        what was put in DriverContext
 *
 * With the IRP's lengths that is enough to find everything again later, for a handler that let the request wait.
 */
#ifndef KS_REQUEST_H
#define KS_REQUEST_H

#include "capture.h"

/* Which way data goes. The values are those of KSMETHOD_TYPE_READ and KSMETHOD_TYPE_WRITE. */
#define KS_FROM_CLIENT 1u
#define KS_TO_CLIENT   2u

typedef struct {
    PIRP Irp;
    PFNKSALLOCATOR Allocator;
    const VOID *In;
    PVOID Out;
    ULONG InBytes, OutBytes;
    KSIDENTIFIER Id;  /* the copy that decides */
    BOOLEAN Buffered; /* the block is there */
} KS_REQUEST;

/* Takes the parameters of an IRP apart and captures the identifier. */
NTSTATUS KsReadRequest(PIRP Irp, ULONG IoControlCode, PFNKSALLOCATOR Allocator, KS_REQUEST *Request);
/* Makes the block and fills it, once. */
NTSTATUS KsBufferRequest(KS_REQUEST *Request, ULONG Direction);
/* Notes in the block what slots 0 and 2 hold now. */
VOID KsSealRequest(PIRP Irp);
/* Finds identifier and data (NULL if there is none) in the block. A breach, and FALSE, if there is no block or its
 * slots were written over. */
BOOLEAN KsFindRequest(PIRP Irp, PKSIDENTIFIER *Id, PVOID *Data, PCSTR Function);
/* Calls a handler. If that answers STATUS_PENDING, the IRP may be gone. */
NTSTATUS KsRunHandler(PIRP Irp, PFNKSHANDLER Handler, PKSIDENTIFIER Id, PVOID Data);

/* Whether WithAllocator takes items of that size. */
BOOLEAN KsItemSizeIsValid(ULONG ItemSize, ULONG Minimum);
/* Tables. A set begins with a pointer to its GUID, an item with its id. */
const VOID *KsFindSet(const VOID *Sets, ULONG SetSize, ULONG Count, const GUID *Set);
const VOID *KsFindItem(const VOID *Items, ULONG ItemSize, ULONG Count, ULONG Id);

/* support.c: answers that need no handler. */
/* All of the sets, for GUID_NULL, or whether one is there. */
NTSTATUS KsAnswerSets(KS_REQUEST *Request, const VOID *Sets, ULONG SetSize, ULONG Count);
/* Hands Bytes over if there is room for them, at least Minimum if not; no room at all asks for the size. */
NTSTATUS KsAnswer(KS_REQUEST *Request, const VOID *Data, ULONG Bytes, ULONG Minimum);

#endif
