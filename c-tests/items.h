/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* items.h - a KSALLOCATOR_FRAMING_EX to change, and what comes of it: by SfaChooseFraming and by SfaCommitEx alike. */
#ifndef ITEMS_H
#define ITEMS_H

#include "stream.h"

#define ITEMS_MOST       4
#define ITEMS_MAX_FRAMES 64
#define ITEMS_ANY        0xffffffff

/* As ks.h has them. */
extern const GUID ItemsWildcard, ItemsSystem, ItemsUser, ItemsPaged, ItemsNonpaged, ItemsDeviceUnknown, ItemsDevice;

typedef struct ITEMS {
    KSALLOCATOR_FRAMING_EX Ex;
    KS_FRAMING_ITEM More[ITEMS_MOST - 1];
} ITEMS;

/* What INITIALIZE_SIMPLE_FRAMING_EX of ks.h makes, with Count such items. */
ITEMS Items(ULONG Count, const GUID *MemoryType, ULONG Flags, ULONG Frames, ULONG Alignment, ULONG Min, ULONG Max);
/* What the drivers have that Microsoft shows: system memory, by preference. */
ITEMS ItemsUsual(ULONG Count, ULONG Frames, ULONG Min, ULONG Max);
KS_FRAMING_ITEM *ItemsAt(ITEMS *Of, ULONG Index);
ULONG ItemsBytes(const ITEMS *Of);
KS_FRAMING_RANGE ItemsRange(ULONG Min, ULONG Max, ULONG Stepping);

/* It is accepted: the framing, of which frames were committed, taken and given back. */
KSALLOCATOR_FRAMING ItemsChosen(const ITEMS *Of, ULONG FrameBytes);
/* It is refused with STATUS_INVALID_PARAMETER or another status: nothing is allocated or written; Field, the flight
 * recorder and the trace callback name field and item. */
void ItemsRefused(const ITEMS *Of, ULONG FrameBytes, ULONG Field, ULONG Item);
void ItemsRefusedWith(const ITEMS *Of, ULONG Bytes, ULONG FrameBytes, NTSTATUS Status, ULONG Field, ULONG Item);

#endif
