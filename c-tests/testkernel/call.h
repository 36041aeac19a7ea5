/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A dispatch routine that runs: what it is about, and what it read of the user's memory meanwhile. */
#ifndef TK_CALL_H
#define TK_CALL_H

#include "kernel.h"

struct read {
    struct read *next;
    ULONG_PTR start;
    SIZE_T size;
    struct tk_site site;
};

/* On the stack of IofCallDriver, the innermost one in the thread's record. */
struct tk_call {
    struct tk_call *outer;
    PIRP irp; /* a mere key once the routine runs */
    LONG location;
    ULONG turn;            /* of the stack location: it may be used again before the routine returns */
    BOOLEAN passed;        /* the same location went down again (IoSkipCurrentIrpStackLocation), */
    NTSTATUS passed_as;    /* and this was the answer */
    BOOLEAN lower_pending; /* a lower driver answered STATUS_PENDING */
    struct read *reads;    /* only in the outermost call for this IRP */
};

/* The outermost call for the IRP that the thread is handling, or NULL. */
struct tk_call *tk_call_first(PKTHREAD self);
VOID tk_call_forget_reads(struct tk_call *call);

#endif
