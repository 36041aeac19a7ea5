/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* FREEFRAME on a pin of AVStream: SfaAttachPin, SfaDetachPin, and SfaAddEvent behind the pin's automation table. */
#include "pinned.h"
#include "worker.h"

static PSFA_ALLOCATOR other;
static HANDLE other_handle;
static PFILE_OBJECT other_file;

TEST(an_event_behind_the_automation_table_of_a_pin)
{
    KEVENT event;
    KSEVENTDATA more = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PinnedOpen();
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK_STATUS(ClientEnable(PinnedFile, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &more),
                 STATUS_SUCCESS);
    CHECK(PinnedSubscribers() == 2 && PinnedFired() == 0 && KeReadStateEvent(&event) == 0);
    PinnedAgain();
    CHECK(PinnedFired() == 1 && KeResetEvent(&event) != 0);
    CHECK_STATUS(ClientDisable(PinnedFile, &PinnedData), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(PinnedFile, &PinnedData), STATUS_UNSUCCESSFUL);
    PinnedAgain();
    CHECK(PinnedFired() == 1 && KeResetEvent(&event) != 0 && PinnedSubscribers() == 1);
    CHECK_STATUS(ClientDisable(PinnedFile, NULL), STATUS_SUCCESS); /* all of them */
    PinnedAgain();
    CHECK(KeReadStateEvent(&event) == 0 && PinnedSubscribers() == 0);
    CHECK_STATUS(ClientEnable(PinnedFile, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, &PinnedData),
                 STATUS_INVALID_DEVICE_REQUEST);
    PinnedClose();
}

/* In the thread that frees, at its IRQL, before the free returns. */
TEST(each_free_fires_once_at_dispatch_level)
{
    LATE_FREE late;
    KIRQL irql;
    PinnedOpen();
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    StreamGive(PinnedAllocator, PinnedFrame);
    CHECK(PinnedFired() == 1);
    KeLowerIrql(irql);
    PinnedFrame = StreamTake(PinnedAllocator);
    LateFree(&late, PinnedAllocator, PinnedFrame, 10000);
    TkAdvance(20000);
    CHECK_STATUS(late.Status, STATUS_SUCCESS);
    CHECK(PinnedFired() == 2);
    CHECK_STATUS(SfaFreeFrame(PinnedAllocator, PinnedFrame), STATUS_INVALID_PARAMETER);
    CHECK(PinnedFired() == 2 && TkAvs()->PinGenerateEvents == 2 && TkAvs()->EventsFired == 2);
    PinnedClose();
}

TEST(a_one_shot_event_of_a_pin_fires_once)
{
    PinnedOpen();
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ONESHOT), STATUS_SUCCESS);
    CHECK(PinnedSubscribers() == 1);
    PinnedAgain();
    PinnedAgain();
    CHECK(PinnedFired() == 1 && PinnedSubscribers() == 0 && TkAvs()->PinGenerateEvents == 1);
    CHECK_STATUS(ClientDisable(PinnedFile, &PinnedData), STATUS_UNSUCCESSFUL);
    PinnedClose();
}

TEST(without_subscribers_avstream_is_not_called)
{
    PinnedOpen();
    PinnedAgain();
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    CHECK_STATUS(ClientDisable(PinnedFile, &PinnedData), STATUS_SUCCESS);
    PinnedAgain();
    CHECK(TkAvs()->PinGenerateEvents == 0);
    PinnedClose();
}

/* --- Whose event it is --- */

TEST(each_pin_hears_of_its_own_allocator)
{
    PinnedOpen();
    other = StreamOpen(1, 64);
    other_file = AvsRigPin(other, &other_handle);
    CHECK_STATUS(ClientEnable(other_file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &PinnedData),
                 STATUS_SUCCESS);
    CHECK(PinnedSubscribers() == 0 && StreamStatistics(other).Subscribers == 1);
    PinnedAgain();
    CHECK(PinnedFired() == 0);
    StreamGive(other, StreamTake(other));
    CHECK(PinnedFired() == 1);
    CHECK_STATUS(ClientDisable(PinnedFile, &PinnedData), STATUS_UNSUCCESSFUL); /* not of this pin */
    TkClose(other_handle);
    StreamClose(other);
    PinnedClose();
}

/* KsGetPinFromIrp answers NULL: the handler must not take a filter for a pin. */
TEST(a_filter_is_no_pin)
{
    PinnedOpen();
    CHECK_STATUS(ClientEnable(AvsRigFilter, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &PinnedData),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(PinnedSubscribers() == 0);
    PinnedClose();
}

/* --- Attaching --- */

TEST(a_pin_is_attached_once_and_again_after_it_was_detached)
{
    static LIST_ENTRY list;
    static KSPIN_LOCK lock;
    PKSPIN pin;
    PinnedOpen();
    pin = AvsRigPinOf(PinnedFile);
    InitializeListHead(&list);
    KeInitializeSpinLock(&lock);
    CHECK_STATUS(SfaAttachPin(PinnedAllocator, pin), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaAttachPin(PinnedAllocator, (PKSPIN)(PVOID)&list), STATUS_DEVICE_BUSY); /* nor another one */
    CHECK_STATUS(SfaAttachPin(PinnedAllocator, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaAttachPin(NULL, pin), STATUS_INVALID_HANDLE);
    CHECK_STATUS(SfaAttachEventList(PinnedAllocator, &list, KSEVENTS_SPINLOCK, &lock), STATUS_DEVICE_BUSY);
    SfaDetachPin(PinnedAllocator, (PKSPIN)(PVOID)&list); /* another one */
    CHECK_STATUS(SfaAttachPin(PinnedAllocator, pin), STATUS_DEVICE_BUSY);
    SfaDetachPin(NULL, pin);
    SfaDetachPin(PinnedAllocator, pin);
    SfaDetachPin(PinnedAllocator, pin); /* once more does no harm */
    CHECK_STATUS(SfaAttachPin(PinnedAllocator, pin), STATUS_SUCCESS);
    CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
    PinnedAgain();
    CHECK(PinnedFired() == 1);
    PinnedClose();
}

/* The allocator outlives the pin. */
TEST(an_allocator_goes_from_pin_to_pin)
{
    ULONG i;
    PinnedOpen();
    for (i = 0; i < 3; i++) {
        CHECK_STATUS(PinnedEnable(KSEVENT_TYPE_ENABLE), STATUS_SUCCESS);
        PinnedAgain();
        TkClose(PinnedHandle); /* with the event enabled */
        CHECK(PinnedSubscribers() == 0);
        PinnedAgain();
        CHECK(PinnedFired() == (LONG)i + 1);
        PinnedFile = AvsRigPin(PinnedAllocator, &PinnedHandle);
    }
    PinnedClose();
}
