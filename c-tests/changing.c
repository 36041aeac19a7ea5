/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Commit, decommit and destroy that meet each other in several threads. */
#include "stream.h"
#include "worker.h"

static PSFA_ALLOCATOR allocator;
static KEVENT reached, proceed;
static NTSTATUS result;
static DECLSPEC_ALIGN(64) UCHAR memory[4096];

/* A memory function that stops half way until the test has looked around. */
static NTSTATUS SFAAPI slow_allocate(PVOID Context, SIZE_T Bytes, ULONG AlignmentMask, PVOID *VirtualAddress,
                                     PHYSICAL_ADDRESS *BusAddress)
{
    (void)Context, (void)AlignmentMask, (void)BusAddress;
    CHECK(Bytes <= sizeof memory);
    (void)KeSetEvent(&reached, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&proceed, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    *VirtualAddress = memory;
    return STATUS_SUCCESS;
}

static void SFAAPI slow_free(PVOID Context, SIZE_T Bytes, PVOID VirtualAddress, PHYSICAL_ADDRESS BusAddress)
{
    (void)Context, (void)Bytes, (void)BusAddress;
    CHECK(VirtualAddress == memory);
    (void)KeSetEvent(&reached, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&proceed, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

static VOID NTAPI commit_there(PVOID Context)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(4, 100);
    (void)Context;
    result = SfaCommit(allocator, &framing);
}

static VOID NTAPI decommit_there(PVOID Context)
{
    (void)Context;
    result = SfaDecommit(allocator, NULL);
}

static void everything_is_busy(void)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(2, 50);
    PVOID frame;
    CHECK_STATUS(KeWaitForSingleObject(&reached, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
    StreamCheck(allocator, 0);
    (void)KeSetEvent(&proceed, IO_NO_INCREMENT, FALSE);
}

TEST(while_one_call_commits_or_decommits_others_are_busy)
{
    SFA_CONFIG config = StreamConfig();
    PVOID thread;
    KeInitializeEvent(&reached, SynchronizationEvent, FALSE);
    KeInitializeEvent(&proceed, SynchronizationEvent, FALSE);
    config.AllocateMemory = slow_allocate;
    config.FreeMemory = slow_free;
    allocator = StreamCreate(&config);
    thread = WorkerStart(commit_there, NULL);
    everything_is_busy();
    WorkerJoin(thread);
    CHECK_STATUS(result, STATUS_SUCCESS);
    thread = WorkerStart(decommit_there, NULL);
    everything_is_busy();
    WorkerJoin(thread);
    CHECK_STATUS(result, STATUS_SUCCESS);
    StreamClose(allocator);
}

TEST(while_one_call_waits_for_frames_others_are_busy)
{
    LARGE_INTEGER now = StreamAfter(0), later = StreamAfter(1000);
    ULONGLONG start = TkNow();
    PVOID thread, frame;
    allocator = StreamOpen(3, 100);
    frame = StreamTake(allocator);
    thread = WorkerStart(decommit_there, NULL);
    TkSettle();
    CHECK_STATUS(SfaDecommit(allocator, &now), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaDecommit(allocator, &later), STATUS_DEVICE_BUSY);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY);
    CHECK(TkNow() == start);
    StreamGive(allocator, frame);
    WorkerJoin(thread);
    CHECK_STATUS(result, STATUS_SUCCESS);
    StreamClose(allocator);
}

/* Whoever loses must come back, too: with STATUS_DEVICE_BUSY, or when the winner was through before it began. */
TEST(of_two_decommits_that_wait_for_ever_both_return)
{
    NTSTATUS status;
    PVOID thread;
    LATE_FREE late;
    ULONG i;
    for (i = 0; i < 50; i++) {
        allocator = StreamOpen(3, 100);
        LateFree(&late, allocator, StreamTake(allocator), 1000);
        thread = WorkerStart(decommit_there, NULL);
        status = SfaDecommit(allocator, NULL);
        WorkerJoin(thread);
        CHECK(status == STATUS_SUCCESS || result == STATUS_SUCCESS);
        CHECK(status == STATUS_SUCCESS || status == STATUS_DEVICE_BUSY || status == STATUS_DEVICE_NOT_READY);
        CHECK(result == STATUS_SUCCESS || result == STATUS_DEVICE_BUSY || result == STATUS_DEVICE_NOT_READY);
        CHECK(status != result);
        StreamClose(allocator);
    }
}

/* The frame comes home, and before the thread that waits for it has woken up the allocator is to be destroyed: that
 * thread is still inside, so the answer is STATUS_DEVICE_BUSY until it is not. */
TEST(destroy_does_not_overtake_a_decommit_that_is_waking_up)
{
    NTSTATUS status;
    PVOID thread, frame;
    ULONG i;
    for (i = 0; i < 300; i++) {
        allocator = StreamOpen(2, 100);
        frame = StreamTake(allocator);
        result = STATUS_PENDING;
        thread = WorkerStart(decommit_there, NULL);
        TkSettle();
        StreamGive(allocator, frame);
        status = SfaDestroy(allocator);
        WorkerJoin(thread);
        CHECK_STATUS(result, STATUS_SUCCESS);
        if (status != STATUS_SUCCESS) {
            CHECK_STATUS(status, STATUS_DEVICE_BUSY);
            StreamClose(allocator);
        }
    }
}

static VOID NTAPI free_there(PVOID Context)
{
    result = SfaFreeFrame(allocator, Context);
}

/* One thread frees the last frame; another one destroys the allocator as soon as it can. The thread that frees may
 * touch nothing of it afterwards: the test kernel fills freed memory, and AddressSanitizer watches it. */
TEST(the_last_free_may_race_with_destroy)
{
    ULONG i, level;
    PVOID thread;
    NTSTATUS status;
    for (i = 0; i < 300; i++) {
        allocator = StreamOpen(2, 100);
        level = i % 3;
        CHECK_STATUS(SfaSetLevel(allocator, level), STATUS_SUCCESS);
        thread = WorkerStart(free_there, StreamTake(allocator));
        do {
            status = SfaDestroy(allocator);
        } while (status == STATUS_DEVICE_BUSY);
        CHECK_STATUS(status, STATUS_SUCCESS);
        WorkerJoin(thread);
        CHECK_STATUS(result, STATUS_SUCCESS);
    }
}
