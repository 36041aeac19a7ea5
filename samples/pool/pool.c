/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * pool.c - the least that a driver needs: create, commit, allocate, free, decommit, destroy. It links with sfa.lib and
 * nt.c alone; nothing of ks.lib is called.
 */
#include "sfa.h"

#define FRAMES     4
#define FRAME_SIZE 4096

static NTSTATUS UsePool(PSFA_ALLOCATOR Allocator)
{
    PVOID frame;
    NTSTATUS status = SfaAllocateFrame(Allocator, &frame);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    RtlFillMemory(frame, FRAME_SIZE, 0x5a);
    return SfaFreeFrame(Allocator, frame);
}

/* What a driver does between the Create and Close dispatches of a pin. */
static NTSTATUS Pin(void)
{
    SFA_CONFIG config;
    PSFA_ALLOCATOR allocator;
    KSALLOCATOR_FRAMING framing = {0};
    NTSTATUS status;

    SfaInitializeConfig(&config);
    config.MaxFrames = FRAMES;
    status = SfaCreate(&config, &allocator);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    framing.OptionsFlags = KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
    framing.PoolType = NonPagedPoolNx;
    framing.Frames = FRAMES;
    framing.FrameSize = FRAME_SIZE;
    status = SfaCommit(allocator, &framing);
    if (NT_SUCCESS(status)) {
        status = UsePool(allocator);
        if (SfaDecommit(allocator, NULL) != STATUS_SUCCESS) {
            status = STATUS_UNSUCCESSFUL;
        }
    }
    if (SfaDestroy(allocator) != STATUS_SUCCESS) {
        status = STATUS_UNSUCCESSFUL;
    }
    return status;
}

int main(void)
{
    return NT_SUCCESS(Pin()) ? 0 : 1;
}
