/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Each way in which KS notifies of a free frame. */
#include "rig.h"
#include "stream.h"

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;

static void begin(void)
{
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
}

static void end(void)
{
    TkClose(handle);
    RigClose();
}

static NTSTATUS enable(KSEVENTDATA *Data)
{
    return ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, Data);
}

static LONG count_of(KSEMAPHORE *Semaphore)
{
    return KeReadStateSemaphore(Semaphore);
}

TEST(a_semaphore_is_released_by_its_adjustment)
{
    KSEMAPHORE semaphore;
    KSEVENTDATA data = ClientSemaphoreObject(&semaphore, 5);
    KeInitializeSemaphore(&semaphore, 0, 100);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    ClientGive(file, frame);
    CHECK(count_of(&semaphore) == 5);
    end();
}

/* C18: a release beyond the limit raises; ks.sys contains it, and the free is none the worse. */
TEST(a_semaphore_at_its_limit_does_not_hurt_the_free)
{
    KSEMAPHORE semaphore;
    KSEVENTDATA data = ClientSemaphoreObject(&semaphore, 1);
    KeInitializeSemaphore(&semaphore, 1, 1);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    ClientGive(file, frame);
    CHECK(count_of(&semaphore) == 1);
    CHECK(ClientTake(file) == frame);
    ClientGive(file, frame);
    end();
}

static ULONG dpcs, work_items;

static VOID on_dpc(PKDPC Dpc, PVOID Context, PVOID A, PVOID B)
{
    (void)Dpc, (void)Context, (void)A, (void)B;
    dpcs++;
}

static VOID on_work(PVOID Parameter)
{
    (void)Parameter;
    work_items++;
}

TEST(a_dpc_is_queued)
{
    KDPC dpc;
    KSEVENTDATA data = ClientDpc(&dpc);
    KeInitializeDpc(&dpc, on_dpc, NULL);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    ClientGive(file, frame);
    TkSettle();
    CHECK(dpcs == 1);
    end();
}

TEST(a_work_item_is_queued)
{
    WORK_QUEUE_ITEM item;
    KSEVENTDATA data;
    RtlZeroMemory(&data, sizeof data);
    data.NotificationType = KSEVENTF_WORKITEM;
    data.WorkItem.WorkQueueItem = &item;
    data.WorkItem.WorkQueueType = DelayedWorkQueue;
    ExInitializeWorkItem(&item, on_work, NULL);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    ClientGive(file, frame);
    TkSettle();
    CHECK(work_items == 1);
    end();
}

TEST(a_ks_work_item_is_queued)
{
    WORK_QUEUE_ITEM item;
    KSEVENTDATA data;
    PKSWORKER worker;
    CHECK_STATUS(KsRegisterWorker(DelayedWorkQueue, &worker), STATUS_SUCCESS);
    RtlZeroMemory(&data, sizeof data);
    data.NotificationType = KSEVENTF_KSWORKITEM;
    data.KsWorkItem.WorkQueueItem = &item;
    data.KsWorkItem.KsWorkerObject = worker;
    ExInitializeWorkItem(&item, on_work, NULL);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    ClientGive(file, frame);
    TkSettle();
    CHECK(work_items == 1);
    end();
    KsUnregisterWorker(worker);
}

TEST(an_unknown_kind_is_refused)
{
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    data.NotificationType = 0x40;
    begin();
    CHECK(!NT_SUCCESS(enable(&data)));
    CHECK(StreamStatistics(SfaAllocatorOf(file)).Subscribers == 0);
    ClientGive(file, frame);
    end();
}
