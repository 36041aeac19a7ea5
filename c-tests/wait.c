/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests that wait: who is served, when, by whom. Plug-in C, the test is a kernel client. */
#include "rig.h"
#include "stream.h"

/* A rig with an allocator of which every frame is out. */
static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frames[8];

static void begin(ULONG Frames)
{
    ULONG i;
    RigOpen(RIG_OBJECT);
    file = RigMake(Frames, &handle);
    for (i = 0; i < Frames; i++) {
        frames[i] = ClientTake(file);
    }
}

static void end(void)
{
    TkClose(handle);
    RigClose();
}

/* An ALLOC that must wait. */
static void wait(CLIENT_ALLOC *Alloc)
{
    ClientSend(Alloc, file);
    CHECK(ClientWaits(Alloc));
}

static void got(CLIENT_ALLOC *Alloc, PVOID Frame)
{
    CHECK(!ClientWaits(Alloc));
    CHECK_STATUS(ClientEnd(Alloc), STATUS_SUCCESS);
    CHECK(Alloc->Frame == Frame);
}

static SFA_STATISTICS statistics(void)
{
    return StreamStatistics(SfaAllocatorOf(file));
}

TEST(alloc_takes_a_frame_at_once)
{
    begin(0 + 3);
    CHECK(frames[0] != frames[1] && frames[1] != frames[2]);
    CHECK(ClientStatus(file).AllocatedFrames == 3);
    CHECK(statistics().Waits == 0);
    ClientGive(file, frames[0]);
    CHECK(ClientStatus(file).AllocatedFrames == 2);
    CHECK(ClientTake(file) == frames[0]);
    ClientGive(file, frames[0]);
    ClientGive(file, frames[1]);
    ClientGive(file, frames[2]);
    end();
}

TEST(alloc_waits_until_free)
{
    CLIENT_ALLOC alloc = {0};
    begin(1);
    wait(&alloc);
    CHECK(statistics().Waiting == 1 && statistics().Waits == 1 && statistics().Served == 0);
    ClientGive(file, frames[0]);
    got(&alloc, frames[0]); /* served inside the FREE */
    CHECK(statistics().Waiting == 0 && statistics().Served == 1);
    CHECK(ClientStatus(file).AllocatedFrames == 1);
    ClientGive(file, frames[0]);
    StreamCheck(SfaAllocatorOf(file), 0);
    end();
}

TEST(first_come_first_served)
{
    CLIENT_ALLOC alloc[5] = {0};
    ULONG i;
    begin(2);
    for (i = 0; i < 5; i++) {
        wait(&alloc[i]);
    }
    for (i = 0; i < 5; i++) {
        PVOID frame = i < 2 ? frames[i] : alloc[i - 2].Frame;
        ClientGive(file, frame);
        got(&alloc[i], frame);
        CHECK(i == 4 || ClientWaits(&alloc[i + 1]));
    }
    ClientGive(file, alloc[3].Frame);
    ClientGive(file, alloc[4].Frame);
    end();
}

TEST(a_cancelled_request_gets_no_frame)
{
    CLIENT_ALLOC alloc = {0};
    begin(1);
    wait(&alloc);
    CHECK(TkCancelRequest(alloc.Request));
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    CHECK(statistics().Cancelled == 1 && statistics().Waiting == 0);
    ClientGive(file, frames[0]);
    StreamCheck(SfaAllocatorOf(file), 0);
    end();
}

TEST(a_cancelled_head_does_not_block_those_behind)
{
    CLIENT_ALLOC alloc[3] = {0};
    begin(1);
    wait(&alloc[0]);
    wait(&alloc[1]);
    wait(&alloc[2]);
    CHECK(TkCancelRequest(alloc[0].Request));
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_CANCELLED);
    ClientGive(file, frames[0]);
    got(&alloc[1], frames[0]);
    CHECK(ClientWaits(&alloc[2]));
    CHECK(TkCancelRequest(alloc[2].Request));
    CHECK_STATUS(ClientEnd(&alloc[2]), STATUS_CANCELLED);
    ClientGive(file, frames[0]);
    end();
}

/* C8: marked pending if and only if STATUS_PENDING comes back; the test kernel compares. */
TEST(a_request_that_arrives_cancelled_is_completed_once)
{
    CLIENT_ALLOC alloc = {0}, next = {0};
    begin(1);
    alloc.Cancelled = TRUE;
    ClientSend(&alloc, file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    wait(&next);
    ClientGive(file, frames[0]);
    got(&next, frames[0]);
    ClientGive(file, frames[0]);
    end();
}

/* A direct free may come with a mutex held, so requests are completed by the worker. */
TEST(a_direct_free_leaves_requests_to_the_worker)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc = {0};
    TK_REQUEST_STATE state;
    begin(1);
    table = ClientFunctions(file);
    wait(&alloc);
    table.FreeFrame(file, frames[0]);
    CHECK_STATUS(TkWaitRequest(alloc.Request), STATUS_SUCCESS);
    TkQueryRequest(alloc.Request, &state);
    CHECK(state.Thread != KeGetCurrentThread() && state.Irql == PASSIVE_LEVEL);
    got(&alloc, frames[0]);
    ClientGive(file, frames[0]);
    end();
}

TEST(a_direct_free_at_dispatch_level_serves_too)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc[2] = {0};
    TK_REQUEST_STATE state;
    KIRQL irql;
    begin(2);
    table = ClientFunctions(file);
    wait(&alloc[0]);
    wait(&alloc[1]);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    table.FreeFrame(file, frames[0]);
    table.FreeFrame(file, frames[1]);
    KeLowerIrql(irql);
    CHECK_STATUS(TkWaitRequest(alloc[0].Request), STATUS_SUCCESS);
    TkQueryRequest(alloc[0].Request, &state);
    CHECK(state.Thread != KeGetCurrentThread() && state.Irql == PASSIVE_LEVEL);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_SUCCESS);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_SUCCESS);
    CHECK(alloc[0].Frame != alloc[1].Frame);
    ClientGive(file, frames[0]);
    ClientGive(file, frames[1]);
    end();
}

/* With the flag a direct free at PASSIVE_LEVEL serves in its own thread. */
TEST(serve_inline_completes_in_the_callers_thread)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc = {0};
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = SFA_FLAG_SERVE_INLINE;
    begin(1);
    table = ClientFunctions(file);
    wait(&alloc);
    table.FreeFrame(file, frames[0]);
    got(&alloc, frames[0]);
    ClientGive(file, frames[0]);
    end();
}

/* Request flags 1, 2 and 3 are accepted: Microsoft's samples send 2 and 1. */
TEST(request_flags_are_not_looked_at)
{
    ULONG flags;
    begin(1);
    for (flags = 1; flags <= 3; flags++) {
        KSMETHOD method = {0};
        PVOID frame = frames[0];
        ULONG_PTR information;
        method.Set = KSMETHODSETID_StreamAllocator;
        method.Id = KSMETHOD_STREAMALLOCATOR_FREE;
        method.Flags = flags;
        CHECK_STATUS(ClientControl(file, KernelMode, IOCTL_KS_METHOD, &method, sizeof method, &frame, sizeof frame,
                                   &information),
                     STATUS_SUCCESS);
        CHECK(information == 0);
        method.Id = KSMETHOD_STREAMALLOCATOR_ALLOC;
        frame = NULL;
        CHECK_STATUS(ClientControl(file, KernelMode, IOCTL_KS_METHOD, &method, sizeof method, &frame, sizeof frame,
                                   &information),
                     STATUS_SUCCESS);
        CHECK(frame == frames[0] && information == sizeof frame);
    }
    ClientGive(file, frames[0]);
    end();
}

TEST(free_of_what_is_no_frame_is_refused)
{
    begin(1);
    CHECK_STATUS(ClientFree(file, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ClientFree(file, &handle), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ClientFree(file, (UCHAR *)frames[0] + 1), STATUS_INVALID_PARAMETER);
    ClientGive(file, frames[0]);
    CHECK_STATUS(ClientFree(file, frames[0]), STATUS_INVALID_PARAMETER);
    CHECK(statistics().ForeignFrees == 3 && statistics().DoubleFrees == 1);
    end();
}
