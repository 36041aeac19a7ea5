/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "run.h"

#define LOOK_EVERY 32 /* periods; the ring holds the records of some 500 */

static BOOLEAN ok(struct text *complaint, const char *what, NTSTATUS status)
{
    if (status == STATUS_SUCCESS) {
        return TRUE;
    }
    text_put(complaint, what);
    text_put(complaint, ": ");
    text_status(complaint, status);
    return FALSE;
}

static VOID play(PPIN pin, struct tape *tape)
{
    LARGE_INTEGER look;
    look.QuadPart = -(LONGLONG)pin->Config.PeriodMs * 10000 * LOOK_EVERY;
    while (KeWaitForSingleObject(&pin->Ended, Executive, KernelMode, FALSE, &look) == STATUS_TIMEOUT) {
        tape_drain(tape, pin->Allocator);
    }
}

BOOLEAN run_stream(const PIN_CONFIG *config, struct tape *tape, struct report *report, struct text *complaint)
{
    PPIN pin;
    if (!ok(complaint, "pin create", PinCreate(config, &pin))) {
        return FALSE;
    }
    if (!ok(complaint, "STOP to ACQUIRE", PinSetDeviceState(pin, KSSTATE_ACQUIRE, KSSTATE_STOP)) ||
        !ok(complaint, "ACQUIRE to PAUSE", PinSetDeviceState(pin, KSSTATE_PAUSE, KSSTATE_ACQUIRE)) ||
        !ok(complaint, "PAUSE to RUN", PinSetDeviceState(pin, KSSTATE_RUN, KSSTATE_PAUSE))) {
        return FALSE;
    }
    play(pin, tape);
    if (!ok(complaint, "RUN to PAUSE", PinSetDeviceState(pin, KSSTATE_PAUSE, KSSTATE_RUN)) ||
        !ok(complaint, "PAUSE to ACQUIRE", PinSetDeviceState(pin, KSSTATE_ACQUIRE, KSSTATE_PAUSE))) {
        return FALSE;
    }
    tape_drain(tape, pin->Allocator);

    /* Nobody uses the allocator now, and its frames are committed still: the moment to count. */
    report->failure = pin->Failure;
    report->checked = SfaCheck(pin->Allocator, &report->broken);
    report->statistics.Size = sizeof report->statistics;
    if (!ok(complaint, "SfaQueryStatistics", SfaQueryStatistics(pin->Allocator, &report->statistics))) {
        return FALSE;
    }
    return (BOOLEAN)(report_verify(report, complaint) &&
                     ok(complaint, "ACQUIRE to STOP", PinSetDeviceState(pin, KSSTATE_STOP, KSSTATE_ACQUIRE)) &&
                     (tape_drain(tape, pin->Allocator), ok(complaint, "pin close", PinClose(pin))));
}
