/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's default allocator: requests that wait for its frames, its events, and its end. */
#include "ksallocator.h"

static PVOID held, frames[3];

static PTK_REQUEST wait_for(PVOID *frame)
{
    PTK_REQUEST request = KsAllocatorSend(KSMETHOD_STREAMALLOCATOR_ALLOC, frame, KernelMode, FALSE);
    CHECK(!TkRequestCompleted(request));
    return request;
}

static void open_and_hold(void)
{
    KsAllocatorOpen(1);
    CHECK_STATUS(KsAllocatorAlloc(&held), STATUS_SUCCESS);
}

static KEVENT go;
static WORK_QUEUE_ITEM obstacle;

static VOID NTAPI stand_in_the_way(PVOID Parameter)
{
    (void)Parameter;
    (void)KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, NULL);
}

/* No work item runs until the event is set. */
static void hold_the_worker(void)
{
    KeInitializeEvent(&go, NotificationEvent, FALSE);
    ExInitializeWorkItem(&obstacle, stand_in_the_way, NULL);
    ExQueueWorkItem(&obstacle, DelayedWorkQueue);
}

static void let_the_worker_go(void)
{
    (void)KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
}

TEST(requests_are_served_in_order_as_frames_come_back)
{
    PTK_REQUEST first, second;
    TK_REQUEST_STATE state;
    open_and_hold();
    first = wait_for(&frames[0]);
    second = wait_for(&frames[1]);
    CHECK_STATUS(KsAllocatorFree(held), STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(first), STATUS_SUCCESS);
    CHECK(!TkRequestCompleted(second) && KsAllocatorOut() == 1);
    TkQueryRequest(first, &state);
    CHECK(state.Returned == STATUS_PENDING && state.Information == sizeof(PVOID) && state.Irql == PASSIVE_LEVEL);
    CHECK(state.Thread != KeGetCurrentThread()); /* the worker */
    CHECK_STATUS(KsAllocatorFree(frames[0]), STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(second), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(frames[1]), STATUS_SUCCESS);
    CHECK(KsAllocatorOut() == 0);
    TkFreeRequest(first);
    TkFreeRequest(second);
    KsAllocatorClose();
}

TEST(a_free_at_dispatch_level_serves_at_passive_level)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    TK_REQUEST_STATE state;
    PTK_REQUEST request;
    KIRQL irql;
    open_and_hold();
    table = KsAllocatorTable();
    request = wait_for(&frames[0]);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    CHECK_STATUS(table.AllocateFrame(KsAllocatorFile, &frames[1]), STATUS_INSUFFICIENT_RESOURCES);
    table.FreeFrame(KsAllocatorFile, held);
    KeLowerIrql(irql);
    CHECK_STATUS(TkWaitRequest(request), STATUS_SUCCESS);
    TkQueryRequest(request, &state);
    CHECK(state.Irql == PASSIVE_LEVEL && frames[0] != NULL);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    table.FreeFrame(KsAllocatorFile, frames[0]);
    CHECK_STATUS(table.AllocateFrame(KsAllocatorFile, &frames[1]), STATUS_SUCCESS);
    table.FreeFrame(KsAllocatorFile, frames[1]);
    KeLowerIrql(irql);
    TkFreeRequest(request);
    KsAllocatorClose();
}

TEST(several_frames_that_come_back_serve_several)
{
    PTK_REQUEST first, second;
    PVOID one, two;
    KsAllocatorOpen(2);
    CHECK_STATUS(KsAllocatorAlloc(&one), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorAlloc(&two), STATUS_SUCCESS);
    first = wait_for(&frames[0]);
    second = wait_for(&frames[1]);
    hold_the_worker();
    CHECK_STATUS(KsAllocatorFree(one), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(two), STATUS_SUCCESS);
    let_the_worker_go();
    CHECK_STATUS(TkWaitRequest(first), STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(second), STATUS_SUCCESS);
    TkFreeRequest(first);
    TkFreeRequest(second);
    KsAllocatorClose();
}

TEST(a_free_may_serve_inline)
{
    TK_REQUEST_STATE state;
    PTK_REQUEST request;
    TkKsAllocator()->ServeInline = TRUE;
    open_and_hold();
    request = wait_for(&frames[0]);
    CHECK_STATUS(KsAllocatorFree(held), STATUS_SUCCESS);
    CHECK(TkRequestCompleted(request));
    TkQueryRequest(request, &state);
    CHECK(state.Status == STATUS_SUCCESS && state.Thread == KeGetCurrentThread());
    TkFreeRequest(request);
    KsAllocatorClose();
}

TEST(who_waits_may_go_before_who_calls)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    PTK_REQUEST request;
    TkKsAllocator()->DirectBehind = TRUE;
    open_and_hold();
    table = KsAllocatorTable();
    request = wait_for(&frames[0]);
    hold_the_worker();
    table.FreeFrame(KsAllocatorFile, held);
    CHECK_STATUS(table.AllocateFrame(KsAllocatorFile, &frames[1]), STATUS_INSUFFICIENT_RESOURCES);
    TkKsAllocator()->DirectBehind = FALSE;
    CHECK_STATUS(table.AllocateFrame(KsAllocatorFile, &frames[1]), STATUS_SUCCESS);
    let_the_worker_go();
    TkSettle();
    CHECK(!TkRequestCompleted(request)); /* it was overtaken, and waits for the next one */
    table.FreeFrame(KsAllocatorFile, frames[1]);
    CHECK_STATUS(TkWaitRequest(request), STATUS_SUCCESS);
    TkFreeRequest(request);
    KsAllocatorClose();
}

TEST(a_request_that_is_cancelled_leaves_the_queue)
{
    PTK_REQUEST first, second, third;
    open_and_hold();
    first = wait_for(&frames[0]);
    second = wait_for(&frames[1]);
    CHECK(TkCancelRequest(first));
    CHECK_STATUS(TkWaitRequest(first), STATUS_CANCELLED);
    third = KsAllocatorSend(KSMETHOD_STREAMALLOCATOR_ALLOC, &frames[2], KernelMode, TRUE);
    CHECK_STATUS(TkWaitRequest(third), STATUS_CANCELLED); /* before it was queued */
    CHECK_STATUS(KsAllocatorFree(held), STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(second), STATUS_SUCCESS);
    TkFreeRequest(first);
    TkFreeRequest(second);
    TkFreeRequest(third);
    KsAllocatorClose();
}

TEST(memory_that_fails_ends_the_wait)
{
    PTK_REQUEST request;
    KsAllocatorKind = KsAllocatorMemory;
    open_and_hold();
    request = wait_for(&frames[0]);
    KsAllocatorMemoryFails = TRUE;
    CHECK_STATUS(KsAllocatorFree(held), STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(request), STATUS_INSUFFICIENT_RESOURCES);
    TkSettle(); /* the worker looks whether somebody else waits, and counts a frame while it does */
    CHECK(KsAllocatorOut() == 0);
    TkFreeRequest(request);
    KsAllocatorClose();
}

TEST(a_request_that_waits_keeps_the_allocator_until_it_is_cancelled)
{
    PTK_REQUEST request;
    KsAllocatorKind = KsAllocatorMemory;
    open_and_hold();
    request = wait_for(&frames[0]);
    TkClose(KsAllocatorHandle);
    CHECK(KsAllocatorDeleted == 0);
    CHECK(TkCancelRequest(request));
    CHECK_STATUS(TkWaitRequest(request), STATUS_CANCELLED);
    CHECK(KsAllocatorDeleted == 1 && KsAllocatorGiven == 1);
    TkFreeRequest(request);
    KsObjectClose();
}

/* The completion drops the last reference, so the close comes to the worker, which cannot wait for itself. */
TEST(an_allocator_may_end_on_its_own_worker)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    PTK_REQUEST request;
    KsAllocatorKind = KsAllocatorMemory;
    open_and_hold();
    table = KsAllocatorTable();
    request = wait_for(&frames[0]);
    hold_the_worker();
    table.FreeFrame(KsAllocatorFile, held);
    TkClose(KsAllocatorHandle);
    let_the_worker_go();
    CHECK_STATUS(TkWaitRequest(request), STATUS_SUCCESS);
    TkSettle();
    CHECK(KsAllocatorDeleted == 1 && KsAllocatorTaken == 2 && KsAllocatorGiven == 2);
    TkFreeRequest(request);
    KsObjectClose();
}

TEST(frames_that_are_out_at_close_may_be_lost)
{
    KsAllocatorKind = KsAllocatorMemory;
    TkKsAllocator()->LeakAtClose = TRUE;
    open_and_hold();
    KsAllocatorClose();
    CHECK(KsAllocatorGiven == 0 && KsAllocatorDeleted == 1);
    ExFreePool(held);
}

TEST(each_free_fires_both_events)
{
    KEVENT public_event, internal;
    KSEVENTDATA a, b;
    open_and_hold();
    CHECK_STATUS(KsAllocatorEnable(KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &public_event, &a),
                 STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorEnable(KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ONESHOT, &internal, &b),
                 STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(held), STATUS_SUCCESS);
    CHECK(KeResetEvent(&public_event) != 0 && KeResetEvent(&internal) != 0);
    CHECK_STATUS(KsAllocatorFree(held), STATUS_INVALID_PARAMETER);
    CHECK(KeResetEvent(&public_event) == 0);
    CHECK_STATUS(KsAllocatorAlloc(&held), STATUS_SUCCESS);
    KsAllocatorTable().FreeFrame(KsAllocatorFile, held);
    CHECK(KeResetEvent(&public_event) != 0 && KeResetEvent(&internal) == 0);
    KsAllocatorClose(); /* disables it */
}

TEST(who_may_enable_what_and_what_fires_is_up_to_the_test)
{
    KEVENT public_event, internal;
    PTK_REQUEST request;
    KSEVENTDATA a, b;
    TkKsAllocator()->RefuseInternal = TRUE;
    open_and_hold();
    CHECK_STATUS(KsAllocatorEnable(KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, &internal, &b),
                 STATUS_INVALID_DEVICE_REQUEST);
    TkKsAllocator()->RefuseInternal = FALSE;
    CHECK_STATUS(KsAllocatorEnable(KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, &internal, &b),
                 STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorEnable(KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &public_event, &a),
                 STATUS_SUCCESS);
    TkKsAllocator()->SilentIfServed = TkKsAllocator()->SilentInternal = TRUE;
    request = wait_for(&frames[0]);
    CHECK_STATUS(KsAllocatorFree(held), STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(request), STATUS_SUCCESS);
    CHECK(KeResetEvent(&public_event) == 0 && KeResetEvent(&internal) == 0);
    CHECK_STATUS(KsAllocatorFree(frames[0]), STATUS_SUCCESS);
    CHECK(KeResetEvent(&public_event) != 0);
    TkFreeRequest(request);
    KsAllocatorClose();
}
