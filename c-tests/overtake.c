/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Direct calls while requests wait: first come, first served, unless the allocator is made otherwise. */
#include "rig.h"
#include "stream.h"

/* A rig with an allocator of which every frame is out. */
static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frames[8];

static void begin(ULONG Frames)
{
    ULONG i;
    RigOpen(RIG_OBJECT);
    file = RigMake(Frames, &handle);
    for (i = 0; i < Frames; i++) {
        frames[i] = ClientTake(file);
    }
}

static void end(void)
{
    TkClose(handle);
    RigClose();
}

/* An ALLOC that must wait. */
static void wait(CLIENT_ALLOC *Alloc)
{
    ClientSend(Alloc, file);
    CHECK(ClientWaits(Alloc));
}

static void got(CLIENT_ALLOC *Alloc, PVOID Frame)
{
    CHECK(!ClientWaits(Alloc));
    CHECK_STATUS(ClientEnd(Alloc), STATUS_SUCCESS);
    CHECK(Alloc->Frame == Frame);
}

static SFA_STATISTICS statistics(void)
{
    return StreamStatistics(SfaAllocatorOf(file));
}

TEST(direct_calls_do_not_overtake)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc = {0};
    PVOID frame = &alloc;
    KIRQL irql;
    begin(1);
    table = ClientFunctions(file);
    wait(&alloc);
    KeRaiseIrql(DISPATCH_LEVEL, &irql); /* the worker cannot run in between on this processor; on another it may */
    CHECK_STATUS(table.AllocateFrame(file, &frame), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(frame == NULL && statistics().Barred == 0); /* none was free */
    KeLowerIrql(irql);
    ClientGive(file, frames[0]);
    got(&alloc, frames[0]);
    ClientGive(file, frames[0]);
    end();
}

/* The request waits in the completion of another one: the server holds a frame back for it. */
static CLIENT_ALLOC second;
static NTSTATUS overtaking;
static ULONG64 barred;

static VOID overtake(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    PVOID frame = NULL;
    (void)Request;
    (void)Information;
    (void)Context;
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_STATUS(ClientFree(file, frames[1]), STATUS_SUCCESS); /* a frame is free now, and a request waits for it */
    CHECK(ClientWaits(&second));
    overtaking = SfaAllocateFrame(SfaAllocatorOf(file), &frame);
    barred = statistics().Barred;
    if (frame != NULL) {
        CHECK_STATUS(SfaFreeFrame(SfaAllocatorOf(file), frame), STATUS_SUCCESS);
    }
}

static void try_to_overtake(ULONG Flags)
{
    CLIENT_ALLOC first = {0};
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = Flags;
    begin(2);
    first.Done = overtake;
    wait(&first);
    wait(&second);
    ClientGive(file, frames[0]);
    got(&first, frames[0]);
    CHECK_STATUS(ClientEnd(&second), STATUS_SUCCESS);
    ClientGive(file, first.Frame);
    ClientGive(file, second.Frame);
    end();
}

TEST(a_direct_call_finds_a_frame_that_a_request_waits_for)
{
    try_to_overtake(0);
    CHECK_STATUS(overtaking, STATUS_INSUFFICIENT_RESOURCES);
    CHECK(barred == 1);
}

TEST(direct_first_overtakes)
{
    try_to_overtake(SFA_FLAG_DIRECT_FIRST);
    CHECK_STATUS(overtaking, STATUS_SUCCESS);
    CHECK(barred == 0);
}
