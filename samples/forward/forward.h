/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A capture driver for AVStream, in the shape of Microsoft's avshws sample: a device whose interrupt is a timer's DPC,
 * a filter, one output pin. Its client is another driver, which takes pictures from the pin and gives their frames
 * back.
 *
 * What is here is the same in the driver before and after it was ported to the library. The pin and its frames differ:
 * before/ has a pool and event handlers of its own, after/ forwards.
 */
#ifndef FORWARD_H
#define FORWARD_H

#include <wdm.h>
#include <windef.h>
#include <ks.h>

#define FORWARD_TAG        0x64777246 /* 'Frwd' as a debugger shows it */
#define FORWARD_FRAMES     3
#define FORWARD_FRAME_SIZE (64 * 48 * 2)
#define FORWARD_PERIOD_MS  40

/* --- For the client --- */

/* {8a2f5f0e-43b7-4f0a-9b0c-6a1d7c5e2b91} */
#define STATIC_PROPSETID_FORWARD 0x8a2f5f0e, 0x43b7, 0x4f0a, {0x9b, 0x0c, 0x6a, 0x1d, 0x7c, 0x5e, 0x2b, 0x91}

typedef enum {
    FORWARD_PROPERTY_NEXT, /* get: FORWARD_PICTURE, the oldest picture; STATUS_NO_MORE_ENTRIES: there is none */
    FORWARD_PROPERTY_BACK, /* set: PVOID, the frame of a picture that the client is done with */
    FORWARD_PROPERTY_LOST  /* get: ULONG, pictures that found no free frame */
} FORWARD_PROPERTY;

typedef struct _FORWARD_PICTURE {
    ULONG Number; /* from 0, of those that were lost too; also the first word of the picture */
    PVOID Frame;
} FORWARD_PICTURE, *PFORWARD_PICTURE;

/* --- device.c --- */

DRIVER_INITIALIZE DriverEntry;

/* --- hardware.c: the device itself, simulated --- */

typedef VOID HARDWARE_INTERRUPT(PVOID Context, ULONG Picture);

typedef struct _HARDWARE {
    KTIMER Timer;
    KDPC Dpc;
    HARDWARE_INTERRUPT *Interrupt; /* at DISPATCH_LEVEL: there is a picture */
    PVOID Context;
    ULONG Picture;
} HARDWARE, *PHARDWARE;

VOID HardwareInitialize(PHARDWARE Hardware, HARDWARE_INTERRUPT *Interrupt, PVOID Context);
VOID HardwareStart(PHARDWARE Hardware);
/* When it returns, Interrupt is not called any more. */
VOID HardwareStop(PHARDWARE Hardware);
VOID HardwareFill(ULONG Picture, PVOID Frame);

/* --- delivery.c: pictures on their way to the client, and its requests --- */

typedef struct _DELIVERY {
    KSPIN_LOCK Lock;
    ULONG First;
    ULONG Count;
    FORWARD_PICTURE Pictures[FORWARD_FRAMES];
} DELIVERY, *PDELIVERY;

VOID DeliveryInitialize(PDELIVERY Delivery);
/* There is room: each picture has a frame. */
VOID DeliveryPut(PDELIVERY Delivery, ULONG Number, PVOID Frame);
BOOLEAN DeliveryGet(PDELIVERY Delivery, PFORWARD_PICTURE Picture);

extern const KSPROPERTY_SET ForwardPropertySets[1];

/* --- filter.c --- */

extern const KSFILTER_DESCRIPTOR ForwardFilterDescriptor;

/* --- The pin: before/ or after/ --- */

extern const KSPIN_DISPATCH ForwardPinDispatch;
extern const KSAUTOMATION_TABLE ForwardPinAutomation;

BOOLEAN PinNextPicture(PKSPIN Pin, PFORWARD_PICTURE Picture);
NTSTATUS PinTakeBack(PKSPIN Pin, PVOID Frame);
ULONG PinLost(PKSPIN Pin);

#endif
