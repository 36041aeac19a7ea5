/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Direct calls while requests wait: first come, first served, unless the allocator is made otherwise. */
#include "line.h"

TEST(direct_calls_do_not_overtake)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc = {0};
    PVOID frame = &alloc;
    KIRQL irql;
    LineOpen(1);
    table = ClientFunctions(LineFile);
    LineWait(&alloc);
    KeRaiseIrql(DISPATCH_LEVEL, &irql); /* the worker cannot run in between on this processor; on another it may */
    CHECK_STATUS(table.AllocateFrame(LineFile, &frame), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(frame == NULL && LineStatistics().Barred == 0); /* none was free */
    KeLowerIrql(irql);
    ClientGive(LineFile, LineFrames[0]);
    LineGot(&alloc, LineFrames[0]);
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

/* The request waits in the completion of another one: the server holds a frame back for it. */
static CLIENT_ALLOC second;
static NTSTATUS overtaking;
static ULONG64 barred;

static VOID overtake(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    PVOID frame = NULL;
    (void)Request;
    (void)Information;
    (void)Context;
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_STATUS(ClientFree(LineFile, LineFrames[1]),
                 STATUS_SUCCESS); /* a frame is free now, and a request waits for it */
    CHECK(ClientWaits(&second));
    overtaking = SfaAllocateFrame(SfaAllocatorOf(LineFile), &frame);
    barred = LineStatistics().Barred;
    if (frame != NULL) {
        CHECK_STATUS(SfaFreeFrame(SfaAllocatorOf(LineFile), frame), STATUS_SUCCESS);
    }
}

static void try_to_overtake(ULONG Flags)
{
    CLIENT_ALLOC first = {0};
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = Flags;
    LineOpen(2);
    first.Done = overtake;
    LineWait(&first);
    LineWait(&second);
    ClientGive(LineFile, LineFrames[0]);
    LineGot(&first, LineFrames[0]);
    CHECK_STATUS(ClientEnd(&second), STATUS_SUCCESS);
    ClientGive(LineFile, first.Frame);
    ClientGive(LineFile, second.Frame);
    LineClose();
}

TEST(a_direct_call_finds_a_frame_that_a_request_waits_for)
{
    try_to_overtake(0);
    CHECK_STATUS(overtaking, STATUS_INSUFFICIENT_RESOURCES);
    CHECK(barred == 1);
}

TEST(direct_first_overtakes)
{
    try_to_overtake(SFA_FLAG_DIRECT_FIRST);
    CHECK_STATUS(overtaking, STATUS_SUCCESS);
    CHECK(barred == 0);
}
