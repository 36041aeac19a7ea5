/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The pin: its life, its states, its pictures. */
#include "pin.h"

static NTSTATUS PinFree(PCAPTURE_PIN Capture, PVOID Frame)
{
    NTSTATUS status = PoolPut(&Capture->Pool, Frame);

    if (status == STATUS_SUCCESS) {
        PinSignalFreeFrame(Capture);
    }
    return status;
}

/* The device has a picture. */
static VOID PinInterrupt(PVOID Context, ULONG Picture)
{
    PCAPTURE_PIN capture = (PCAPTURE_PIN)Context;
    PVOID frame = PoolTake(&capture->Pool);

    if (frame == NULL) {
        capture->Lost++;
        return;
    }
    HardwareFill(Picture, frame);
    DeliveryPut(&capture->Delivery, Picture, frame);
}

static NTSTATUS PinAcquire(PCAPTURE_PIN Capture)
{
    return PoolCommit(&Capture->Pool, FORWARD_FRAMES, FORWARD_FRAME_SIZE, FILE_64_BYTE_ALIGNMENT);
}

/* Pictures that the client did not fetch go back; it must not have any other frame. */
static NTSTATUS PinRelease(PCAPTURE_PIN Capture)
{
    FORWARD_PICTURE picture;

    while (DeliveryGet(&Capture->Delivery, &picture)) {
        (void)PinFree(Capture, picture.Frame);
    }
    return PoolDecommit(&Capture->Pool);
}

static NTSTATUS PinSetDeviceState(PKSPIN Pin, KSSTATE ToState, KSSTATE FromState)
{
    PCAPTURE_PIN capture = (PCAPTURE_PIN)Pin->Context;
    NTSTATUS status = STATUS_SUCCESS;

    if (FromState == KSSTATE_RUN) {
        HardwareStop(&capture->Hardware);
    }
    if (FromState == KSSTATE_STOP) {
        status = PinAcquire(capture);
    } else if (ToState == KSSTATE_STOP) {
        status = PinRelease(capture);
    }
    if (NT_SUCCESS(status) && ToState == KSSTATE_RUN) {
        HardwareStart(&capture->Hardware);
    }
    return status;
}

static NTSTATUS PinCreate(PKSPIN Pin, PIRP Irp)
{
    PCAPTURE_PIN capture;

    UNREFERENCED_PARAMETER(Irp);
    capture = (PCAPTURE_PIN)ExAllocatePoolZero(NonPagedPoolNx, sizeof *capture, FORWARD_TAG);
    if (capture == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    capture->Pin = Pin;
    PoolInitialize(&capture->Pool);
    HardwareInitialize(&capture->Hardware, PinInterrupt, capture);
    DeliveryInitialize(&capture->Delivery);
    Pin->Context = capture;
    return STATUS_SUCCESS;
}

/* From any state. The pin's events are gone. */
static NTSTATUS PinClose(PKSPIN Pin, PIRP Irp)
{
    PCAPTURE_PIN capture = (PCAPTURE_PIN)Pin->Context;

    UNREFERENCED_PARAMETER(Irp);
    HardwareStop(&capture->Hardware);
    if (PinRelease(capture) != STATUS_SUCCESS) {
        PoolAbandon(&capture->Pool); /* the client kept a frame */
    }
    ExFreePoolWithTag(capture, FORWARD_TAG);
    return STATUS_SUCCESS;
}

/* --- The client --- */

BOOLEAN PinNextPicture(PKSPIN Pin, PFORWARD_PICTURE Picture)
{
    return DeliveryGet(&((PCAPTURE_PIN)Pin->Context)->Delivery, Picture);
}

NTSTATUS PinTakeBack(PKSPIN Pin, PVOID Frame)
{
    return PinFree((PCAPTURE_PIN)Pin->Context, Frame);
}

ULONG PinLost(PKSPIN Pin)
{
    return ((PCAPTURE_PIN)Pin->Context)->Lost;
}

const KSPIN_DISPATCH ForwardPinDispatch = {
    .Create = PinCreate,
    .Close = PinClose,
    .SetDeviceState = PinSetDeviceState,
};

DEFINE_KSAUTOMATION_TABLE(ForwardPinAutomation){
    DEFINE_KSAUTOMATION_PROPERTIES(ForwardPropertySets),
    DEFINE_KSAUTOMATION_METHODS_NULL,
    DEFINE_KSAUTOMATION_EVENTS(PinEventSets),
};
