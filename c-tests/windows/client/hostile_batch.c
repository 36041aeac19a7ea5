/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests with addresses where drivers run, sent many at a time. */
#include "hostile.h"
#include <string.h>

#define BATCH 512

static GATE_SENT batch[BATCH];
static BOOL expected[BATCH]; /* that it succeeds */
static unsigned waiting;
static GROUP group;

static void flush(const TARGET *Target)
{
    unsigned i;
    BOOL sent = waiting == 0 || GateSend(Target->File, batch, waiting);
    for (i = 0; i < waiting; i++) {
        const GATE_SENT *s = &batch[i];
        BOOL succeeded = (LONG)s->Status >= 0;
        const char *why = "as it must";
        if (!sent)
            why = "the driver is gone";
        else if (s->Pended)
            why = "it waits";
        else if (s->Damage != 0)
            why = "it changed what is not its own";
        else if (succeeded != expected[i])
            why = succeeded ? "it succeeded" : "it failed";
        GroupAdd(&group, strcmp(why, "as it must") == 0, s->Status, why, s);
    }
    waiting = 0;
}

void BatchAdd(const TARGET *Target, const GATE_SENT *Sent, BOOL Succeeds)
{
    batch[waiting] = *Sent;
    expected[waiting] = Succeeds;
    if (++waiting == BATCH)
        flush(Target);
}

void BatchBegin(const char *Name)
{
    memset(&group, 0, sizeof group);
    group.Name = Name;
}

void BatchEnd(const TARGET *Target)
{
    flush(Target);
    GroupEnd(&group);
}

void BatchDisable(const TARGET *Target)
{
    GATE_SENT sent = {0};
    sent.Code = IOCTL_KS_DISABLE_EVENT;
    BatchAdd(Target, &sent, TRUE);
}

void BatchIdentify(GATE_SENT *Sent, const GUID *Set, ULONG Id, ULONG Flags)
{
    KSIDENTIFIER identifier = {0};
    identifier.Set = *Set;
    identifier.Id = Id;
    identifier.Flags = Flags;
    memcpy(Sent->Before, &identifier, sizeof identifier);
    Sent->BeforeBytes = sizeof identifier;
}
