/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: what an event notifies, for kernel clients and for user ones. */
#include "ksobject.h"
#include "tkks_events.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { PLAIN = 1 };

static const GUID set_guid = {SET};
static KSEVENTDATA data;
static ULONG runs;

static DEFINE_KSEVENT_TABLE(items){
    DEFINE_KSEVENT_ITEM(PLAIN, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
};
static const KSEVENT_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items}};

static void begin(KPROCESSOR_MODE mode)
{
    KsObjectEvents = sets;
    KsObjectEventSets = SIZEOF_ARRAY(sets);
    KsObjectOpen(mode);
}

static NTSTATUS enable(KSEVENTDATA *event_data)
{
    return KsObjectEnable(&set_guid, PLAIN, KSEVENT_TYPE_ENABLE, event_data, sizeof *event_data, NULL);
}

static NTSTATUS disable(KSEVENTDATA *event_data)
{
    return KsObjectIoctl(IOCTL_KS_DISABLE_EVENT, event_data, sizeof *event_data, NULL, 0, NULL);
}

static void fire(void)
{
    KsGenerateEventList(NULL, PLAIN, &KsObjectEventList, KSEVENTS_SPINLOCK, &KsObjectEventSpinLock);
}

static void a_client_is_notified_by_handle(KPROCESSOR_MODE mode)
{
    KSEVENTDATA *event_data = &data;
    HANDLE event_handle, semaphore_handle;
    PKEVENT event;
    PKSEMAPHORE semaphore;
    begin(mode);
    if (mode == UserMode)
        event_data = TkUserAllocate(KsObjectProcess, sizeof *event_data, TkReadWrite);
    CHECK_STATUS(
        TkCreateEventHandle(KsObjectProcess, SynchronizationEvent, FALSE, EVENT_MODIFY_STATE, &event_handle, &event),
        STATUS_SUCCESS);
    CHECK_STATUS(TkCreateSemaphoreHandle(KsObjectProcess, 0, 3, SEMAPHORE_MODIFY_STATE, &semaphore_handle, &semaphore),
                 STATUS_SUCCESS);
    event_data->NotificationType = KSEVENTF_EVENT_HANDLE;
    event_data->EventHandle.Event = event_handle;
    CHECK_STATUS(enable(event_data), STATUS_SUCCESS);
    CHECK(TkReferences(event) == 2);
    fire();
    CHECK(KeResetEvent(event) != 0);
    CHECK_STATUS(disable(event_data), STATUS_SUCCESS);
    CHECK(TkReferences(event) == 1);
    event_data->NotificationType = KSEVENTF_SEMAPHORE_HANDLE;
    event_data->SemaphoreHandle.Semaphore = semaphore_handle;
    event_data->SemaphoreHandle.Adjustment = 2;
    CHECK_STATUS(enable(event_data), STATUS_SUCCESS);
    fire();
    CHECK(KeReadStateSemaphore(semaphore) == 2);
    fire(); /* beyond the limit: nothing happens, and nobody stops */
    CHECK(KeReadStateSemaphore(semaphore) == 2);
    CHECK_STATUS(disable(event_data), STATUS_SUCCESS);
    TkCloseHandle(event_handle);
    TkCloseHandle(semaphore_handle);
    KsObjectClose();
}

TEST(a_kernel_client_is_notified_by_handle)
{
    a_client_is_notified_by_handle(KernelMode);
}

TEST(a_user_client_is_notified_by_handle)
{
    a_client_is_notified_by_handle(UserMode);
}

TEST(a_handle_needs_type_access_and_mode)
{
    HANDLE weak, kernels;
    KSEVENTDATA *event_data;
    begin(UserMode);
    event_data = TkUserAllocate(KsObjectProcess, sizeof *event_data, TkReadWrite);
    CHECK_STATUS(TkCreateEventHandle(KsObjectProcess, SynchronizationEvent, FALSE, EVENT_QUERY_STATE, &weak, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(TkCreateEventHandle(NULL, SynchronizationEvent, FALSE, EVENT_ALL_ACCESS, &kernels, NULL),
                 STATUS_SUCCESS);
    event_data->NotificationType = KSEVENTF_EVENT_HANDLE;
    event_data->EventHandle.Event = weak;
    CHECK_STATUS(enable(event_data), STATUS_ACCESS_DENIED);
    event_data->EventHandle.Event = kernels;
    CHECK(!NT_SUCCESS(enable(event_data)));
    event_data->EventHandle.Event = NULL;
    CHECK(!NT_SUCCESS(enable(event_data)));
    event_data->NotificationType = KSEVENTF_SEMAPHORE_HANDLE;
    event_data->SemaphoreHandle.Semaphore = weak;
    event_data->SemaphoreHandle.Adjustment = 1;
    CHECK_STATUS(enable(event_data), STATUS_OBJECT_TYPE_MISMATCH);
    event_data->SemaphoreHandle.Adjustment = 0;
    CHECK_STATUS(enable(event_data), STATUS_INVALID_PARAMETER);
    CHECK(TkKsEvents()->Entries == 0);
    TkCloseHandle(weak);
    TkCloseHandle(kernels);
    KsObjectClose();
}

TEST(user_mode_names_no_objects_of_the_kernel)
{
    static const ULONG kinds[] = {KSEVENTF_EVENT_OBJECT,
                                  KSEVENTF_SEMAPHORE_OBJECT,
                                  KSEVENTF_DPC,
                                  KSEVENTF_WORKITEM,
                                  KSEVENTF_KSWORKITEM,
                                  0,
                                  3,
                                  0x40};
    KSEVENTDATA *event_data;
    ULONG i;
    begin(UserMode);
    event_data = TkUserAllocate(KsObjectProcess, sizeof *event_data, TkReadWrite);
    event_data->EventObject.Event = &data;
    for (i = 0; i < SIZEOF_ARRAY(kinds); i++) {
        event_data->NotificationType = kinds[i];
        CHECK_STATUS(enable(event_data), STATUS_INVALID_PARAMETER);
    }
    TkKsEvents()->StatusWrongKind = STATUS_NOT_SUPPORTED;
    CHECK_STATUS(enable(event_data), STATUS_NOT_SUPPORTED);
    KsObjectClose();
}

static VOID NTAPI dpc_routine(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
    (void)dpc, (void)context, (void)a, (void)b;
    runs++;
}

static VOID NTAPI work_routine(PVOID context)
{
    (void)context;
    runs++;
}

static LONG open_gate;

static VOID NTAPI hold(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
    (void)dpc, (void)context, (void)a, (void)b;
    while (ReadAcquire(&open_gate) == 0)
        YieldProcessor();
}

TEST(a_dpc_that_is_queued_goes_with_its_event)
{
    static KDPC dpc, holder;
    begin(KernelMode);
    KeInitializeDpc(&holder, hold, NULL);
    KeInitializeDpc(&dpc, dpc_routine, NULL);
    data.NotificationType = KSEVENTF_DPC;
    data.Dpc.Dpc = &dpc;
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    fire();
    TkSettle();
    CHECK(runs == 1);
    (void)KeInsertQueueDpc(&holder, NULL, NULL);
    fire();
    fire(); /* it is queued behind the other, once */
    CHECK_STATUS(disable(&data), STATUS_SUCCESS);
    WriteRelease(&open_gate, 1);
    TkSettle();
    CHECK(runs == 1);
    KsObjectClose();
}

static KEVENT gate;

static VOID NTAPI wait_at_gate(PVOID context)
{
    (void)context;
    (void)KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
}

TEST(a_work_item_that_is_queued_is_not_queued_again)
{
    static WORK_QUEUE_ITEM blocker, item;
    PKSWORKER worker;
    begin(KernelMode);
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    ExInitializeWorkItem(&blocker, wait_at_gate, NULL);
    ExInitializeWorkItem(&item, work_routine, NULL);
    ExQueueWorkItem(&blocker, DelayedWorkQueue);
    data.NotificationType = KSEVENTF_WORKITEM;
    data.WorkItem.WorkQueueItem = &item;
    data.WorkItem.WorkQueueType = DelayedWorkQueue;
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    fire();
    fire();
    (void)KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
    TkSettle();
    CHECK(runs == 1);
    fire();
    TkSettle();
    CHECK(runs == 2);
    CHECK_STATUS(disable(&data), STATUS_SUCCESS);

    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    KeClearEvent(&gate);
    ExQueueWorkItem(&blocker, DelayedWorkQueue);
    data.NotificationType = KSEVENTF_KSWORKITEM;
    data.KsWorkItem.WorkQueueItem = &item;
    data.KsWorkItem.KsWorkerObject = worker;
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    fire();
    fire();
    (void)KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
    TkSettle();
    CHECK(runs == 3);
    data.KsWorkItem.KsWorkerObject = NULL;
    CHECK_STATUS(enable(&data), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(disable(&data), STATUS_SUCCESS);
    KsUnregisterWorker(worker);
    KsObjectClose();
}
