/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KSEVENT_STREAMALLOCATOR_FREEFRAME on an allocator object: enabled, fired, gone. The test is a kernel client. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

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

static void again(void)
{
    ClientGive(file, frame);
    CHECK(ClientTake(file) == frame);
}

static NTSTATUS enable(KSEVENTDATA *Data)
{
    return ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, Data);
}

static NTSTATUS enable_once(KSEVENTDATA *Data)
{
    return ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ONESHOT, Data);
}

static LONG count_of(KSEMAPHORE *Semaphore)
{
    return KeReadStateSemaphore(Semaphore);
}

static ULONG subscribers(void)
{
    return StreamStatistics(SfaAllocatorOf(file)).Subscribers;
}

TEST(event_object_is_set)
{
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    CHECK(KeReadStateEvent(&event) == 0 && subscribers() == 1);
    ClientGive(file, frame);
    CHECK(KeReadStateEvent(&event) != 0);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    CHECK(subscribers() == 0);
    end();
}

/* The own list is not used any more: what went to the other one could not be disabled here. */
TEST(nothing_is_enabled_on_the_own_list_when_another_is_attached)
{
    LIST_ENTRY list;
    KSPIN_LOCK lock;
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    InitializeListHead(&list);
    KeInitializeSpinLock(&lock);
    begin();
    CHECK_STATUS(SfaAttachEventList(SfaAllocatorOf(file), &list, KSEVENTS_SPINLOCK, &lock), STATUS_SUCCESS);
    CHECK_STATUS(enable(&data), STATUS_INVALID_DEVICE_STATE);
    CHECK(subscribers() == 0 && IsListEmpty(&list));
    ClientGive(file, frame);
    end();
}

/* Semaphores count: once for each frame, whichever way it came back. */
TEST(every_free_fires_once)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    KSEMAPHORE semaphore;
    KSEVENTDATA data = ClientSemaphoreObject(&semaphore, 1);
    KeInitializeSemaphore(&semaphore, 0, 100);
    begin();
    table = ClientFunctions(file);
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    again();
    CHECK(count_of(&semaphore) == 1);
    table.FreeFrame(file, frame);
    CHECK(count_of(&semaphore) == 2);
    CHECK(ClientTake(file) == frame);
    StreamGive(SfaAllocatorOf(file), frame);
    CHECK(count_of(&semaphore) == 3);
    CHECK_STATUS(ClientFree(file, frame), STATUS_INVALID_PARAMETER); /* a refused free is none */
    CHECK(count_of(&semaphore) == 3);
    end();
    CHECK(count_of(&semaphore) == 3);
}

TEST(one_shot_fires_once_and_is_gone)
{
    KSEMAPHORE semaphore;
    KSEVENTDATA data = ClientSemaphoreObject(&semaphore, 1);
    KeInitializeSemaphore(&semaphore, 0, 100);
    begin();
    CHECK_STATUS(enable_once(&data), STATUS_SUCCESS);
    CHECK(subscribers() == 1);
    again();
    CHECK(count_of(&semaphore) == 1 && subscribers() == 0);
    again();
    CHECK(count_of(&semaphore) == 1);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL); /* it is gone by itself */
    ClientGive(file, frame);
    end();
}

/* FREEFRAME is a hint: it fires although a request that waited has the frame already. */
TEST(a_free_fires_though_a_request_takes_the_frame)
{
    KSEMAPHORE semaphore;
    KSEVENTDATA data = ClientSemaphoreObject(&semaphore, 1);
    CLIENT_ALLOC alloc = {0};
    KeInitializeSemaphore(&semaphore, 0, 100);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    ClientSend(&alloc, file);
    CHECK(ClientWaits(&alloc));
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
    CHECK(count_of(&semaphore) == 1);
    ClientGive(file, alloc.Frame);
    CHECK(count_of(&semaphore) == 2);
    end();
}

/* C19. */
TEST(internal_freeframe_is_not_for_clients)
{
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    begin();
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, &data),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(subscribers() == 0);
    CHECK(NT_SUCCESS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_BASICSUPPORT, &data)));
    CHECK(NT_SUCCESS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_BASICSUPPORT, &data)));
    CHECK(subscribers() == 0);
    ClientGive(file, frame);
    end();
}

TEST(disable_takes_the_one_that_it_names)
{
    KSEMAPHORE semaphore[2];
    KSEVENTDATA data[2];
    KSEVENTDATA copy, other;
    KEVENT event;
    ULONG i;
    begin();
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    other = ClientEventObject(&event);
    CHECK_STATUS(enable(&other), STATUS_SUCCESS);
    copy = other; /* C20: the address is the event, not what is in it */
    CHECK_STATUS(ClientDisable(file, &copy), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(ClientDisable(file, &other), STATUS_SUCCESS);
    for (i = 0; i < 2; i++) {
        KeInitializeSemaphore(&semaphore[i], 0, 100);
        data[i] = ClientSemaphoreObject(&semaphore[i], 1);
        CHECK_STATUS(enable(&data[i]), STATUS_SUCCESS);
    }
    copy = data[0];
    CHECK_STATUS(ClientDisable(file, &copy), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(ClientDisable(file, &data[0]), STATUS_SUCCESS);
    again();
    CHECK(count_of(&semaphore[0]) == 0 && count_of(&semaphore[1]) == 1);
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS); /* all */
    again();
    CHECK(count_of(&semaphore[1]) == 1 && subscribers() == 0);
    ClientGive(file, frame);
    end();
}

static ULONG dpcs;

static VOID on_dpc(PKDPC Dpc, PVOID Context, PVOID A, PVOID B)
{
    (void)Dpc, (void)Context, (void)A, (void)B;
    dpcs++;
}

/* C29 for events: whoever closes its handle hears nothing any more, though the object lives on. */
TEST(no_dpc_is_queued_after_cleanup)
{
    KDPC dpc;
    KSEVENTDATA data = ClientDpc(&dpc);
    KeInitializeDpc(&dpc, on_dpc, NULL);
    begin();
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    ObReferenceObject(file);
    TkClose(handle);
    CHECK(subscribers() == 0);
    ClientGive(file, frame);
    TkSettle();
    CHECK(dpcs == 0);
    ObDereferenceObject(file);
    RigClose();
}

TEST(a_free_at_dispatch_level_fires)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    KIRQL irql;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    begin();
    table = ClientFunctions(file);
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    table.FreeFrame(file, frame);
    KeLowerIrql(irql);
    CHECK(KeReadStateEvent(&event) != 0);
    end();
}
