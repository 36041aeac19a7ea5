/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Requests whose addresses reach the driver as they are: every code with every set, id and flag; every sort of request
 * with every sort of buffer. What must come out follows from which bytes can be reached, and is known for each.
 */
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

static void send(const TARGET *Target, const GATE_SENT *Sent, BOOL Succeeds)
{
    batch[waiting] = *Sent;
    expected[waiting] = Succeeds;
    if (++waiting == BATCH)
        flush(Target);
}

static void begin(const char *Name)
{
    memset(&group, 0, sizeof group);
    group.Name = Name;
}

static void end(const TARGET *Target)
{
    flush(Target);
    GroupEnd(&group);
}

/* All events of the file. */
static void disable(const TARGET *Target)
{
    GATE_SENT sent = {0};
    sent.Code = IOCTL_KS_DISABLE_EVENT;
    send(Target, &sent, TRUE);
}

static void identify(GATE_SENT *Sent, const GUID *Set, ULONG Id, ULONG Flags)
{
    KSIDENTIFIER identifier = {0};
    identifier.Set = *Set;
    identifier.Id = Id;
    identifier.Flags = Flags;
    memcpy(Sent->Before, &identifier, sizeof identifier);
    Sent->BeforeBytes = sizeof identifier;
}

/* --- Identifiers --- */

static const GUID foreign = {0x65e8773d, 0x8f56, 0x11d0, {0xa3, 0xb9, 0x00, 0xa0, 0xc9, 0x22, 0x31, 0x96}}, zero;

static BOOL is_own(ULONG Code, const GUID *Set)
{
    return (Code == IOCTL_KS_PROPERTY && IsEqualGUID(Set, &AllocatorProperties)) ||
           (Code == IOCTL_KS_METHOD && IsEqualGUID(Set, &AllocatorMethods)) ||
           (Code == IOCTL_KS_ENABLE_EVENT && IsEqualGUID(Set, &AllocatorEvents));
}

/* What a request is answered with: nothing, success alone, or something in its output buffer. */
typedef enum { NO, YES, DATA } ANSWER;

static ANSWER answer(ULONG Code, const GUID *Set, ULONG Id, ULONG Flags)
{
    const ULONG topology = 0x10000000, high = 0x08000000; /* KSPROPERTY_TYPE_HIGHPRIORITY */
    ULONG plain = Flags & ~(Code == IOCTL_KS_PROPERTY ? topology | high : topology);
    BOOL known = Code == IOCTL_KS_PROPERTY || Code == IOCTL_KS_METHOD || Code == IOCTL_KS_ENABLE_EVENT;
    const KIND *kind;
    if (plain == KSPROPERTY_TYPE_SETSUPPORT && known && (Code != IOCTL_KS_ENABLE_EVENT || Flags == plain))
        return IsEqualGUID(Set, &zero) ? DATA : is_own(Code, Set) ? YES : NO;
    if (plain == KSPROPERTY_TYPE_BASICSUPPORT && is_own(Code, Set) && Id < 2)
        return Code == IOCTL_KS_ENABLE_EVENT ? YES : DATA;
    for (kind = Kinds; kind < Kinds + KindsCount; kind++)
        if (kind->Code == Code && kind->Flags == plain && kind->Id == Id && IsEqualGUID(kind->Set, Set) &&
            (kind->Outcome == ANSWERED || kind->Outcome == ENABLED))
            return DATA;
    return NO;
}

static ULONG flag(unsigned Number)
{
    static const ULONG combined[] = {0,          3,          7,          0x101,      0x201,      0x300,     0x501,
                                     0x10000001, 0x10000002, 0x10000100, 0x10000200, 0x18000001, 0x8000001, 0xEFFFFFFF,
                                     0xFFFFFFFF};
    if (Number < 32)
        return 1u << Number;
    return Number - 32 < COUNT(combined) ? combined[Number - 32] : 0;
}

void HostileIdentifiers(const TARGET *Target)
{
    static const ULONG codes[] = {IOCTL_KS_PROPERTY,     IOCTL_KS_METHOD,      IOCTL_KS_ENABLE_EVENT,
                                  IOCTL_KS_WRITE_STREAM, IOCTL_KS_READ_STREAM, IOCTL_KS_RESET_STATE,
                                  IOCTL_KS_HANDSHAKE,    0,                    IOCTL_KS_PROPERTY & ~3u,
                                  0x002f00ff,            0xFFFFFFFF};
    static const char *const names[] = {"PROPERTY", "METHOD", "ENABLE_EVENT", "WRITE_STREAM",
                                        "READ_STREAM", "RESET_STATE", "HANDSHAKE", "code 0",
                                        "PROPERTY, buffered", "code 0x2f00ff", "code 0xffffffff"};
    static const ULONG ids[] = {0, 1, 2, 0x10000, 0xFFFFFFFF};
    const GUID *const sets[] = {&AllocatorProperties, &AllocatorMethods, &AllocatorEvents, &foreign, &zero};
    const KSEVENTDATA data = AllocatorEvent(Target->Event);
    unsigned code, set, id, f, buffers;
    for (code = 0; code < COUNT(codes); code++) {
        begin(names[code]);
        for (set = 0; set < COUNT(sets); set++)
            for (id = 0; id < COUNT(ids); id++)
                for (f = 0; f < 47; f++)
                    for (buffers = 0; buffers < 4; buffers++) {
                        GATE_SENT sent = {0};
                        ANSWER what;
                        sent.Code = codes[code];
                        identify(&sent, sets[set], ids[id], flag(f));
                        sent.In = Target->Arena.Writable + 256;
                        sent.InBytes = buffers == 1 ? 23 : buffers == 2 ? 32 : 24; /* a KSP_NODE for topology */
                        sent.Out = buffers == 3 ? Target->Arena.Nothing : Target->Arena.Writable + 1024;
                        sent.OutBytes = 64;
                        memcpy(sent.Data, &data, sizeof data);
                        sent.DataBytes = sizeof data;
                        what = answer(codes[code], sets[set], ids[id], flag(f));
                        send(Target, &sent,
                             (buffers == 2 || (buffers != 1 && (flag(f) & 0x10000000) == 0)) &&
                                 (what == YES || (what == DATA && buffers != 3)));
                        if (codes[code] == IOCTL_KS_ENABLE_EVENT)
                            disable(Target);
                    }
        end(Target);
    }
}

/* --- Buffers --- */

typedef enum { GOOD, ODD, EDGE, OVER, CROSSING, READONLY, NOACCESS, NOTHING, ZERO, KERNEL, WRAPPING, PLACES } PLACE;

static ULONG64 place(const GATE_ARENA *Arena, PLACE Place, ULONG Bytes, ULONG Offset)
{
    switch (Place) {
    case GOOD:
        return Arena->Writable + Offset;
    case ODD:
        return Arena->Writable + Offset + 1;
    case EDGE: /* the last byte is the page's */
        return Arena->Writable + 2 * GATE_PAGE - (Bytes < GATE_PAGE ? Bytes : 0);
    case OVER: /* the last byte is not */
        return Arena->Writable + 2 * GATE_PAGE - (Bytes < GATE_PAGE && Bytes > 0 ? Bytes : 1) + 1;
    case CROSSING: /* the second half cannot be written */
        return Arena->Crossing + GATE_PAGE - 8 * (Bytes / 16);
    case READONLY:
        return Arena->ReadOnly + Offset;
    case NOACCESS:
        return Arena->NoAccess + Offset;
    case NOTHING:
        return Arena->Nothing + Offset;
    case ZERO:
        return 0;
    case KERNEL:
        return 0xFFFF800000000000ull + Offset;
    default:
        return 0xFFFFFFFFFFFFFFF0ull;
    }
}

static BOOL reachable(PLACE Place, ULONG64 Address, ULONG Bytes, const GATE_ARENA *Arena, BOOL Write)
{
    if (Bytes == 0)
        return TRUE;
    switch (Place) {
    case GOOD:
    case ODD:
    case EDGE:
    case OVER:
        return Address + Bytes <= Arena->Writable + 2 * GATE_PAGE;
    case CROSSING:
        return Address + Bytes <= Arena->Crossing + (Write ? 1 : 2) * GATE_PAGE;
    case READONLY:
        return !Write && Address + Bytes <= Arena->ReadOnly + GATE_PAGE;
    default:
        return FALSE;
    }
}

/* The identifier must be aligned to ULONGs, the data of an event to pointers. */
static BOOL succeeds(const KIND *Kind, const GATE_SENT *Sent, PLACE In, PLACE Out, const GATE_ARENA *Arena)
{
    BOOL in = reachable(In, Sent->In, Sent->InBytes, Arena, FALSE) && (Sent->In & 3) == 0 && Sent->InBytes >= 24;
    if (In == CROSSING || In == READONLY)
        in = FALSE; /* another identifier lies there: nobody could write this one */
    if (Kind->Outcome == DISABLED)
        return Sent->InBytes == 0;
    if (Kind->Outcome == ENABLED && Sent->In < Sent->Out + 16 && Sent->Out < Sent->In + 24)
        return FALSE; /* the identifier lies over what to notify */
    if (Kind->Outcome == ENABLED)
        return in && Out != CROSSING && Out != READONLY && Sent->OutBytes >= Kind->OutBytes && (Sent->Out & 7) == 0 &&
               reachable(Out, Sent->Out, Kind->OutBytes, Arena, FALSE);
    return Kind->Outcome == ANSWERED && in && Sent->OutBytes >= Kind->OutBytes &&
           reachable(Out, Sent->Out, Sent->OutBytes, Arena, TRUE);
}

static void with(const TARGET *Target, const KIND *Kind)
{
    static const ULONG ins[] = {0, 1, 4, 16, 23, 24, 25, 32, 40, 4096, 0x10000, 0xFFFFFFFF};
    static const ULONG outs[] = {0, 1, 4, 8, 16, 23, 24, 25, 32, 39, 40, 48, 4096, 0xFFFFFFFF};
    const KSEVENTDATA data = AllocatorEvent(Target->Event);
    unsigned in, out, i, o;
    begin(Kind->Name);
    for (in = 0; in < PLACES; in++)
        for (i = 0; i < COUNT(ins); i++)
            for (out = 0; out <= PLACES; out++)
                for (o = 0; o < COUNT(outs); o++) {
                    GATE_SENT sent = {0};
                    PLACE where = out == PLACES ? (PLACE)in : (PLACE)out; /* the last: input and output overlap */
                    sent.Code = Kind->Code;
                    identify(&sent, Kind->Set, Kind->Id, Kind->Flags);
                    sent.InBytes = ins[i];
                    sent.OutBytes = outs[o];
                    sent.In = place(&Target->Arena, (PLACE)in, ins[i], 256);
                    sent.Out = out == PLACES ? sent.In : place(&Target->Arena, where, outs[o], 1024);
                    if (Kind->Outcome == ENABLED && out < PLACES) {
                        memcpy(sent.Data, &data, sizeof data);
                        sent.DataBytes = sizeof data;
                    }
                    send(Target, &sent, succeeds(Kind, &sent, (PLACE)in, where, &Target->Arena));
                    if (Kind->Outcome == ENABLED)
                        disable(Target);
                }
    end(Target);
}

void HostileBuffers(const TARGET *Target)
{
    unsigned i;
    for (i = 0; i < KindsCount; i++)
        with(Target, &Kinds[i]);
}
