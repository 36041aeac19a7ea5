/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests that leave before their turn, beside a cancel, the end of their file, and others that come. */
#include "rig.h"
#include "stream.h"
#include "tkks_events.h"
#include "worker.h"

#define LIMIT 100
#define MS(n) ((ULONGLONG)(n) * 10000)

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame, thread;
static CLIENT_ALLOC alloc;
static KEVENT inside, go_on;

/* An object with a limit, and its frame out. */
static void begin(void)
{
    SfaInitializeConfig(&RigConfig);
    RigConfig.WaitLimit = LIMIT;
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    KeInitializeEvent(&inside, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
}

static void end(void)
{
    ClientGive(file, frame);
    TkClose(handle);
    RigClose();
}

static VOID stay(VOID)
{
    TkKsEvents()->Cancelling = NULL;
    (void)KeSetEvent(&inside, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

static VOID NTAPI cancel(PVOID Context)
{
    CHECK(TkCancelRequest(((CLIENT_ALLOC *)Context)->Request));
}

/* KsCancelRoutine only unlinks an IRP whose status says that it is cancelled; no document says when it looks. The walk
 * writes another status into an IRP that is being cancelled. */
TEST(a_request_that_is_late_while_it_is_cancelled_is_completed_once)
{
    begin();
    TkKsEvents()->CancelReadsLate = TRUE;
    TkKsEvents()->Cancelling = stay;
    ClientSend(&alloc, file);
    thread = WorkerStart(cancel, &alloc);
    CHECK_STATUS(KeWaitForSingleObject(&inside, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    TkAdvance(MS(LIMIT + 1)); /* the DPC finds it in the queue */
    TkSettle();
    (void)KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    WorkerJoin(thread);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    end();
}

static VOID let_go(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    (void)Request, (void)Status, (void)Information, (void)Context;
    ClientGive(file, frame);
    TkClose(handle); /* CLOSE comes when the request lets go of the file: the driver queues its teardown */
}

/* The driver's teardown, in a work item as the guide has it, is queued before the turn that it waits for. */
TEST(a_teardown_in_a_work_item_does_not_wait_for_a_turn_behind_it)
{
    SfaInitializeConfig(&RigConfig);
    RigOpen(RIG_FORWARDER);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    alloc.Done = let_go;
    ClientSend(&alloc, file);
    SfaCancelRequests(RigAllocator(file), file);
    (void)ClientEnd(&alloc);
    WorkerSleep(1000);
    RigClose();
}

static VOID clean_up(VOID)
{
    TkKsEvents()->Queueing = NULL;
    SfaCancelRequests(RigAllocator(file), file);
}

/* The driver cannot refuse it any more: it is inside SfaMethodAlloc already. But it can call again. */
TEST(a_request_on_its_way_into_the_queue_is_cancelled_by_a_second_call)
{
    SfaInitializeConfig(&RigConfig);
    RigOpen(RIG_FORWARDER);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    TkKsEvents()->Queueing = clean_up;
    ClientSend(&alloc, file);
    CHECK(ClientWaits(&alloc));
    SfaCancelRequests(RigAllocator(file), file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    ClientGive(file, frame);
    TkClose(handle);
    TkSettle();
    RigClose();
}

/* --- A request that is queued while the DPC looks --- */

static CLIENT_ALLOC queue[3];
static volatile LONG sent;

static VOID NTAPI send_meanwhile(PVOID Context)
{
    (void)Context;
    CHECK_STATUS(KeWaitForSingleObject(&inside, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    ClientSend(&queue[2], file);
    WriteRelease(&sent, TRUE);
}

/* In the DPC, before it looks. */
static VOID look(VOID)
{
    TkKsEvents()->Moving = NULL;
    (void)KeSetEvent(&inside, IO_NO_INCREMENT, FALSE);
    while (ReadAcquire(&sent) == 0) {
        YieldProcessor();
    }
}

TEST(one_that_comes_while_the_dpc_looks_does_not_lengthen_the_time_of_others)
{
    ULONG i;
    begin();
    ClientSend(&queue[0], file);
    TkAdvance(MS(LIMIT / 2));
    ClientSend(&queue[1], file);
    thread = WorkerStart(send_meanwhile, NULL);
    TkKsEvents()->Moving = look;
    TkAdvance(MS(LIMIT / 2 + 1));
    WorkerJoin(thread);
    CHECK(!ClientWaits(&queue[0]) && ClientWaits(&queue[1]) && ClientWaits(&queue[2]));
    TkAdvance(MS(LIMIT / 2));
    CHECK(!ClientWaits(&queue[1]) && ClientWaits(&queue[2]));
    TkAdvance(MS(LIMIT / 2));
    for (i = 0; i < 3; i++) {
        CHECK(!ClientWaits(&queue[i]));
        CHECK_STATUS(ClientEnd(&queue[i]), STATUS_IO_TIMEOUT);
    }
    end();
}
