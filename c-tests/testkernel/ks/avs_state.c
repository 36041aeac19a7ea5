/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The states of a pin: STOP, ACQUIRE, PAUSE, RUN, one step after the other, both ways. */
#include "avs.h"

/* Of a step that fails, the pin stays where the last one brought it. */
static NTSTATUS step(PKSPIN pin, KSSTATE to)
{
    const KSPIN_DISPATCH *dispatch = pin->Descriptor->Dispatch;
    NTSTATUS status = STATUS_SUCCESS;
    if (dispatch != NULL && dispatch->SetDeviceState != NULL)
        status = AvsAnswer(dispatch->SetDeviceState(pin, to, pin->DeviceState), "a pin's SetDeviceState");
    if (NT_SUCCESS(status))
        pin->DeviceState = to;
    return status;
}

NTSTATUS AvsSetState(AVS_PIN *Pin, KSSTATE State)
{
    PKSPIN pin = &Pin->Pin;
    NTSTATUS status = STATUS_SUCCESS;
    while (NT_SUCCESS(status) && pin->DeviceState != State) {
        int next = (int)pin->DeviceState + (State > pin->DeviceState ? 1 : -1);
        status = step(pin, TkAvs()->StateJumps ? State : (KSSTATE)next);
    }
    pin->ClientState = pin->DeviceState;
    return status;
}
