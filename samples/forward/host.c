/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs the driver on the test kernel, before or after, and plays its client: another driver, which is slower than the
 * device. Says what happened; exit code 0 if every frame that came back was heard of, and nothing was left behind.
 */
#include "forward.h"
#include "client.h"
#include "tkavs.h"

#define PICTURES 12
#define SLOW     1000000 /* 100 ms for each picture, in which the device has two or three */

static PDEVICE_OBJECT device;
static HANDLE filter_handle, handle;
static PFILE_OBJECT filter, pin;
static KEVENT freed;
static KSEMAPHORE once;
static KSEVENTDATA freed_data, once_data;
static PVOID seen[FORWARD_FRAMES];

static NTSTATUS property(ULONG Id, ULONG Flags, PVOID Data, ULONG Bytes)
{
    KSPROPERTY property = {{{{STATIC_PROPSETID_FORWARD}, 0, 0}}};
    property.Id = Id;
    property.Flags = Flags;
    return ClientControl(pin, KernelMode, IOCTL_KS_PROPERTY, &property, sizeof property, Data, Bytes, NULL);
}

static NTSTATUS back(PVOID Frame)
{
    return property(FORWARD_PROPERTY_BACK, KSPROPERTY_TYPE_SET, &Frame, sizeof Frame);
}

static BOOLEAN next(FORWARD_PICTURE *Picture)
{
    NTSTATUS status = property(FORWARD_PROPERTY_NEXT, KSPROPERTY_TYPE_GET, Picture, sizeof *Picture);
    CHECK(status == STATUS_SUCCESS || status == STATUS_NO_MORE_ENTRIES);
    return (BOOLEAN)(status == STATUS_SUCCESS);
}

static ULONG lost(void)
{
    ULONG n;
    CHECK_STATUS(property(FORWARD_PROPERTY_LOST, KSPROPERTY_TYPE_GET, &n, sizeof n), STATUS_SUCCESS);
    return n;
}

static BOOLEAN heard(void)
{
    return (BOOLEAN)(KeResetEvent(&freed) != 0);
}

/* One of as many frames as there are, aligned, with that picture in it. */
static void look_at(const FORWARD_PICTURE *Picture)
{
    const UCHAR *bytes = (const UCHAR *)Picture->Frame;
    ULONG i = 0;
    CHECK(((ULONG_PTR)bytes & FILE_64_BYTE_ALIGNMENT) == 0 && *(const ULONG *)Picture->Frame == Picture->Number);
    CHECK(bytes[sizeof(ULONG)] == (UCHAR)Picture->Number && bytes[FORWARD_FRAME_SIZE - 1] == (UCHAR)Picture->Number);
    while (i < FORWARD_FRAMES && seen[i] != NULL && seen[i] != Picture->Frame) {
        i++;
    }
    CHECK(i < FORWARD_FRAMES);
    seen[i] = Picture->Frame;
}

static void set_state(KSSTATE State)
{
    CHECK_STATUS(TkAvsSetState(pin, State), STATUS_SUCCESS);
}

static void open_pin(void)
{
    CHECK_STATUS(TkAvsCreatePin(filter, 0, NULL, NULL, KernelMode, &handle, &pin), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsCreatePin(filter, 0, NULL, NULL, KernelMode, NULL, NULL), STATUS_UNSUCCESSFUL); /* one pin */
    RtlZeroMemory(seen, sizeof seen);
    KeInitializeEvent(&freed, NotificationEvent, FALSE);
    KeInitializeSemaphore(&once, 0, 100);
    freed_data = ClientEventObject(&freed);
    once_data = ClientSemaphoreObject(&once, 1);
    CHECK_STATUS(ClientEnable(pin, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &freed_data),
                 STATUS_SUCCESS);
    CHECK_STATUS(ClientEnable(pin, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ONESHOT, &once_data),
                 STATUS_SUCCESS);
    CHECK_STATUS(ClientEnable(pin, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, &once_data),
                 STATUS_INVALID_DEVICE_REQUEST);
}

/* Frames run out: the device goes on while the client works. */
static void consume(ULONG Pictures)
{
    FORWARD_PICTURE picture;
    ULONG n, last = 0;
    for (n = 0; n < Pictures; n++) {
        TkAdvance(SLOW);
        CHECK(next(&picture));
        CHECK(n == 0 || picture.Number > last);
        last = picture.Number;
        look_at(&picture);
        CHECK(!heard());
        CHECK_STATUS(back(picture.Frame), STATUS_SUCCESS);
        CHECK(heard());
        CHECK(KeReadStateSemaphore(&once) == 1);
        CHECK_STATUS(back(picture.Frame), STATUS_INVALID_PARAMETER); /* twice */
        CHECK_STATUS(back((PUCHAR)picture.Frame + 1), STATUS_INVALID_PARAMETER);
        CHECK_STATUS(back(&picture), STATUS_INVALID_PARAMETER); /* no frame at all */
        CHECK(!heard());
    }
    CHECK(lost() > 0);
}

/* With a frame at the client the pin does not stop; with pictures that nobody fetched it does. */
static void stop(void)
{
    FORWARD_PICTURE picture;
    TkAdvance(SLOW);
    set_state(KSSTATE_PAUSE);
    CHECK(next(&picture));
    set_state(KSSTATE_ACQUIRE);
    CHECK_STATUS(TkAvsSetState(pin, KSSTATE_STOP), STATUS_DEVICE_BUSY);
    CHECK(heard()); /* those that nobody fetched */
    CHECK_STATUS(back(picture.Frame), STATUS_SUCCESS);
    CHECK(heard());
    set_state(KSSTATE_STOP);
    CHECK(!next(&picture));
}

static void run_pin(void)
{
    ULONG fired;
    open_pin();
    fired = (ULONG)TkAvs()->EventsFired;
    set_state(KSSTATE_ACQUIRE);
    set_state(KSSTATE_PAUSE);
    set_state(KSSTATE_RUN);
    consume(PICTURES);
    stop();
    fired = (ULONG)TkAvs()->EventsFired - fired;
    CheckPrint("%u pictures taken, %u lost for want of a frame, FREEFRAME fired %u times\n", (ULONG)PICTURES, lost(),
               fired);
    /* One of each free: what the client took, and the frames that were full when the pin stopped; the one-shot event.
     */
    CHECK(fired == PICTURES + FORWARD_FRAMES + 1);
    CHECK_STATUS(ClientDisable(pin, &once_data), STATUS_UNSUCCESSFUL); /* it is gone by itself */
    /* Once more, and closed while it runs, with an event enabled. */
    set_state(KSSTATE_RUN);
    RtlZeroMemory(seen, sizeof seen);
    consume(PICTURES / 2);
    TkClose(handle);
}

static VOID run(void)
{
    PDRIVER_OBJECT driver;
    NTSTATUS status;
    ULONG i;
    driver = TkDriverLoad(DriverEntry, "forward", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(TkAddDevice(driver), STATUS_SUCCESS);
    device = driver->DeviceObject;
    CHECK_STATUS(TkSendPnp(device, IRP_MN_START_DEVICE), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsOpenFilter(device, &filter_handle, &filter), STATUS_SUCCESS);
    for (i = 0; i < 4; i++) { /* what no document says of AVStream, both ways */
        TkAvs()->StateJumps = (BOOLEAN)(i == 1);
        TkAvs()->CloseKeepsState = (BOOLEAN)(i == 2);
        TkAvs()->HandlersHoldControl = (BOOLEAN)(i == 3);
        run_pin();
    }
    TkClose(filter_handle);
    TkSettle();
    CHECK(TkPoolBlocks(FORWARD_TAG) == 0);
    CHECK_STATUS(TkSendPnp(device, IRP_MN_REMOVE_DEVICE), STATUS_SUCCESS);
    TkDriverUnload(driver);
    CheckPrint("closed and unloaded, nothing left behind\n");
}

int main(void)
{
    CheckRun("forward", run);
    return 0;
}
