/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* FREEFRAME on a pin of AVStream: SfaAttachPin, SfaDetachPin, and SfaAddEvent behind the pin's automation table. */
#include "avs_rig.h"
#include "stream.h"
#include "worker.h"

static PSFA_ALLOCATOR allocator, other;
static HANDLE handle, other_handle;
static PFILE_OBJECT file, other_file;
static PVOID frame;
static KSEMAPHORE semaphore;
static KSEVENTDATA data;

static void begin(void)
{
    AvsRigOpen();
    allocator = StreamOpen(2, 256);
    frame = StreamTake(allocator);
    file = AvsRigPin(allocator, &handle);
    KeInitializeSemaphore(&semaphore, 0, 1000000);
    data = ClientSemaphoreObject(&semaphore, 1);
}

static void end(void)
{
    TkClose(handle);
    if (StreamOut(allocator) != 0)
        StreamGive(allocator, frame);
    StreamClose(allocator);
    AvsRigClose();
}

static NTSTATUS enable(ULONG Flags)
{
    return ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, &data);
}

static void again(void)
{
    StreamGive(allocator, frame);
    frame = StreamTake(allocator);
}

static LONG fired(void)
{
    return KeReadStateSemaphore(&semaphore);
}

static ULONG subscribers(void)
{
    return StreamStatistics(allocator).Subscribers;
}

TEST(an_event_behind_the_automation_table_of_a_pin)
{
    KEVENT event;
    KSEVENTDATA more = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    begin();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &more), STATUS_SUCCESS);
    CHECK(subscribers() == 2 && fired() == 0 && KeReadStateEvent(&event) == 0);
    again();
    CHECK(fired() == 1 && KeResetEvent(&event) != 0);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL);
    again();
    CHECK(fired() == 1 && KeResetEvent(&event) != 0 && subscribers() == 1);
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS); /* all of them */
    again();
    CHECK(KeReadStateEvent(&event) == 0 && subscribers() == 0);
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, &data),
                 STATUS_INVALID_DEVICE_REQUEST);
    end();
}

/* In the thread that frees, at its IRQL, before the free returns. */
TEST(each_free_fires_once_at_dispatch_level)
{
    LATE_FREE late;
    KIRQL irql;
    begin();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    StreamGive(allocator, frame);
    CHECK(fired() == 1);
    KeLowerIrql(irql);
    frame = StreamTake(allocator);
    LateFree(&late, allocator, frame, 10000);
    TkAdvance(20000);
    CHECK_STATUS(late.Status, STATUS_SUCCESS);
    CHECK(fired() == 2);
    CHECK_STATUS(SfaFreeFrame(allocator, frame), STATUS_INVALID_PARAMETER);
    CHECK(fired() == 2 && TkAvs()->PinGenerateEvents == 2 && TkAvs()->EventsFired == 2);
    end();
}

TEST(a_one_shot_event_of_a_pin_fires_once)
{
    begin();
    CHECK_STATUS(enable(KSEVENT_TYPE_ONESHOT), STATUS_SUCCESS);
    CHECK(subscribers() == 1);
    again();
    again();
    CHECK(fired() == 1 && subscribers() == 0 && TkAvs()->PinGenerateEvents == 1);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL);
    end();
}

TEST(without_subscribers_avstream_is_not_called)
{
    begin();
    again();
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    again();
    CHECK(TkAvs()->PinGenerateEvents == 0);
    end();
}

/* --- Whose event it is --- */

TEST(each_pin_hears_of_its_own_allocator)
{
    begin();
    other = StreamOpen(1, 64);
    other_file = AvsRigPin(other, &other_handle);
    CHECK_STATUS(ClientEnable(other_file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data),
                 STATUS_SUCCESS);
    CHECK(subscribers() == 0 && StreamStatistics(other).Subscribers == 1);
    again();
    CHECK(fired() == 0);
    StreamGive(other, StreamTake(other));
    CHECK(fired() == 1);
    CHECK_STATUS(ClientDisable(file, &data), STATUS_UNSUCCESSFUL); /* not of this pin */
    TkClose(other_handle);
    StreamClose(other);
    end();
}

/* KsGetPinFromIrp answers NULL: the handler must not take a filter for a pin. */
TEST(a_filter_is_no_pin)
{
    begin();
    CHECK_STATUS(ClientEnable(AvsRigFilter, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(subscribers() == 0);
    end();
}

/* --- Attaching --- */

TEST(a_pin_is_attached_once_and_again_after_it_was_detached)
{
    static LIST_ENTRY list;
    static KSPIN_LOCK lock;
    PKSPIN pin;
    begin();
    pin = AvsRigPinOf(file);
    InitializeListHead(&list);
    KeInitializeSpinLock(&lock);
    CHECK_STATUS(SfaAttachPin(allocator, pin), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaAttachPin(allocator, (PKSPIN)(PVOID)&list), STATUS_DEVICE_BUSY); /* nor another one */
    CHECK_STATUS(SfaAttachPin(allocator, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaAttachPin(NULL, pin), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaAttachEventList(allocator, &list, KSEVENTS_SPINLOCK, &lock), STATUS_DEVICE_BUSY);
    SfaDetachPin(allocator, (PKSPIN)(PVOID)&list); /* another one */
    CHECK_STATUS(SfaAttachPin(allocator, pin), STATUS_DEVICE_BUSY);
    SfaDetachPin(NULL, pin);
    SfaDetachPin(allocator, pin);
    SfaDetachPin(allocator, pin); /* once more does no harm */
    CHECK_STATUS(SfaAttachPin(allocator, pin), STATUS_SUCCESS);
    CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    again();
    CHECK(fired() == 1);
    end();
}

/* The allocator outlives the pin. */
TEST(an_allocator_goes_from_pin_to_pin)
{
    ULONG i;
    begin();
    for (i = 0; i < 3; i++) {
        CHECK_STATUS(enable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
        again();
        TkClose(handle); /* with the event enabled */
        CHECK(subscribers() == 0);
        again();
        CHECK(fired() == (LONG)i + 1);
        file = AvsRigPin(allocator, &handle);
    }
    end();
}
