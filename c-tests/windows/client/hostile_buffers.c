/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Every sort of request with every sort of buffer, whose addresses reach the driver as they are. What must come out
 * follows from which bytes can be reached.
 */
#include "hostile.h"
#include <string.h>

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
        return Arena->Crossing + GATE_PAGE - (Bytes < GATE_PAGE ? 8 * (Bytes / 16) : GATE_PAGE / 2);
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
    ULONG read = Kind->Outcome == ENABLED ? 24 : Sent->InBytes; /* of an event the identifier alone */
    BOOL in = reachable(In, Sent->In, read, Arena, FALSE) && (Sent->In & 3) == 0 && Sent->InBytes >= 24;
    if (In == READONLY || (In == CROSSING && Sent->In + 24 > Arena->Crossing + GATE_PAGE))
        in = FALSE; /* something else lies there: nobody could write the identifier */
    if (Kind->Outcome == DISABLED)
        return Sent->InBytes == 0;
    if (Kind->Outcome == ENABLED && Sent->In < Sent->Out + 16 && Sent->Out < Sent->In + 24)
        return FALSE; /* the identifier lies over what to notify */
    if (Kind->Outcome == ENABLED)
        return in && Out != READONLY && (Out != CROSSING || Sent->Out + 32 <= Arena->Crossing + GATE_PAGE) &&
               Sent->OutBytes >= Kind->OutBytes && (Sent->Out & 7) == 0 &&
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
    BatchBegin(Kind->Name);
    for (in = 0; in < PLACES; in++)
        for (i = 0; i < COUNT(ins); i++)
            for (out = 0; out <= PLACES; out++)
                for (o = 0; o < COUNT(outs); o++) {
                    GATE_SENT sent = {0};
                    PLACE where = out == PLACES ? (PLACE)in : (PLACE)out; /* the last: input and output overlap */
                    sent.Code = Kind->Code;
                    BatchIdentify(&sent, Kind->Set, Kind->Id, Kind->Flags);
                    sent.InBytes = ins[i];
                    sent.OutBytes = outs[o];
                    sent.In = place(&Target->Arena, (PLACE)in, ins[i], 256);
                    sent.Out = out == PLACES ? sent.In : place(&Target->Arena, where, outs[o], 1024);
                    if (Kind->Outcome == ENABLED && out < PLACES) {
                        memcpy(sent.Data, &data, sizeof data);
                        sent.DataBytes = sizeof data;
                    }
                    BatchAdd(Target, &sent, succeeds(Kind, &sent, (PLACE)in, where, &Target->Arena));
                    if (Kind->Outcome == ENABLED)
                        BatchDisable(Target);
                }
    BatchEnd(Target);
}

void HostileBuffers(const TARGET *Target)
{
    unsigned i;
    for (i = 0; i < KindsCount; i++)
        with(Target, &Kinds[i]);
}
