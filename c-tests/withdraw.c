/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaCancelRequests: a client goes, and its requests with it; those of others wait on. */
#include "rig.h"
#include "rig_object.h"
#include "stream.h"
#include "worker.h"

static HANDLE handles[2];
static PFILE_OBJECT files[2];
static PVOID frame;

/* Two clients of one allocator, and no frame. */
static void begin_with(ULONG Limit)
{
    ULONG i;
    SfaInitializeConfig(&RigConfig);
    RigConfig.WaitLimit = Limit;
    RigShared = StreamCreate(&RigConfig);
    StreamCommit(RigShared, 1, 256);
    RigOpen(RIG_FORWARDER);
    for (i = 0; i < 2; i++) {
        files[i] = RigMake(1, &handles[i]);
    }
    frame = ClientTake(files[0]);
}

static void begin(void)
{
    begin_with(0);
}

static void end(void)
{
    TkClose(handles[0]);
    TkClose(handles[1]);
    RigClose();
    StreamClose(RigShared);
}

TEST(a_client_that_goes_takes_its_requests_along_and_no_others)
{
    CLIENT_ALLOC alloc[4] = {0};
    ULONG i;
    begin();
    for (i = 0; i < 4; i++) {
        ClientSend(&alloc[i], files[i % 2]);
    }
    SfaCancelRequests(RigShared, files[0]);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_CANCELLED);
    CHECK_STATUS(ClientEnd(&alloc[2]), STATUS_CANCELLED);
    CHECK(ClientWaits(&alloc[1]) && ClientWaits(&alloc[3]));
    CHECK(StreamStatistics(RigShared).Cancelled == 2 && StreamStatistics(RigShared).Waiting == 2);
    ClientGive(files[0], frame);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_SUCCESS);
    ClientGive(files[1], alloc[1].Frame);
    CHECK_STATUS(ClientEnd(&alloc[3]), STATUS_SUCCESS);
    ClientGive(files[1], alloc[3].Frame);
    end();
}

TEST(a_client_without_requests_goes_and_nothing_happens)
{
    CLIENT_ALLOC alloc = {0};
    KIRQL irql;
    begin();
    SfaCancelRequests(NULL, files[0]);
    SfaCancelRequests(RigShared, files[0]);
    ClientSend(&alloc, files[1]);
    SfaCancelRequests(RigShared, files[0]);
    KeRaiseIrql(APC_LEVEL, &irql);
    SfaCancelRequests(RigShared, files[1]); /* the wrong IRQL */
    KeLowerIrql(irql);
    CHECK(ClientWaits(&alloc));
    ClientGive(files[0], frame);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
    ClientGive(files[1], alloc.Frame);
    end();
}

/* --- Beside the limit --- */

#define LIMIT 100 /* milliseconds */

static CLIENT_ALLOC crowd[4];
static ULONG completed;

/* The first three have been moved; the last is late. */
static VOID be_late(VOID)
{
    ULONG i;
    TkAdvance((LIMIT + 1) * 10000);
    for (i = 0; i < 4; i++) {
        completed += !ClientWaits(&crowd[i]);
    }
}

TEST(a_dpc_leaves_to_others_what_they_have_moved)
{
    TK_REQUEST_STATE state;
    ULONG i;
    begin_with(LIMIT);
    for (i = 0; i < 4; i++) {
        ClientSend(&crowd[i], files[i == 3]);
    }
    TkQueryRequest(crowd[0].Request, &state);
    TkAtRelease(KSQUEUE_SPINLOCK_IRP_STORAGE(state.Irp), be_late);
    SfaCancelRequests(RigShared, files[0]);
    CHECK(completed == 1);
    for (i = 0; i < 4; i++) {
        CHECK_STATUS(ClientEnd(&crowd[i]), i == 3 ? STATUS_IO_TIMEOUT : STATUS_CANCELLED);
    }
    ClientGive(files[0], frame);
    end();
}

/* --- In the completion --- */

static VOID look_and_try_to_end(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    SFA_STATISTICS statistics = StreamStatistics(RigShared);
    (void)Request, (void)Context;
    CHECK(Status == STATUS_CANCELLED && Information == 0);
    CHECK(statistics.Cancelled == 1 && statistics.Waiting == 0); /* counted first */
    ClientGive(files[0], frame);
    CHECK_STATUS(SfaDestroy(RigShared), STATUS_DEVICE_BUSY);
}

TEST(the_allocator_does_not_end_inside_a_completion)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    alloc.Done = look_and_try_to_end;
    ClientSend(&alloc, files[1]);
    SfaCancelRequests(RigShared, files[1]);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    end();
}

/* A plain cancel: the request has left, and nothing of the allocator is touched any more. */
static VOID end_it(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    (void)Request, (void)Context;
    CHECK(Status == STATUS_CANCELLED && Information == 0);
    ClientGive(files[0], frame);
    CHECK_STATUS(SfaDestroy(RigShared), STATUS_SUCCESS);
    RigShared = NULL;
    RigObjectForget(files[0]);
    RigObjectForget(files[1]);
}

TEST(the_allocator_may_end_in_the_completion_of_a_request_that_was_cancelled)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    alloc.Done = end_it;
    ClientSend(&alloc, files[1]);
    CHECK(TkCancelRequest(alloc.Request));
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    CHECK(RigShared == NULL);
    TkClose(handles[0]);
    TkClose(handles[1]);
    RigClose();
}

/* --- Against cancels and frees --- */

static CLIENT_ALLOC racing[2];

static VOID cancel(PVOID Context)
{
    (void)Context;
    (void)TkCancelRequest(racing[0].Request);
}

static VOID give(PVOID Context)
{
    (void)Context;
    StreamGive(RigShared, frame);
}

TEST(a_client_goes_while_its_requests_are_cancelled_and_served)
{
    ULONG i, j;
    begin();
    for (i = 0; i < 60; i++) {
        PVOID threads[2];
        NTSTATUS status;
        ULONG served = 0;
        RtlZeroMemory(racing, sizeof racing);
        ClientSend(&racing[0], files[1]);
        ClientSend(&racing[1], files[1]);
        threads[0] = WorkerStart(cancel, NULL);
        threads[1] = WorkerStart(give, NULL);
        SfaCancelRequests(RigShared, files[1]);
        WorkerJoin(threads[0]);
        WorkerJoin(threads[1]);
        for (j = 0; j < 2; j++) {
            status = ClientEnd(&racing[j]);
            CHECK(status == STATUS_SUCCESS || status == STATUS_CANCELLED);
            if (status == STATUS_SUCCESS) {
                served++;
                frame = racing[j].Frame;
            }
        }
        CHECK(served <= 1);
        TkSettle();
        if (served == 0) {
            CHECK(StreamOut(RigShared) == 0);
            frame = ClientTake(files[0]);
        }
    }
    ClientGive(files[0], frame);
    end();
}
