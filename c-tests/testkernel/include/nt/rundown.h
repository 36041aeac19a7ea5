/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Run-down protection: a count of users that somebody waits for, after which there are no more. */
#ifndef NT_RUNDOWN_H
#define NT_RUNDOWN_H

#include "irql.h"

typedef struct _EX_RUNDOWN_REF {
    ULONG_PTR Count; /* users times two, plus one when the run-down has begun */
} EX_RUNDOWN_REF, *PEX_RUNDOWN_REF;

C_ASSERT(sizeof(EX_RUNDOWN_REF) == sizeof(void *));

EXTERN_C_START
VOID FASTCALL ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID FASTCALL ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);
BOOLEAN FASTCALL ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID FASTCALL ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID FASTCALL ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef);
VOID FASTCALL ExRundownCompleted(PEX_RUNDOWN_REF RunRef);
EXTERN_C_END

#endif
