/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* line.h - a rig with an allocator of which every frame is out, so that the next request waits. */
#ifndef LINE_H
#define LINE_H

#include "rig.h"
#include "stream.h"

extern HANDLE LineHandle;
extern PFILE_OBJECT LineFile;
extern PVOID LineFrames[8];

void LineOpen(ULONG Frames);
void LineClose(void);
/* An ALLOC that must wait. */
void LineWait(CLIENT_ALLOC *Alloc);
/* It must have got this frame. */
void LineGot(CLIENT_ALLOC *Alloc, PVOID Frame);
SFA_STATISTICS LineStatistics(void);

#endif
