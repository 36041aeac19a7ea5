/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Trace: called back for what seldom happens. */
#include "stream.h"

static PSFA_ALLOCATOR allocator;
static int context;
static ULONG kinds[13];
static SFA_RECORD traced;

static void SFAAPI on_trace(PVOID Context, const SFA_RECORD *Record)
{
    TkRequireNoLocks("Trace");
    TkRequireIrql("Trace", DISPATCH_LEVEL);
    CHECK(Context == &context && Record->Kind < ARRAYSIZE(kinds));
    CHECK(Record->Irql == KeGetCurrentIrql());
    kinds[Record->Kind]++;
    traced = *Record;
}

static void traced_as(UCHAR Kind, ULONG Note)
{
    CHECK(traced.Kind == Kind && traced.Note == Note && kinds[Kind] == 1);
    traced.Kind = 0;
}

TEST(trace_tells_of_what_seldom_happens)
{
    SFA_CONFIG config = StreamConfig();
    KSALLOCATOR_FRAMING framing = StreamFraming(2, 0);
    PVOID frame, none;
    ULONG i, sum = 0;
    config.Context = &context;
    config.Trace = on_trace;
    allocator = StreamCreate(&config);
    CHECK_STATUS(SfaAllocateFrame(allocator, &none), STATUS_DEVICE_NOT_READY);
    traced_as(SFA_RECORD_NOT_READY, 0);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INVALID_PARAMETER);
    traced_as(SFA_RECORD_REFUSED, 4);
    TkFail(NULL, 1);
    framing.FrameSize = 64;
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_INSUFFICIENT_RESOURCES);
    traced_as(SFA_RECORD_NO_MEMORY, 2);
    StreamCommit(allocator, 1, 64);
    traced_as(SFA_RECORD_COMMIT, 1);
    frame = StreamTake(allocator);
    CHECK_STATUS(SfaAllocateFrame(allocator, &none), STATUS_INSUFFICIENT_RESOURCES);
    traced_as(SFA_RECORD_EMPTY, 0);
    StreamGive(allocator, frame);
    CHECK(traced.Kind == 0); /* what often happens is not traced */
    CHECK_STATUS(SfaFreeFrame(allocator, frame), STATUS_INVALID_PARAMETER);
    CHECK(traced.Frame == 0);
    traced_as(SFA_RECORD_TWICE, 0);
    CHECK_STATUS(SfaFreeFrame(allocator, &frame), STATUS_INVALID_PARAMETER);
    CHECK(traced.Frame == SFA_NO_FRAME);
    traced_as(SFA_RECORD_FOREIGN, 0);
    StreamStop(allocator);
    traced_as(SFA_RECORD_DECOMMIT, 0);
    CHECK(kinds[SFA_RECORD_DRAIN] == 1);
    for (i = 0; i < ARRAYSIZE(kinds); i++) {
        sum += kinds[i];
    }
    CHECK(sum == 9);
    StreamClose(allocator);
}

TEST(trace_comes_at_the_irql_of_the_call)
{
    SFA_CONFIG config = StreamConfig();
    NTSTATUS status;
    KIRQL old;
    config.Context = &context;
    config.Trace = on_trace;
    allocator = StreamCreate(&config);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    status = SfaFreeFrame(allocator, &old);
    KeLowerIrql(old);
    CHECK_STATUS(status, STATUS_INVALID_PARAMETER);
    CHECK(traced.Irql == DISPATCH_LEVEL);
    StreamClose(allocator);
}
