/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SFA_CONFIG.WaitLimit: requests that wait too long, on virtual time. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

#define LIMIT 100                      /* milliseconds */
#define MS(n) ((ULONGLONG)(n) * 10000) /* as TkAdvance wants it */

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;
static CLIENT_ALLOC alloc[3];

/* All frames are out. */
static void begin(RIG_KIND Kind)
{
    SfaInitializeConfig(&RigConfig);
    RigConfig.WaitLimit = LIMIT;
    RigOpen(Kind);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    RtlZeroMemory(alloc, sizeof alloc);
}

static void end(void)
{
    ClientGive(file, frame);
    TkClose(handle);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}

static void pass(ULONG Milliseconds)
{
    TkAdvance(MS(Milliseconds));
    TkSettle();
}

static void one_waits_too_long(RIG_KIND Kind)
{
    begin(Kind);
    ClientSend(&alloc[0], file);
    pass(LIMIT - 1);
    CHECK(ClientWaits(&alloc[0]));
    pass(2);
    CHECK(!ClientWaits(&alloc[0]));
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_IO_TIMEOUT);
    CHECK(StreamStatistics(RigAllocator(file)).TimedOut == 1);
    CHECK(StreamStatistics(RigAllocator(file)).Cancelled == 0 && StreamStatistics(RigAllocator(file)).Waiting == 0);
    end();
}

TEST(a_request_that_waits_too_long_is_told_so)
{
    one_waits_too_long(RIG_OBJECT);
}

TEST(a_request_that_a_driver_forwards_is_told_so)
{
    one_waits_too_long(RIG_FORWARDER);
}

TEST(without_a_limit_requests_wait_for_ever)
{
    begin(RIG_OBJECT);
    ClientGive(file, frame);
    TkClose(handle);
    RigConfig.WaitLimit = 0;
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    ClientSend(&alloc[0], file);
    pass(100000 * LIMIT);
    CHECK(ClientWaits(&alloc[0]));
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_SUCCESS);
    ClientGive(file, alloc[0].Frame);
    TkClose(handle);
    RigClose();
}

TEST(each_has_its_own_time)
{
    begin(RIG_OBJECT);
    ClientSend(&alloc[0], file);
    pass(LIMIT / 2);
    ClientSend(&alloc[1], file);
    pass(LIMIT / 2 + 1);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_IO_TIMEOUT);
    CHECK(ClientWaits(&alloc[1]));
    ClientSend(&alloc[2], file);
    pass(LIMIT / 2);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_IO_TIMEOUT);
    CHECK(ClientWaits(&alloc[2]));
    pass(LIMIT / 2);
    CHECK_STATUS(ClientEnd(&alloc[2]), STATUS_IO_TIMEOUT);
    end();
}

TEST(after_a_quiet_time_the_limit_holds_again)
{
    begin(RIG_OBJECT);
    ClientSend(&alloc[0], file);
    ClientGive(file, frame); /* served: the timer finds nobody */
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_SUCCESS);
    pass(3 * LIMIT);
    ClientSend(&alloc[1], file);
    pass(LIMIT + 1);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_IO_TIMEOUT);
    frame = alloc[0].Frame;
    end();
}

/* The timer was set for one that is gone: the younger is not late when it fires, but is seen to. */
TEST(one_that_is_served_does_not_shorten_the_time_of_the_next)
{
    begin(RIG_OBJECT);
    ClientSend(&alloc[0], file);
    pass(LIMIT / 2);
    ClientSend(&alloc[1], file);
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_SUCCESS);
    pass(LIMIT - 1);
    CHECK(ClientWaits(&alloc[1]));
    pass(2);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_IO_TIMEOUT);
    frame = alloc[0].Frame;
    end();
}

TEST(a_frame_goes_to_the_next_when_the_oldest_is_late)
{
    begin(RIG_OBJECT);
    ClientSend(&alloc[0], file);
    pass(LIMIT / 2);
    ClientSend(&alloc[1], file);
    pass(LIMIT / 2 + 1);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_IO_TIMEOUT);
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_SUCCESS);
    frame = alloc[1].Frame;
    end();
}

TEST(more_than_one_dpc_completes_are_late_at_once)
{
    static CLIENT_ALLOC crowd[150];
    ULONG i;
    begin(RIG_OBJECT);
    for (i = 0; i < 150; i++) {
        ClientSend(&crowd[i], file);
    }
    pass(LIMIT + 5); /* 64 in the first, 64 a millisecond later, 22 */
    for (i = 0; i < 150; i++) {
        CHECK_STATUS(ClientEnd(&crowd[i]), STATUS_IO_TIMEOUT);
    }
    CHECK(StreamStatistics(SfaAllocatorOf(file)).TimedOut == 150);
    end();
}

TEST(the_end_of_an_allocator_ends_its_timer)
{
    begin(RIG_OBJECT);
    ClientSend(&alloc[0], file);
    (void)TkCancelRequest(alloc[0].Request);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_CANCELLED);
    end(); /* with the timer set: the test kernel forbids it in memory that is freed */
    pass(2 * LIMIT);
}

static PSFA_ALLOCATOR allocator;

/* In a DPC. The request has the last reference to the file; the allocator cannot end here. */
static VOID give_back(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    (void)Request, (void)Context;
    CHECK(Status == STATUS_IO_TIMEOUT && Information == 0 && KeGetCurrentIrql() == DISPATCH_LEVEL);
    CHECK(StreamStatistics(allocator).TimedOut == 1); /* counted first */
    StreamGive(allocator, frame);
}

TEST(the_file_is_closed_where_its_last_request_is_late)
{
    begin(RIG_FORWARDER);
    allocator = RigAllocator(file);
    alloc[0].Done = give_back;
    ClientSend(&alloc[0], file);
    TkClose(handle);
    pass(LIMIT + 1);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_IO_TIMEOUT);
    TkSettle();
    RigClose();
}

/* --- Threads --- */

#define THREADS 3
#define TURNS   60

static volatile LONG served, late;

static VOID ask(PVOID Context)
{
    ULONG i;
    (void)Context;
    for (i = 0; i < TURNS; i++) {
        CLIENT_ALLOC mine = {0};
        NTSTATUS status;
        ClientSend(&mine, file);
        status = ClientEnd(&mine);
        if (!NT_SUCCESS(status)) {
            CHECK_STATUS(status, STATUS_IO_TIMEOUT);
            (void)InterlockedIncrement(&late);
            continue;
        }
        (void)InterlockedIncrement(&served);
        WorkerSleep(i % 3);
        ClientGive(file, mine.Frame);
    }
}

TEST(frames_and_limits_race)
{
    PVOID thread[THREADS];
    SFA_STATISTICS statistics;
    ULONG i;
    SfaInitializeConfig(&RigConfig);
    RigConfig.WaitLimit = 1;
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    for (i = 0; i < THREADS; i++) {
        thread[i] = WorkerStart(ask, NULL);
    }
    for (i = 0; i < THREADS; i++) {
        WorkerJoin(thread[i]);
    }
    statistics = StreamStatistics(SfaAllocatorOf(file));
    CHECK(served + late == THREADS * TURNS && statistics.TimedOut == (ULONG)late && statistics.FramesOut == 0);
    TkClose(handle);
    RigClose();
}
