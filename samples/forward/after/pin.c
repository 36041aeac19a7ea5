/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The pin: its life, its states, its pictures. */
#include "pin.h"

/* The device has a picture. */
static VOID PinInterrupt(PVOID Context, ULONG Picture)
{
    PCAPTURE_PIN capture = (PCAPTURE_PIN)Context;
    PVOID frame;

    if (SfaAllocateFrame(capture->Allocator, &frame) != STATUS_SUCCESS) {
        capture->Lost++;
        return;
    }
    HardwareFill(Picture, frame);
    DeliveryPut(&capture->Delivery, Picture, frame);
}

static NTSTATUS PinAcquire(PCAPTURE_PIN Capture)
{
    KSALLOCATOR_FRAMING framing = {0};

    framing.OptionsFlags = KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
    framing.PoolType = NonPagedPoolNx;
    framing.Frames = FORWARD_FRAMES;
    framing.FrameSize = FORWARD_FRAME_SIZE;
    framing.FileAlignment = FILE_64_BYTE_ALIGNMENT;
    return SfaCommit(Capture->Allocator, &framing);
}

/* Pictures that the client did not fetch go back; it must not have any other frame. */
static NTSTATUS PinRelease(PCAPTURE_PIN Capture)
{
    LARGE_INTEGER now = {0};
    FORWARD_PICTURE picture;

    while (DeliveryGet(&Capture->Delivery, &picture)) {
        (void)SfaFreeFrame(Capture->Allocator, picture.Frame);
    }
    return SfaDecommit(Capture->Allocator, &now) == STATUS_TIMEOUT ? STATUS_DEVICE_BUSY : STATUS_SUCCESS;
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
    SFA_CONFIG config;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Irp);
    capture = (PCAPTURE_PIN)ExAllocatePoolZero(NonPagedPoolNx, sizeof *capture, FORWARD_TAG);
    if (capture == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    SfaInitializeConfig(&config);
    config.MaxFrames = FORWARD_FRAMES;
    status = SfaCreate(&config, &capture->Allocator);
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(capture, FORWARD_TAG);
        return status;
    }
    status = SfaAttachPin(capture->Allocator, Pin);
    if (!NT_SUCCESS(status)) {
        (void)SfaDestroy(capture->Allocator);
        ExFreePoolWithTag(capture, FORWARD_TAG);
        return status;
    }
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
    SfaDetachPin(capture->Allocator, Pin);
    HardwareStop(&capture->Hardware);
    (void)PinRelease(capture);
    if (SfaDestroy(capture->Allocator) == STATUS_DEVICE_BUSY) {
        (void)SfaAbandon(capture->Allocator, NULL); /* the client kept a frame */
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
    return SfaFreeFrame(((PCAPTURE_PIN)Pin->Context)->Allocator, Frame);
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
