/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * For tests: what no document says about KsMethodHandler, KsPropertyHandler and KsDispatchSpecificMethod, to be tried
 * both ways. The first values are the lenient ones. Set them before the first request.
 */
#ifndef TKKS_REQUESTS_H
#define TKKS_REQUESTS_H

#include <ntdef.h>

typedef struct _TK_KS_REQUESTS {
    BOOLEAN MethodFlagsStrict;               /* Flags must be KSMETHOD_TYPE_SEND; otherwise 1, 2 and 3 will do */
    BOOLEAN ItemPointerAlways;               /* DriverContext[3] is set without a size of items, too */
    BOOLEAN SpecificMethodClearsInformation; /* KsDispatchSpecificMethod zeroes it before the handler */
    BOOLEAN SpecificMethodFailsOnce;         /* then SpecificMethodFails becomes 0 */
    NTSTATUS SpecificMethodFails;            /* not 0: KsDispatchSpecificMethod answers this and calls nobody */
    NTSTATUS StatusUnknownSet;               /* STATUS_PROPSET_NOT_FOUND */
    NTSTATUS StatusUnknownId;                /* STATUS_NOT_FOUND, as for a property that cannot be got, or set */
} TK_KS_REQUESTS;

EXTERN_C_START
TK_KS_REQUESTS *TkKsRequests(VOID);
EXTERN_C_END

#endif
