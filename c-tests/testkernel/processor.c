/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Simulated processors: a number per thread, so that code sharded by processor takes all its paths. */
#include "kernel.h"

#define PER_GROUP MAXIMUM_PROC_PER_GROUP
#define MOST      2048

/* Read without a lock: a driver asks for its processor on its hot path, and an order made here would
 * hide races from ThreadSanitizer. */
static LONG volatile count = 2, migration;
static ULONG next;

static ULONG processors(VOID)
{
    return (ULONG)ReadNoFence(&count);
}

ULONG tk_next_processor(VOID)
{
    return next++ % processors();
}

VOID tk_processors_reset(VOID)
{
    WriteNoFence(&count, 2);
    WriteNoFence(&migration, FALSE);
    next = 0;
}

VOID TkSetProcessors(ULONG Count)
{
    PKTHREAD self = tk_self();
    if (Count == 0 || Count > MOST)
        tk_breach("processor-invalid", NULL, NULL, "TkSetProcessors(%u), allowed are 1 to %u", Count, MOST);
    TK_LOCK();
    WriteNoFence(&count, (LONG)Count);
    next = 1;
    self->processor = 0;
    TK_UNLOCK();
}

VOID TkSetThreadProcessor(ULONG Number)
{
    PKTHREAD self = tk_self();
    if (Number >= processors())
        tk_breach("processor-invalid", NULL, NULL, "TkSetThreadProcessor(%u) of %u", Number, processors());
    self->processor = Number;
    self->pinned = TRUE;
}

VOID TkSetMigration(BOOLEAN On)
{
    WriteNoFence(&migration, On);
}

static ULONG in_group(USHORT group)
{
    ULONG total = processors(), before = (ULONG)group * PER_GROUP;
    if (group == ALL_PROCESSOR_GROUPS)
        return total;
    return total <= before ? 0 : total - before < PER_GROUP ? total - before : PER_GROUP;
}

ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
    return in_group(GroupNumber);
}
ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
    return in_group(GroupNumber);
}
ULONG KeQueryMaximumProcessorCount(VOID)
{
    return in_group(0);
}
USHORT KeQueryActiveGroupCount(VOID)
{
    return (USHORT)((in_group(ALL_PROCESSOR_GROUPS) + PER_GROUP - 1) / PER_GROUP);
}
USHORT KeQueryMaximumGroupCount(VOID)
{
    return KeQueryActiveGroupCount();
}

ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors)
{
    ULONG active = in_group(0);
    if (ActiveProcessors != NULL)
        *ActiveProcessors = active == PER_GROUP ? ~(KAFFINITY)0 : ((KAFFINITY)1 << active) - 1;
    return active;
}

/* Below DISPATCH_LEVEL the answer may be old as soon as it is given; with migration on, it always is. */
ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
    PKTHREAD self = tk_self();
    ULONG number;
    if (ReadNoFence(&migration) && !self->pinned && self->irql < DISPATCH_LEVEL)
        self->processor = (self->processor + 1) % processors();
    number = self->processor % processors();
    if (ProcNumber != NULL) {
        ProcNumber->Group = (USHORT)(number / PER_GROUP);
        ProcNumber->Number = (UCHAR)(number % PER_GROUP);
        ProcNumber->Reserved = 0;
    }
    return number;
}

ULONG KeGetCurrentProcessorNumber(VOID)
{
    return KeGetCurrentProcessorNumberEx(NULL) % PER_GROUP;
}
