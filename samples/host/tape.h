/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Everything that the flight recorder ever said, read out before its ring comes round. */
#ifndef TAPE_H
#define TAPE_H

#include "sfa.h"

struct tape {
    SFA_RECORD *records;
    SIZE_T count, room;
    ULONG64 next; /* for SfaReadRecords */
    ULONG64 lost; /* overwritten before they were read */
};

VOID tape_drain(struct tape *tape, PSFA_ALLOCATOR allocator);
VOID tape_forget(struct tape *tape);

#endif
