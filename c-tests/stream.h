/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* stream.h - an allocator as most tests want it. What is called here must succeed: a CHECK says so. */
#ifndef STREAM_H
#define STREAM_H

#include "check.h"
#include "sfa.h"

/* The defaults, for tests that change a field. */
SFA_CONFIG StreamConfig(void);
/* Nonpaged system memory without demands. */
KSALLOCATOR_FRAMING StreamFraming(ULONG Frames, ULONG FrameSize);

PSFA_ALLOCATOR StreamCreate(const SFA_CONFIG *Config);
void StreamCommit(PSFA_ALLOCATOR Allocator, ULONG Frames, ULONG FrameSize);
/* Both of them, with the defaults. */
PSFA_ALLOCATOR StreamOpen(ULONG Frames, ULONG FrameSize);
/* Decommits without waiting. */
void StreamStop(PSFA_ALLOCATOR Allocator);
/* Destroys, committed or not. */
void StreamClose(PSFA_ALLOCATOR Allocator);

PVOID StreamTake(PSFA_ALLOCATOR Allocator);
void StreamGive(PSFA_ALLOCATOR Allocator, PVOID Frame);
/* So many frames, one by one. */
void StreamTakeAll(PSFA_ALLOCATOR Allocator, PVOID *Frames, ULONG Count);
void StreamGiveAll(PSFA_ALLOCATOR Allocator, PVOID const *Frames, ULONG Count);

SFA_STATISTICS StreamStatistics(PSFA_ALLOCATOR Allocator);
ULONG StreamOut(PSFA_ALLOCATOR Allocator);
/* Every invariant holds, and so many frames are out. */
void StreamCheck(PSFA_ALLOCATOR Allocator, ULONG Out);

/* A timeout from now, in units of 100 ns. */
LARGE_INTEGER StreamAfter(LONGLONG Units);
/* A byte that depends on both. */
UCHAR StreamPattern(ULONG Frame, SIZE_T Offset);
BOOLEAN StreamIsFilled(const void *Memory, UCHAR Byte, SIZE_T Bytes);

#endif
