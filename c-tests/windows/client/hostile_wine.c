/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Addresses of this program, through Wine's own way to a driver: it copies the buffers, so only some of these requests
 * reach one, and then with good addresses: all of a sort, or none. Input that cannot be read is left out: it breaks the
 * connection between this process and Wine's server, and nothing can be asked any more.
 */
#include "hostile.h"
#include <stdio.h>
#include <string.h>

typedef enum { GOOD, ODD, EDGE, READONLY, NOACCESS, NOTHING, ZERO, KERNEL, PLACES } PLACE;
static const char *const names[PLACES] = {"good", "odd",       "at the end of a page", "read-only", "shut", "unmapped",
                                          "0",    "a kernel's"};

static UCHAR *pages; /* [0] to write, [1] not there, [2] to read, [3] shut */
static GROUP group;

static void make_pages(void)
{
    DWORD old;
    pages = VirtualAlloc(NULL, 6 * GATE_PAGE, MEM_RESERVE, PAGE_NOACCESS);
    (void)VirtualAlloc(pages, GATE_PAGE, MEM_COMMIT, PAGE_READWRITE);
    (void)VirtualAlloc(pages + 2 * GATE_PAGE, GATE_PAGE, MEM_COMMIT, PAGE_READWRITE);
    (void)VirtualProtect(pages + 2 * GATE_PAGE, GATE_PAGE, PAGE_READONLY, &old);
    (void)VirtualAlloc(pages + 4 * GATE_PAGE, GATE_PAGE, MEM_COMMIT, PAGE_NOACCESS);
}

static UCHAR *place(PLACE Place, DWORD Bytes, DWORD Offset)
{
    switch (Place) {
    case GOOD:
        return pages + Offset;
    case ODD:
        return pages + Offset + 1;
    case EDGE:
        return pages + GATE_PAGE - Bytes;
    case READONLY:
        return pages + 2 * GATE_PAGE + Offset;
    case NOACCESS:
        return pages + 4 * GATE_PAGE + Offset;
    case NOTHING:
        return pages + 1 * GATE_PAGE + Offset;
    case ZERO:
        return NULL;
    default:
        return (UCHAR *)(ULONG_PTR)(0xFFFF800000000000ull + Offset);
    }
}

typedef struct TALLY {
    unsigned Sent, Reached;
} TALLY;

static TALLY inputs[PLACES], outputs[PLACES];
static ULONG forwarded; /* requests, before the one that is sent */

static BOOL writable(PLACE Place)
{
    return Place <= EDGE;
}

/* Success needs an identifier that can be read and, for an answer, room that can be written. */
static BOOL may_succeed(const KIND *Kind, PLACE In, DWORD InBytes, PLACE Out, DWORD OutBytes)
{
    if (Kind->Outcome == DISABLED)
        return InBytes == 0;
    if (Kind->Outcome == REFUSED || InBytes < sizeof(KSIDENTIFIER) || In > READONLY)
        return FALSE;
    return OutBytes >= Kind->OutBytes && (writable(Out) || (Kind->Outcome == ENABLED && Out == READONLY));
}

static void ask(const TARGET *Target, const KIND *Kind, PLACE In, DWORD InBytes, PLACE Out, DWORD OutBytes)
{
    const KSEVENTDATA data = AllocatorEvent(Target->Event);
    UCHAR *in = place(In, InBytes, 256), *out = place(Out, OutBytes, 1024);
    const BOOL may = may_succeed(Kind, In, InBytes, Out, OutBytes), to_driver = OutBytes == 0 || writable(Out);
    const BOOL must = may && writable(In) && In != EDGE && writable(Out) && Out != EDGE; /* at one edge they overlap */
    const char *why = NULL;
    KSIDENTIFIER identifier = {0};
    ULONG before = forwarded;
    DWORD error;
    BOOL reached;
    memset(pages, 0xA5, GATE_PAGE);
    identifier.Set = *Kind->Set;
    identifier.Id = Kind->Id;
    identifier.Flags = Kind->Flags;
    if (writable(Out))
        memcpy(out, &data, OutBytes < sizeof data ? OutBytes : sizeof data);
    if (writable(In))
        memcpy(in, &identifier, InBytes < sizeof identifier ? InBytes : sizeof identifier);
    error = ControlAt(Target->File, Kind->Code, in, InBytes, out, OutBytes);
    forwarded = GateCounts().Forwarded;
    reached = forwarded != before;
    if (InBytes != 0 && (OutBytes == 0 || Out == GOOD)) { /* else the output decides */
        inputs[In].Sent++;
        inputs[In].Reached += reached;
    }
    if (OutBytes != 0 && (InBytes == 0 || In == GOOD)) {
        outputs[Out].Sent++;
        outputs[Out].Reached += reached;
    }
    if (forwarded - before != (ULONG)to_driver)
        why = reached ? "it reached the driver" : "it did not reach the driver";
    else if (error == 0 ? !may : must)
        why = error == 0 ? "it succeeded" : "it failed";
    GroupAdd(&group, why == NULL, error, why, NULL);
}

static void say(const char *What, const TALLY *Tally, PLACE Last)
{
    char text[80];
    unsigned i;
    for (i = 0; i < PLACES && Tally[i].Sent != 0; i++) {
        BOOL all = i <= (unsigned)Last;
        snprintf(text, sizeof text, "%s, %s: of %u %s the driver", What, names[i], Tally[i].Sent,
                 all ? "all reach" : "none reaches");
        See(Tally[i].Reached == (all ? Tally[i].Sent : 0), text);
    }
}

void HostileWine(const TARGET *Target)
{
    static const DWORD ins[] = {0, 23, 24, 64}, outs[] = {0, 1, 64};
    unsigned kind, in, out, i, o;
    make_pages();
    memset(&group, 0, sizeof group);
    group.Name = "through Wine";
    forwarded = GateCounts().Forwarded;
    for (kind = 0; kind < KindsCount; kind += 3)
        for (in = 0; in <= READONLY; in++)
            for (i = 0; i < COUNT(ins); i++)
                for (out = 0; out < PLACES; out++)
                    for (o = 0; o < COUNT(outs); o++)
                        ask(Target, &Kinds[kind], (PLACE)in, ins[i], (PLACE)out, outs[o]);
    GroupEnd(&group);
    say("input", inputs, READONLY);
    say("output", outputs, EDGE);
    See(Control(Target->File, IOCTL_KS_DISABLE_EVENT, NULL, 0, NULL, 0) == 0, "what Wine let through is disabled");
}
