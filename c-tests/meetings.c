/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Interleavings that break a promise of ks.c. Each test says what ought to be true, and fails until it is. */
#include "rig.h"
#include "stream.h"
#include "tkks_events.h"
#include "worker.h"

#define LIMIT 100                      /* milliseconds */
#define MS(n) ((ULONGLONG)(n) * 10000) /* as TkAdvance wants it */

#define OWN_TAG 0x6E774F54 /* 'TOwn' */

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;
static CLIENT_ALLOC alloc[2];

static void begin(ULONG Limit)
{
    SfaInitializeConfig(&RigConfig);
    RigConfig.WaitLimit = Limit;
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    RtlZeroMemory(alloc, sizeof alloc);
}

/* --- A teardown waits, on a system worker thread, for a work item of the same queue --- */

TEST(a_teardown_does_not_wait_for_an_item_behind_it)
{
    begin(LIMIT);
    ClientSend(&alloc[0], file);
    (void)TkCancelRequest(alloc[0].Request);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_CANCELLED);
    ClientGive(file, frame);
    WorkerHold();
    TkClose(handle);          /* the teardown is queued */
    TkAdvance(MS(LIMIT + 1)); /* the timer's DPC must not ask the worker: that would be queued behind it */
    WorkerRelease();
    RigClose();
}

/* --- SfaShutdownDevice beside a CLEANUP --- */

static NTSTATUS answer;

/* CLEANUP has said that the object is closing, and not yet stopped the handing out: PnP comes in. */
static VOID surprise(VOID)
{
    TkKsEvents()->Freeing = NULL;
    SfaShutdownDevice(RigDevice, STATUS_DEVICE_REMOVED);
    ClientSend(&alloc[0], file); /* of a client that was given the file */
    answer = ClientWaits(&alloc[0]) ? STATUS_PENDING : ClientEnd(&alloc[0]);
}

TEST(after_a_shutdown_of_the_device_nobody_gets_a_frame_though_a_cleanup_was_under_way)
{
    begin(0);
    ClientGive(file, frame);
    ObReferenceObject(file);
    TkKsEvents()->Freeing = surprise;
    TkClose(handle);
    if (answer == STATUS_SUCCESS) {
        ClientGive(file, alloc[0].Frame);
    }
    CHECK_STATUS(answer, STATUS_DEVICE_NOT_READY);
    ObDereferenceObject(file);
    RigClose();
}

/* Requests that wait ought to be told of the removal before the call returns. */
static VOID surprise_waiting(VOID)
{
    TkKsEvents()->Freeing = NULL;
    SfaShutdownDevice(RigDevice, STATUS_DEVICE_REMOVED);
    answer = ClientWaits(&alloc[0]) ? STATUS_PENDING : STATUS_SUCCESS;
}

TEST(a_shutdown_of_the_device_completes_requests_though_a_cleanup_was_under_way)
{
    begin(0);
    ClientSend(&alloc[0], file);
    ObReferenceObject(file);
    TkKsEvents()->Freeing = surprise_waiting;
    TkClose(handle);
    (void)ClientEnd(&alloc[0]);
    ClientGive(file, frame);
    ObDereferenceObject(file);
    RigClose();
    CHECK_STATUS(answer, STATUS_SUCCESS);
}

/* --- SfaShutdownDevice beside a request that is being queued --- */

static KEVENT closing, queued;

/* In SfaShutdownDevice: the object is closing, requests wait still. */
static VOID let_it_queue(VOID)
{
    TkKsEvents()->Freeing = NULL;
    (void)KeSetEvent(&closing, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&queued, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

static VOID NTAPI shut_down(PVOID Context)
{
    (void)Context;
    SfaShutdownDevice(RigDevice, STATUS_DEVICE_REMOVED);
}

static PVOID pnp;

static VOID begin_to_shut_down(VOID)
{
    TkKsEvents()->Queueing = NULL;
    pnp = WorkerStart(shut_down, NULL);
    CHECK_STATUS(KeWaitForSingleObject(&closing, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

TEST(a_shutdown_of_the_device_gives_its_reason_though_a_request_is_just_being_queued)
{
    KeInitializeEvent(&closing, NotificationEvent, FALSE);
    KeInitializeEvent(&queued, NotificationEvent, FALSE);
    begin(0);
    ClientSend(&alloc[0], file);
    TkKsEvents()->Queueing = begin_to_shut_down;
    TkKsEvents()->Freeing = let_it_queue;
    ClientSend(&alloc[1], file);
    (void)KeSetEvent(&queued, IO_NO_INCREMENT, FALSE);
    WorkerJoin(pnp);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_DEVICE_REMOVED);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_DEVICE_REMOVED);
    ClientGive(file, frame);
    TkClose(handle);
    RigClose();
}

/* --- A drain beside a create that is about to fail --- */

static KEVENT in_create, go_on;
static BOOLEAN stay;
static volatile LONG held;

static NTSTATUS NTAPI allocate_memory(PVOID Context, SIZE_T Bytes, ULONG AlignmentMask, PVOID *Address,
                                      PLARGE_INTEGER Bus)
{
    (void)Context, (void)AlignmentMask, (void)Bus;
    *Address = ExAllocatePoolZero(NonPagedPoolNx, Bytes, OWN_TAG);
    (void)InterlockedIncrement(&held);
    if (stay) {
        (void)KeSetEvent(&in_create, IO_NO_INCREMENT, FALSE);
        CHECK_STATUS(KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    }
    return STATUS_SUCCESS;
}

static VOID NTAPI free_memory(PVOID Context, SIZE_T Bytes, PVOID Address, LARGE_INTEGER Bus)
{
    (void)Context, (void)Bytes, (void)Bus;
    ExFreePoolWithTag(Address, OWN_TAG);
    (void)InterlockedDecrement(&held);
}

static VOID NTAPI create(PVOID Context)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    (void)Context;
    CHECK_STATUS(RigCreate(&framing, KernelMode, &handle, &file), STATUS_DEVICE_NOT_READY);
}

TEST(a_drain_waits_for_a_create_that_the_shutdown_made_fail)
{
    LARGE_INTEGER now = {0};
    PVOID thread;
    NTSTATUS status;
    LONG left;
    SfaInitializeConfig(&RigConfig);
    RigConfig.AllocateMemory = allocate_memory;
    RigConfig.FreeMemory = free_memory;
    RigOpen(RIG_OBJECT);
    KeInitializeEvent(&in_create, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    stay = TRUE;
    thread = WorkerStart(create, NULL);
    CHECK_STATUS(KeWaitForSingleObject(&in_create, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    SfaShutdownDevice(RigDevice, STATUS_DEVICE_NOT_READY);
    status = SfaDrainDevice(RigDevice, &now);
    left = held;
    (void)KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    WorkerJoin(thread);
    RigClose();
    CHECK(left == 0 || status == STATUS_TIMEOUT);
}

/* --- Destroying in a completion routine --- */

static PSFA_ALLOCATOR shared;
static NTSTATUS destroyed;

static VOID give_back(VOID)
{
    TkKsEvents()->Queueing = NULL;
    StreamGive(shared, frame);
    TkSettle();
}

static VOID destroy(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    (void)Request, (void)Information, (void)Context;
    CHECK_STATUS(Status, STATUS_CANCELLED);
    destroyed = SfaDestroy(shared);
}

/* sfa.h: "In a completion routine ... it answers STATUS_DEVICE_BUSY". The allocator is not the file's: SfaMethodAlloc
 * is still inside. */
TEST(destroy_in_the_completion_of_a_cancelled_request_is_refused)
{
    RigOpen(RIG_FORWARDER);
    shared = RigShared = StreamOpen(1, 256);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    RtlZeroMemory(alloc, sizeof alloc);
    alloc[0].Cancelled = TRUE;
    alloc[0].Done = destroy;
    TkKsEvents()->Queueing = give_back;
    ClientSend(&alloc[0], file);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_CANCELLED);
    CHECK_STATUS(destroyed, STATUS_DEVICE_BUSY);
    TkClose(handle);
    RigClose();
    StreamClose(shared);
}
