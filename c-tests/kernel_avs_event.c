/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's AVStream: events of pins and filters, pins that are kept open, allocators on pins, failures. */
#include "avsdriver.h"

static KEVENT happened, other;
static KSEVENTDATA data, more;

/* At DISPATCH_LEVEL, as a driver's DPC would. */
static void fire(ULONG id)
{
    KIRQL irql;
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    KsPinGenerateEvents(AvsDriverPin, &AvsDriverSet, id, 0, NULL, NULL, NULL);
    KeLowerIrql(irql);
}

static BOOLEAN fired(PKEVENT event)
{
    return (BOOLEAN)(KeResetEvent(event) != 0);
}

TEST(an_event_without_a_handler_goes_to_the_pins_list)
{
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_PLAIN, KSEVENT_TYPE_ENABLE, &happened, &data),
                 STATUS_SUCCESS);
    fire(AVS_EVENT_HANDLED);
    CHECK(!fired(&happened));
    fire(AVS_EVENT_PLAIN);
    CHECK(fired(&happened));
    fire(AVS_EVENT_PLAIN);
    CHECK(fired(&happened) && TkAvs()->EventsFired == 2 && TkAvs()->PinGenerateEvents == 3);
    KsFilterGenerateEvents(AvsDriverFilter, NULL, AVS_EVENT_PLAIN, 0, NULL, NULL, NULL);
    CHECK(!fired(&happened) && TkAvs()->FilterGenerateEvents == 1);
    CHECK_STATUS(AvsDriverDisable(AvsDriverPinFile, &data), STATUS_SUCCESS);
    CHECK_STATUS(AvsDriverDisable(AvsDriverPinFile, &data), STATUS_UNSUCCESSFUL);
    fire(AVS_EVENT_PLAIN);
    CHECK(!fired(&happened));
    AvsDriverClose();
}

TEST(an_event_fires_by_set_or_by_id_alone)
{
    static const GUID foreign = {STATIC_KSEVENTSETID_StreamAllocator};
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_PLAIN, KSEVENT_TYPE_ENABLE, &happened, &data),
                 STATUS_SUCCESS);
    KsPinGenerateEvents(AvsDriverPin, &foreign, AVS_EVENT_PLAIN, 0, NULL, NULL, NULL);
    CHECK(!fired(&happened));
    KsPinGenerateEvents(AvsDriverPin, NULL, AVS_EVENT_PLAIN, 0, NULL, NULL, NULL);
    CHECK(fired(&happened));
    AvsDriverClose();
}

TEST(a_one_shot_event_fires_once_and_is_gone)
{
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_HANDLED, KSEVENT_TYPE_ONESHOT, &happened, &data),
                 STATUS_SUCCESS);
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_HANDLED, KSEVENT_TYPE_ENABLE, &other, &more),
                 STATUS_SUCCESS);
    CHECK(AvsDriverAdded == 2 && AvsDriverGone == 0);
    fire(AVS_EVENT_HANDLED);
    CHECK(fired(&happened) && fired(&other) && AvsDriverGone == 1);
    fire(AVS_EVENT_HANDLED);
    CHECK(!fired(&happened) && fired(&other));
    CHECK_STATUS(AvsDriverDisable(AvsDriverPinFile, &data), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(AvsDriverDisable(AvsDriverPinFile, &more), STATUS_SUCCESS);
    CHECK(AvsDriverGone == 2);
    AvsDriverClose();
}

static BOOLEAN choose(PVOID Context, PKSEVENT_ENTRY Entry)
{
    CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL && Entry->FileObject == AvsDriverPinFile);
    return (BOOLEAN)(Entry->EventData == Context);
}

TEST(a_callback_chooses_the_entries_at_dispatch_level)
{
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_PLAIN, KSEVENT_TYPE_ENABLE, &happened, &data),
                 STATUS_SUCCESS);
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_PLAIN, KSEVENT_TYPE_ENABLE, &other, &more),
                 STATUS_SUCCESS);
    KsPinGenerateEvents(AvsDriverPin, &AvsDriverSet, AVS_EVENT_PLAIN, 0, NULL, choose, &more);
    CHECK(!fired(&happened) && fired(&other));
    CHECK_STATUS(AvsDriverDisable(AvsDriverPinFile, NULL), STATUS_SUCCESS); /* all */
    fire(AVS_EVENT_PLAIN);
    CHECK(!fired(&happened) && !fired(&other));
    AvsDriverClose();
}

TEST(events_of_a_pin_are_gone_before_its_close)
{
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_PLAIN, KSEVENT_TYPE_ENABLE, &happened, &data),
                 STATUS_SUCCESS);
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_HANDLED, KSEVENT_TYPE_ENABLE, &other, &more),
                 STATUS_SUCCESS);
    AvsDriverEventsAtClose = TRUE;
    TkClose(AvsDriverPinHandle);
    CHECK(AvsDriverDid("C") && !AvsDriverEventsAtClose && AvsDriverGone == 1);
    TkClose(AvsDriverFilterHandle);
    AvsDriverUnload();
}

TEST(a_filter_has_a_list_of_its_own)
{
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverEnable(AvsDriverFilterFile, AVS_EVENT_HANDLED, KSEVENT_TYPE_ENABLE, &happened, &data),
                 STATUS_SUCCESS);
    fire(AVS_EVENT_HANDLED);
    CHECK(!fired(&happened));
    KsFilterGenerateEvents(AvsDriverFilter, &AvsDriverSet, AVS_EVENT_HANDLED, 0, NULL, NULL, NULL);
    CHECK(fired(&happened));
    CHECK_STATUS(AvsDriverDisable(AvsDriverPinFile, &data), STATUS_UNSUCCESSFUL);
    AvsDriverClose();
    CHECK(AvsDriverGone == 1);
}

TEST(a_method_that_waits_keeps_its_pin_open)
{
    PTK_REQUEST request;
    AvsDriverOpen();
    request = AvsDriverWait(AvsDriverPinFile);
    TkClose(AvsDriverPinHandle);
    TkClose(AvsDriverFilterHandle);
    CHECK(AvsDriverDid(""));
    AvsDriverFinish();
    CHECK(AvsDriverDid("CF"));
    TkFreeRequest(request);
    AvsDriverUnload();
}

TEST(a_method_that_waits_is_pended_under_the_control_mutex_too)
{
    PTK_REQUEST request;
    TkAvs()->HandlersHoldControl = TRUE;
    AvsDriverOpen();
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_RUN), STATUS_SUCCESS);
    request = AvsDriverWait(AvsDriverPinFile);
    AvsDriverFinish();
    TkFreeRequest(request);
    AvsDriverClose();
}

TEST(the_pins_dispatch_brings_the_memory_of_a_kernel_allocator)
{
    KSALLOCATOR_FRAMING framing = {{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPoolNx, 2, 256, {7}, 0};
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    static const GUID set = {STATIC_KSPROPSETID_StreamAllocator};
    PFILE_OBJECT allocator;
    PVOID frames[3];
    HANDLE handle;
    AvsDriverOpen();
    CHECK_STATUS(TkAvsCreateAllocator(AvsDriverPinFile, &framing, &handle, &allocator), STATUS_SUCCESS);
    CHECK(AvsDriverDid("i") && AvsDriverFramed == AvsDriverPin && AvsDriverFraming.FrameSize == 256);
    CHECK(KsGetObjectFromFileObject(allocator) == NULL);
    CHECK_STATUS(AvsDriverProperty(allocator, &set, KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE, KSPROPERTY_TYPE_GET,
                                   &table, sizeof table, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(table.AllocateFrame(allocator, &frames[0]), STATUS_SUCCESS);
    CHECK_STATUS(table.AllocateFrame(allocator, &frames[1]), STATUS_SUCCESS);
    CHECK_STATUS(table.AllocateFrame(allocator, &frames[2]), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(frames[2] == NULL && AvsDriverDid("igg"));
    table.FreeFrame(allocator, frames[0]);
    table.FreeFrame(allocator, frames[1]);
    CHECK(AvsDriverDid("iggpp"));
    TkClose(handle);
    CHECK(AvsDriverDid("iggppD"));
    TkAvs()->RefuseAllocators = TRUE;
    CHECK_STATUS(TkAvsCreateAllocator(AvsDriverPinFile, &framing, NULL, NULL), STATUS_INVALID_DEVICE_REQUEST);
    AvsDriverClose();
}

TEST(every_allocation_on_the_way_to_a_pin_may_fail_once)
{
    HANDLE filter, pin;
    PFILE_OBJECT file;
    ULONG i, successes = 0;
    AvsDriverLoad();
    for (i = 1; successes == 0; i++) {
        NTSTATUS status;
        TkFail(NULL, i);
        status = TkAvsOpenFilter(AvsDriverDevice, &filter, &file);
        if (NT_SUCCESS(status)) {
            status = TkAvsCreatePin(file, 0, NULL, NULL, KernelMode, &pin, NULL);
            if (NT_SUCCESS(status))
                TkClose(pin);
            TkClose(filter);
        }
        TkFail(NULL, 0);
        successes += NT_SUCCESS(status);
        CHECK(NT_SUCCESS(status) || status == STATUS_INSUFFICIENT_RESOURCES);
    }
    CHECK(i > 10);
    AvsDriverUnload();
}

TEST(every_allocation_on_the_way_to_a_device_may_fail_once)
{
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    ULONG i, before;
    AvsDriverLoad();
    before = TkPoolBlocks(0);
    for (i = 1; status == STATUS_INSUFFICIENT_RESOURCES; i++) {
        TkFail("ExAllocatePool2", i);
        status = TkAddDevice(AvsDriverObject);
        TkFail("ExAllocatePool2", 0);
        CHECK(NT_SUCCESS(status) || TkPoolBlocks(0) == before);
    }
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(i > 4);
    CHECK_STATUS(TkSendPnp(AvsDriverObject->DeviceObject, IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    AvsDriverUnload();
}

TEST(a_filter_outlives_the_removal_of_its_device)
{
    AvsDriverOpen();
    CHECK_STATUS(TkSendPnp(AvsDriverDevice, IRP_MN_SURPRISE_REMOVAL), STATUS_SUCCESS);
    CHECK_STATUS(TkSendPnp(AvsDriverDevice, IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_PLAIN, KSEVENT_TYPE_ENABLE, &happened, &data),
                 STATUS_SUCCESS);
    fire(AVS_EVENT_PLAIN);
    CHECK(fired(&happened) && !KsPinGetDevice(AvsDriverPin)->Started);
    TkClose(AvsDriverPinHandle);
    TkClose(AvsDriverFilterHandle);
    CHECK(AvsDriverDid("RCF"));
    TkSettle();
    TkDriverUnload(AvsDriverObject);
}

TEST(a_pin_may_ask_for_processing)
{
    AvsDriverOpen();
    KsPinAttemptProcessing(AvsDriverPin, TRUE);
    CHECK(TkAvs()->PinAttemptProcessing == 1);
    AvsDriverClose();
}

TEST(the_control_mutex_of_a_pin_is_its_filters)
{
    AvsDriverOpen();
    KsPinAcquireControl(AvsDriverPin);
    CHECK_STATUS(KsAddItemToObjectBag(AvsDriverFilter->Bag, ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, 1), NULL),
                 STATUS_SUCCESS);
    CHECK(KsRemoveItemFromObjectBag(AvsDriverFilter->Bag, &data, TRUE) == 0);
    KsFilterReleaseControl(AvsDriverFilter);
    AvsDriverClose();
}
