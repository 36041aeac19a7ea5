/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fault.h"

static const char *function;
static ULONG nth, before;
static BOOLEAN failed;

BOOLEAN FaultStatus(NTSTATUS Status)
{
    return (BOOLEAN)(NT_SUCCESS(Status) || Status == STATUS_INSUFFICIENT_RESOURCES);
}

void FaultBegin(void)
{
    before = TkFailed();
    TkFail(function, nth);
}

void FaultEnd(void)
{
    failed = (BOOLEAN)(TkFailed() != before);
    TkFail(function, 0);
}

static ULONG one_by_one(void (*Life)(void))
{
    for (nth = 1, failed = TRUE; failed; nth++) {
        Life();
    }
    return nth - 2;
}

void FaultEach(const char *const *Functions, ULONG Count, void (*Life)(void))
{
    ULONG i, times;
    for (i = 0; i < Count; i++) {
        function = Functions[i];
        times = one_by_one(Life);
        CheckPrint("faults: %s failed %u times\n", function, times);
        CHECK(times > 0);
    }
}
