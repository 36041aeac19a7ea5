/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests that wait: who is served, when, by whom. Plug-in C, the test is a kernel client. */
#include "line.h"

TEST(alloc_takes_a_frame_at_once)
{
    LineOpen(0 + 3);
    CHECK(LineFrames[0] != LineFrames[1] && LineFrames[1] != LineFrames[2]);
    CHECK(ClientStatus(LineFile).AllocatedFrames == 3);
    CHECK(LineStatistics().Waits == 0);
    ClientGive(LineFile, LineFrames[0]);
    CHECK(ClientStatus(LineFile).AllocatedFrames == 2);
    CHECK(ClientTake(LineFile) == LineFrames[0]);
    ClientGive(LineFile, LineFrames[0]);
    ClientGive(LineFile, LineFrames[1]);
    ClientGive(LineFile, LineFrames[2]);
    LineClose();
}

TEST(alloc_waits_until_free)
{
    CLIENT_ALLOC alloc = {0};
    LineOpen(1);
    LineWait(&alloc);
    CHECK(LineStatistics().Waiting == 1 && LineStatistics().Waits == 1 && LineStatistics().Served == 0);
    ClientGive(LineFile, LineFrames[0]);
    LineGot(&alloc, LineFrames[0]); /* served inside the FREE */
    CHECK(LineStatistics().Waiting == 0 && LineStatistics().Served == 1);
    CHECK(ClientStatus(LineFile).AllocatedFrames == 1);
    ClientGive(LineFile, LineFrames[0]);
    StreamCheck(SfaAllocatorOf(LineFile), 0);
    LineClose();
}

TEST(first_come_first_served)
{
    CLIENT_ALLOC alloc[5] = {0};
    ULONG i;
    LineOpen(2);
    for (i = 0; i < 5; i++) {
        LineWait(&alloc[i]);
    }
    for (i = 0; i < 5; i++) {
        PVOID frame = i < 2 ? LineFrames[i] : alloc[i - 2].Frame;
        ClientGive(LineFile, frame);
        LineGot(&alloc[i], frame);
        CHECK(i == 4 || ClientWaits(&alloc[i + 1]));
    }
    ClientGive(LineFile, alloc[3].Frame);
    ClientGive(LineFile, alloc[4].Frame);
    LineClose();
}

TEST(a_cancelled_request_gets_no_frame)
{
    CLIENT_ALLOC alloc = {0};
    LineOpen(1);
    LineWait(&alloc);
    CHECK(TkCancelRequest(alloc.Request));
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    CHECK(LineStatistics().Cancelled == 1 && LineStatistics().Waiting == 0);
    ClientGive(LineFile, LineFrames[0]);
    StreamCheck(SfaAllocatorOf(LineFile), 0);
    LineClose();
}

TEST(a_cancelled_head_does_not_block_those_behind)
{
    CLIENT_ALLOC alloc[3] = {0};
    LineOpen(1);
    LineWait(&alloc[0]);
    LineWait(&alloc[1]);
    LineWait(&alloc[2]);
    CHECK(TkCancelRequest(alloc[0].Request));
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_CANCELLED);
    ClientGive(LineFile, LineFrames[0]);
    LineGot(&alloc[1], LineFrames[0]);
    CHECK(ClientWaits(&alloc[2]));
    CHECK(TkCancelRequest(alloc[2].Request));
    CHECK_STATUS(ClientEnd(&alloc[2]), STATUS_CANCELLED);
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

/* C8: marked pending if and only if STATUS_PENDING comes back; the test kernel compares. */
TEST(a_request_that_arrives_cancelled_is_completed_once)
{
    CLIENT_ALLOC alloc = {0}, next = {0};
    LineOpen(1);
    alloc.Cancelled = TRUE;
    ClientSend(&alloc, LineFile);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    LineWait(&next);
    ClientGive(LineFile, LineFrames[0]);
    LineGot(&next, LineFrames[0]);
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

/* A direct free may come with a mutex held, so requests are completed by the worker. */
TEST(a_direct_free_leaves_requests_to_the_worker)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc = {0};
    TK_REQUEST_STATE state;
    LineOpen(1);
    table = ClientFunctions(LineFile);
    LineWait(&alloc);
    table.FreeFrame(LineFile, LineFrames[0]);
    CHECK_STATUS(TkWaitRequest(alloc.Request), STATUS_SUCCESS);
    TkQueryRequest(alloc.Request, &state);
    CHECK(state.Thread != KeGetCurrentThread() && state.Irql == PASSIVE_LEVEL);
    LineGot(&alloc, LineFrames[0]);
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

TEST(a_direct_free_at_dispatch_level_serves_too)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc[2] = {0};
    TK_REQUEST_STATE state;
    KIRQL irql;
    LineOpen(2);
    table = ClientFunctions(LineFile);
    LineWait(&alloc[0]);
    LineWait(&alloc[1]);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    table.FreeFrame(LineFile, LineFrames[0]);
    table.FreeFrame(LineFile, LineFrames[1]);
    KeLowerIrql(irql);
    CHECK_STATUS(TkWaitRequest(alloc[0].Request), STATUS_SUCCESS);
    TkQueryRequest(alloc[0].Request, &state);
    CHECK(state.Thread != KeGetCurrentThread() && state.Irql == PASSIVE_LEVEL);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_SUCCESS);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_SUCCESS);
    CHECK(alloc[0].Frame != alloc[1].Frame);
    ClientGive(LineFile, LineFrames[0]);
    ClientGive(LineFile, LineFrames[1]);
    LineClose();
}

/* With the flag a direct free at PASSIVE_LEVEL serves in its own thread. */
TEST(serve_inline_completes_in_the_callers_thread)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc = {0};
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = SFA_FLAG_SERVE_INLINE;
    LineOpen(1);
    table = ClientFunctions(LineFile);
    LineWait(&alloc);
    table.FreeFrame(LineFile, LineFrames[0]);
    LineGot(&alloc, LineFrames[0]);
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

/* Request flags 1, 2 and 3 are accepted: Microsoft's samples send 2 and 1. */
TEST(request_flags_are_not_looked_at)
{
    ULONG flags;
    LineOpen(1);
    for (flags = 1; flags <= 3; flags++) {
        KSMETHOD method = {0};
        PVOID frame = LineFrames[0];
        ULONG_PTR information;
        method.Set = KSMETHODSETID_StreamAllocator;
        method.Id = KSMETHOD_STREAMALLOCATOR_FREE;
        method.Flags = flags;
        CHECK_STATUS(ClientControl(LineFile, KernelMode, IOCTL_KS_METHOD, &method, sizeof method, &frame, sizeof frame,
                                   &information),
                     STATUS_SUCCESS);
        CHECK(information == 0);
        method.Id = KSMETHOD_STREAMALLOCATOR_ALLOC;
        frame = NULL;
        CHECK_STATUS(ClientControl(LineFile, KernelMode, IOCTL_KS_METHOD, &method, sizeof method, &frame, sizeof frame,
                                   &information),
                     STATUS_SUCCESS);
        CHECK(frame == LineFrames[0] && information == sizeof frame);
    }
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

TEST(free_of_what_is_no_frame_is_refused)
{
    LineOpen(1);
    CHECK_STATUS(ClientFree(LineFile, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ClientFree(LineFile, &LineHandle), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ClientFree(LineFile, (UCHAR *)LineFrames[0] + 1), STATUS_INVALID_PARAMETER);
    ClientGive(LineFile, LineFrames[0]);
    CHECK_STATUS(ClientFree(LineFile, LineFrames[0]), STATUS_INVALID_PARAMETER);
    CHECK(LineStatistics().ForeignFrees == 3 && LineStatistics().DoubleFrees == 1);
    LineClose();
}
