/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KSEVENTSETID_StreamAllocator on the pin. */
#include "pin.h"

static const GUID EventSet = {STATIC_KSEVENTSETID_StreamAllocator};

static NTSTATUS AddFreeFrame(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    PKSPIN pin = KsGetPinFromIrp(Irp);

    if (pin == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return SfaAddEvent(((PCAPTURE_PIN)pin->Context)->Allocator, Irp, EventData, Entry);
}

static DEFINE_KSEVENT_TABLE(PinEvents){
    SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME,
    SFA_KSEVENT_ITEM_FREEFRAME(AddFreeFrame),
};

const KSEVENT_SET PinEventSets[1] = {DEFINE_KSEVENT_SET(&EventSet, SIZEOF_ARRAY(PinEvents), PinEvents)};
