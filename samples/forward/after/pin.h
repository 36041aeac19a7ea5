/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef PIN_H
#define PIN_H

#include "../forward.h"
#include <sfa.h>
#include <sfa_ks.h>

typedef struct _CAPTURE_PIN {
    PSFA_ALLOCATOR Allocator;
    HARDWARE Hardware;
    DELIVERY Delivery;
    ULONG Lost;
} CAPTURE_PIN, *PCAPTURE_PIN;

extern const KSEVENT_SET PinEventSets[1];

#endif
