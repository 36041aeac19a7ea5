/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* pinned.h - a pin of AVStream with an allocator of two frames, one of them out, and an event of its client. */
#ifndef PINNED_H
#define PINNED_H

#include "avs_rig.h"
#include "stream.h"

extern PSFA_ALLOCATOR PinnedAllocator;
extern HANDLE PinnedHandle;
extern PFILE_OBJECT PinnedFile;
extern PVOID PinnedFrame; /* it is out, but while a test has given it back */
extern KSEVENTDATA PinnedData;

void PinnedOpen(void);
void PinnedClose(void);
/* Enables FREEFRAME for PinnedData: a semaphore that is released by one. */
NTSTATUS PinnedEnable(ULONG Flags);
/* The frame comes back, and is taken again. */
void PinnedAgain(void);
/* How often the event was signalled. */
LONG PinnedFired(void);
ULONG PinnedSubscribers(void);

#endif
