/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A request whose cancel routine has begun and does not come to its end: nobody may free anything under it. */
#include "rig.h"
#include "stream.h"
#include "tkks_events.h"
#include "worker.h"

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame, thread;
static CLIENT_ALLOC alloc;
static KEVENT inside, go_on;

/* The IRP has no cancel routine any more and is still in the queue. */
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

static void begin(RIG_KIND Kind)
{
    KeInitializeEvent(&inside, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    RigOpen(Kind);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    ClientSend(&alloc, file);
    CHECK(ClientWaits(&alloc));
    TkKsEvents()->Cancelling = stay;
    thread = WorkerStart(cancel, &alloc);
    CHECK_STATUS(KeWaitForSingleObject(&inside, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

static void finish(void)
{
    CHECK(ClientWaits(&alloc));
    (void)KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    WorkerJoin(thread);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
}

TEST(destroy_is_refused_while_a_cancel_routine_has_the_last_request)
{
    PSFA_ALLOCATOR allocator;
    begin(RIG_FORWARDER);
    allocator = RigAllocator(file);
    ClientGive(file, frame); /* nobody is in the queue who could be served */
    CHECK(StreamStatistics(allocator).Waiting == 1 && StreamOut(allocator) == 0);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    finish();
    CHECK(StreamStatistics(allocator).Cancelled == 1);
    StreamCheck(allocator, 0);
    TkClose(handle); /* destroys it */
    RigClose();
}

/* Nor is the frame lost that came back meanwhile: the next request gets it. */
TEST(a_request_behind_one_that_is_being_cancelled_is_served)
{
    CLIENT_ALLOC behind = {0};
    begin(RIG_OBJECT);
    ClientSend(&behind, file);
    CHECK(ClientWaits(&behind));
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&behind), STATUS_SUCCESS);
    CHECK(behind.Frame == frame);
    finish();
    ClientGive(file, frame);
    StreamCheck(SfaAllocatorOf(file), 0);
    TkClose(handle);
    RigClose();
}

/* CLEANUP neither waits for it nor completes it a second time; the request keeps the file, and so the object. */
TEST(cleanup_leaves_a_request_to_its_cancel_routine)
{
    begin(RIG_OBJECT);
    ClientGive(file, frame);
    TkClose(handle);
    CHECK(TkReferences(file) == 1);
    finish();
    CHECK(TkReferences(file) == 0);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}
