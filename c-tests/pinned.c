/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "pinned.h"

PSFA_ALLOCATOR PinnedAllocator;
HANDLE PinnedHandle;
PFILE_OBJECT PinnedFile;
PVOID PinnedFrame;
KSEVENTDATA PinnedData;
static KSEMAPHORE semaphore;

void PinnedOpen(void)
{
    AvsRigOpen();
    PinnedAllocator = StreamOpen(2, 256);
    PinnedFrame = StreamTake(PinnedAllocator);
    PinnedFile = AvsRigPin(PinnedAllocator, &PinnedHandle);
    KeInitializeSemaphore(&semaphore, 0, 1000000);
    PinnedData = ClientSemaphoreObject(&semaphore, 1);
}

void PinnedClose(void)
{
    TkClose(PinnedHandle);
    if (StreamOut(PinnedAllocator) != 0)
        StreamGive(PinnedAllocator, PinnedFrame);
    StreamClose(PinnedAllocator);
    AvsRigClose();
}

NTSTATUS PinnedEnable(ULONG Flags)
{
    return ClientEnable(PinnedFile, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &PinnedData);
}

void PinnedAgain(void)
{
    StreamGive(PinnedAllocator, PinnedFrame);
    PinnedFrame = StreamTake(PinnedAllocator);
}

LONG PinnedFired(void)
{
    return KeReadStateSemaphore(&semaphore);
}

ULONG PinnedSubscribers(void)
{
    return StreamStatistics(PinnedAllocator).Subscribers;
}
