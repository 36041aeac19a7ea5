/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef PIN_H
#define PIN_H

#include "../forward.h"
#include "pool.h"

typedef struct _CAPTURE_PIN {
    PKSPIN Pin;
    POOL Pool;
    volatile LONG Listeners; /* FREEFRAME events that are enabled */
    HARDWARE Hardware;
    DELIVERY Delivery;
    ULONG Lost;
} CAPTURE_PIN, *PCAPTURE_PIN;

extern const KSEVENT_SET PinEventSets[1];

/* A frame is free. IRQL: <= DISPATCH_LEVEL. */
VOID PinSignalFreeFrame(PCAPTURE_PIN Capture);

#endif
