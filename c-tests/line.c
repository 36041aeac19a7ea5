/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "line.h"

HANDLE LineHandle;
PFILE_OBJECT LineFile;
PVOID LineFrames[8];

void LineOpen(ULONG Frames)
{
    ULONG i;
    RigOpen(RIG_OBJECT);
    LineFile = RigMake(Frames, &LineHandle);
    for (i = 0; i < Frames; i++) {
        LineFrames[i] = ClientTake(LineFile);
    }
}

void LineClose(void)
{
    TkClose(LineHandle);
    RigClose();
}

void LineWait(CLIENT_ALLOC *Alloc)
{
    ClientSend(Alloc, LineFile);
    CHECK(ClientWaits(Alloc));
}

void LineGot(CLIENT_ALLOC *Alloc, PVOID Frame)
{
    CHECK(!ClientWaits(Alloc));
    CHECK_STATUS(ClientEnd(Alloc), STATUS_SUCCESS);
    CHECK(Alloc->Frame == Frame);
}

SFA_STATISTICS LineStatistics(void)
{
    return StreamStatistics(SfaAllocatorOf(LineFile));
}
