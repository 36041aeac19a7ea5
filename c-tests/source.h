/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* source.h - a driver that brings the memory of frames, in a scattered order, and watches how it is asked and thanked.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "stream.h"

#define SOURCE_TAG    0x74736554 /* 'Test' as a debugger shows it */
#define SOURCE_ROOM   (1 << 20)
#define SOURCE_PIECES 512
#define SOURCE_BUS    0x7700000000LL /* where Room would be for a device; there, addresses go up three times as fast */

typedef struct PIECE {
    PVOID Address; /* NULL: came back */
    SIZE_T Bytes;
    LONGLONG Bus;
} PIECE;

typedef struct SOURCE {
    PSFA_ALLOCATOR Allocator;
    PVOID Block; /* from the pool, */
    PUCHAR Room; /* and from here on it is aligned to 64 KiB */
    PIECE Given[SOURCE_PIECES];
    ULONG Pieces, Home; /* since the last commit */
    ULONG FailAt;       /* the piece, counted from 1, that something is wrong with */
    NTSTATUS FailWith;  /* not STATUS_SUCCESS: this is wrong */
    PVOID Wrong;        /* otherwise this address is */
    ULONG LeastMask;    /* what the framing asked for */
    SIZE_T Expected;    /* bytes of each piece */
    SIZE_T Slot;        /* distance of pieces */
} SOURCE;

extern SOURCE source;

/* Makes an allocator with these flags that asks the source. */
void SourceBegin(ULONG Flags);
/* Commits; each piece must be asked for with so many bytes. */
NTSTATUS SourceCommit(ULONG Frames, ULONG FrameSize, ULONG Mask, SIZE_T Expected);
/* Every piece came back, once. */
void SourceAllHome(void);
void SourceEnd(void);

#endif
