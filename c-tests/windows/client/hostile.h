/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* hostile.h - what the parts of hostile.exe share: requests as an attacker sends them, by the ten thousand. */
#ifndef WINDOWS_HOSTILE_H
#define WINDOWS_HOSTILE_H

#include "allocator.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One sort of requests: how many came out as they had to, and with which statuses. */
typedef struct GROUP {
    const char *Name;
    unsigned Passed, Failed;
    struct {
        ULONG Status;
        unsigned Times;
    } Seen[24];
} GROUP;

void GroupAdd(GROUP *Group, BOOL Good, ULONG Status, const char *Why, const GATE_SENT *Sent);
/* Prints it, and adds it to all others. */
void GroupEnd(const GROUP *Group);
void GroupTotals(unsigned *Passed, unsigned *Failed);

/* What is sent: the identifier of a request, and what the driver must make of it if all its buffers are good. */
typedef enum { REFUSED, ANSWERED, ENABLED, DISABLED } OUTCOME;
typedef struct KIND {
    const char *Name;
    ULONG Code;
    const GUID *Set;
    ULONG Id, Flags;
    OUTCOME Outcome;
    ULONG OutBytes; /* that it needs */
} KIND;
extern const KIND Kinds[];
extern const unsigned KindsCount;

/* What the driver is asked for, of the file of a program. */
typedef struct TARGET {
    HANDLE File;
    ULONG Pin;
    HANDLE Event, Semaphore; /* for events */
    GATE_ARENA Arena;
} TARGET;

/* hostile_batch.c: requests of one group, sent many at a time. Each must succeed, or must not; none may wait, or change
 * what is not its own. */
void BatchBegin(const char *Name);
void BatchAdd(const TARGET *Target, const GATE_SENT *Sent, BOOL Succeeds);
void BatchEnd(const TARGET *Target);
/* Adds one that disables all events of the file. */
void BatchDisable(const TARGET *Target);
void BatchIdentify(GATE_SENT *Sent, const GUID *Set, ULONG Id, ULONG Flags);

/* Addresses where drivers run; whole requests of each kind with each sort of buffer. */
void HostileIdentifiers(const TARGET *Target);
void HostileBuffers(const TARGET *Target);
void HostileEvents(const TARGET *Target);
void HostileNames(const TARGET *Target);
/* Addresses of this program, through Wine. */
void HostileWine(const TARGET *Target);

#endif
