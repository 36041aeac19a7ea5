/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: events that fire above DISPATCH_LEVEL and notify from a DPC. */
#include "ksinterrupt.h"
#include "worker.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { PLAIN = 1 };

static const GUID set_guid = {SET};
static KEVENT signal;
static KSEMAPHORE semaphore;
static KDPC dpc;
static WORK_QUEUE_ITEM item;
static KSEVENTDATA data;
static ULONG runs;

static DEFINE_KSEVENT_TABLE(items){
    DEFINE_KSEVENT_ITEM(PLAIN, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
};
static const KSEVENT_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items}};

static VOID NTAPI dpc_routine(PKDPC Dpc, PVOID Context, PVOID A, PVOID B)
{
    (void)Dpc, (void)Context, (void)A, (void)B;
    runs++;
}

static VOID NTAPI work_routine(PVOID Context)
{
    (void)Context;
    runs++;
}

static void begin(void)
{
    KsObjectEvents = sets;
    KsObjectEventSets = SIZEOF_ARRAY(sets);
    KeInitializeEvent(&signal, SynchronizationEvent, FALSE);
    KeInitializeSemaphore(&semaphore, 0, 10);
    KeInitializeDpc(&dpc, dpc_routine, NULL);
    ExInitializeWorkItem(&item, work_routine, NULL);
    data.NotificationType = KSEVENTF_EVENT_OBJECT;
    data.EventObject.Event = &signal;
    KsInterruptOpen(KernelMode);
}

static void enable(ULONG flags)
{
    CHECK_STATUS(KsObjectEnable(&set_guid, PLAIN, flags, &data, sizeof data, NULL), STATUS_SUCCESS);
}

static void disable(void)
{
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_DISABLE_EVENT, &data, sizeof data, NULL, 0, NULL), STATUS_SUCCESS);
}

/* Fires once for good, and once at last. What is seen answers how often the client was notified so far. */
static void notifies(ULONG (*seen)(void), ULONG at_once)
{
    ULONG before = seen();
    enable(KSEVENT_TYPE_ENABLE);
    KsInterruptHoldDpcs();
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    CHECK(seen() == before && TkKsEvents()->Deferred == 1 - (LONG)at_once);
    KsInterruptRunDpcs();
    CHECK(seen() == before + 1);
    disable();
    enable(KSEVENT_TYPE_ONESHOT);
    KsInterruptHoldDpcs();
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    CHECK(seen() == before + 1 && IsListEmpty(&KsObjectEventList));
    KsInterruptRunDpcs();
    CHECK(seen() == before + 2 && TkKsEvents()->Entries == 0 && TkKsEvents()->Items == 0);
    TkKsEvents()->Deferred = 0;
}

static ULONG signals(void)
{
    if (KeResetEvent(&signal) != 0)
        runs++;
    return runs;
}

static ULONG releases(void)
{
    return (ULONG)KeReadStateSemaphore(&semaphore) / 2;
}

static ULONG runs_seen(void)
{
    return runs;
}

TEST(objects_of_the_kernel_are_notified_by_a_dpc)
{
    PKSWORKER worker;
    begin();
    notifies(signals, 0);
    data.NotificationType = KSEVENTF_SEMAPHORE_OBJECT;
    data.SemaphoreObject.Semaphore = &semaphore;
    data.SemaphoreObject.Adjustment = 2;
    notifies(releases, 0);
    data.NotificationType = KSEVENTF_WORKITEM;
    data.WorkItem.WorkQueueItem = &item;
    data.WorkItem.WorkQueueType = DelayedWorkQueue;
    notifies(runs_seen, 0);
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    data.NotificationType = KSEVENTF_KSWORKITEM;
    data.KsWorkItem.WorkQueueItem = &item;
    data.KsWorkItem.KsWorkerObject = worker;
    notifies(runs_seen, 0);
    KsUnregisterWorker(worker);
    data.NotificationType = KSEVENTF_DPC;
    data.Dpc.Dpc = &dpc;
    notifies(runs_seen, 1);
    TkKsEvents()->DpcByDpc = TRUE;
    notifies(runs_seen, 0);
    KsInterruptClose();
}

TEST(handles_are_notified_by_a_dpc_even_when_their_client_has_closed)
{
    HANDLE event_handle, semaphore_handle;
    PKEVENT event;
    PKSEMAPHORE counter;
    begin();
    CHECK_STATUS(TkCreateEventHandle(NULL, SynchronizationEvent, FALSE, EVENT_MODIFY_STATE, &event_handle, &event),
                 STATUS_SUCCESS);
    CHECK_STATUS(TkCreateSemaphoreHandle(NULL, 0, 3, SEMAPHORE_MODIFY_STATE, &semaphore_handle, &counter),
                 STATUS_SUCCESS);
    data.NotificationType = KSEVENTF_SEMAPHORE_HANDLE;
    data.SemaphoreHandle.Semaphore = semaphore_handle;
    data.SemaphoreHandle.Adjustment = 3;
    enable(KSEVENT_TYPE_ENABLE);
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    TkSettle();
    CHECK(KeReadStateSemaphore(counter) == 3);
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS); /* beyond the limit: too late to tell */
    disable();
    TkSettle();
    CHECK(KeReadStateSemaphore(counter) == 3 && TkReferences(counter) == 1);
    data.NotificationType = KSEVENTF_EVENT_HANDLE;
    data.EventHandle.Event = event_handle;
    enable(KSEVENT_TYPE_ONESHOT);
    KsInterruptHoldDpcs();
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    TkClose(KsObjectHandle);
    CHECK(TkReferences(event) == 2 && KeReadStateEvent(event) == 0);
    CHECK(TkKsEvents()->Entries == 1 && TkKsEvents()->Items == 1);
    KsInterruptRunDpcs();
    CHECK(TkReferences(event) == 1 && KeReadStateEvent(event) != 0);
    CHECK(TkKsEvents()->Entries == 0 && TkKsEvents()->Items == 0);
    TkCloseHandle(event_handle);
    TkCloseHandle(semaphore_handle);
    KsObjectUnload();
    IoDisconnectInterrupt(KsInterrupt);
}

/* An event that fires once more before it is disabled while the DPC waits. */
static BOOLEAN notified_after_the_end(BOOLEAN by_close)
{
    enable(KSEVENT_TYPE_ENABLE);
    KsInterruptHoldDpcs();
    CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    if (by_close)
        TkClose(KsObjectHandle);
    else
        disable();
    CHECK(TkKsEvents()->Entries == 0 && TkKsEvents()->Items == 1); /* the DPC lies in it */
    KsInterruptRunDpcs();
    CHECK(TkKsEvents()->Items == 0);
    return (BOOLEAN)(KeResetEvent(&signal) != 0);
}

TEST(whoever_disabled_an_event_is_notified_no_more_but_its_dpc_runs)
{
    begin();
    CHECK(!notified_after_the_end(FALSE));
    TkKsEvents()->DeferredOutlivesEvent = TRUE;
    CHECK(notified_after_the_end(FALSE));
    KsInterruptClose();
}

TEST(a_close_with_the_dpc_queued_frees_nothing_under_it)
{
    begin();
    CHECK(!notified_after_the_end(TRUE));
    KsObjectUnload();
    IoDisconnectInterrupt(KsInterrupt);
}

TEST(events_that_fire_before_the_dpc_has_run_are_one_or_as_many)
{
    ULONG i;
    begin();
    data.NotificationType = KSEVENTF_SEMAPHORE_OBJECT;
    data.SemaphoreObject.Semaphore = &semaphore;
    data.SemaphoreObject.Adjustment = 1;
    enable(KSEVENT_TYPE_ENABLE);
    KsInterruptHoldDpcs();
    for (i = 0; i < 3; i++)
        CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    KsInterruptRunDpcs();
    CHECK(KeReadStateSemaphore(&semaphore) == 1);
    TkKsEvents()->EachDeferredCounts = TRUE;
    KsInterruptHoldDpcs();
    for (i = 0; i < 3; i++)
        CHECK_STATUS(KsInterruptFire(PLAIN), STATUS_SUCCESS);
    KsInterruptRunDpcs();
    CHECK(KeReadStateSemaphore(&semaphore) == 4);
    KsInterruptClose();
    CHECK(TkKsEvents()->Items == 0);
}

static LONG stop;

static VOID NTAPI keep_firing(PVOID Context)
{
    (void)Context;
    while (ReadAcquire(&stop) == 0) {
        (void)KsInterruptFire(PLAIN);
        YieldProcessor();
    }
}

TEST(an_object_may_be_freed_as_soon_as_its_event_is_disabled)
{
    PVOID thread;
    ULONG i;
    begin();
    thread = WorkerStart(keep_firing, NULL);
    for (i = 0; i < 300; i++) {
        PKEVENT event = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *event, KSOBJECT_TAG);
        KeInitializeEvent(event, NotificationEvent, FALSE);
        data.EventObject.Event = event;
        enable(KSEVENT_TYPE_ENABLE);
        if (i % 3 == 0)
            (void)KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);
        KsGenerateEventList(NULL, PLAIN, &KsObjectEventList, KSEVENTS_INTERRUPT, KsInterrupt);
        disable(); /* in a race with the DPC */
        ExFreePoolWithTag(event, KSOBJECT_TAG);
    }
    WriteRelease(&stop, 1);
    WorkerJoin(thread);
    KsInterruptClose();
    CHECK(TkKsEvents()->Entries == 0 && TkKsEvents()->Items == 0);
}
