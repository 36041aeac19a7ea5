/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every allocation of memory fails once (security check C33): a whole life of an allocator is repeated, and in the n-th
 * run the n-th call that can fail does, until a run has no such call any more. */
#include "stream.h"

#define TAG 0x74736554

/* The driver's own memory comes from the pool as well, so it fails like the library's. */
static NTSTATUS SFAAPI bring(PVOID Context, SIZE_T Bytes, ULONG AlignmentMask, PVOID *VirtualAddress,
                             PHYSICAL_ADDRESS *BusAddress)
{
    (void)Context, (void)AlignmentMask, (void)BusAddress;
    *VirtualAddress = ExAllocatePool2(POOL_FLAG_NON_PAGED, Bytes, TAG);
    return *VirtualAddress == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static void SFAAPI take_back(PVOID Context, SIZE_T Bytes, PVOID VirtualAddress, PHYSICAL_ADDRESS BusAddress)
{
    (void)Context, (void)Bytes, (void)BusAddress;
    ExFreePoolWithTag(VirtualAddress, TAG);
}

static SFA_CONFIG from_pool(void)
{
    SFA_CONFIG config = StreamConfig();
    config.MaxFrames = 20;
    config.Flags = SFA_FLAG_TRACK_OWNERS;
    return config;
}

static SFA_CONFIG one_by_one(void)
{
    SFA_CONFIG config = from_pool();
    config.Flags |= SFA_FLAG_SEPARATE_FRAMES;
    config.AllocateMemory = bring;
    config.FreeMemory = take_back;
    return config;
}

/* Frames come and go: no call in here may fail. */
static void stream(PSFA_ALLOCATOR Allocator)
{
    PVOID frames[10];
    StreamTakeAll(Allocator, frames, 10);
    StreamGiveAll(Allocator, frames, 10);
    CHECK_STATUS(SfaAllocateFrames(Allocator, 10, frames), STATUS_SUCCESS);
    CHECK_STATUS(SfaFreeFrames(Allocator, 10, frames), STATUS_SUCCESS);
    StreamCheck(Allocator, 0);
}

/* Create, two rounds of commit and decommit, destroy; answers the first error. What fails must leave everything as it
 * was, so a commit that failed is repeated. */
static NTSTATUS life(const SFA_CONFIG *Config)
{
    PSFA_ALLOCATOR allocator = (PSFA_ALLOCATOR)(ULONG_PTR)16;
    KSALLOCATOR_FRAMING framing = StreamFraming(10, 500);
    NTSTATUS first = SfaCreate(Config, &allocator), status;
    ULONG round, blocks;
    if (first != STATUS_SUCCESS) {
        CHECK(allocator == NULL);
        return first;
    }
    blocks = TkPoolBlocks(0);
    for (round = 0; round < 2; round++) {
        status = SfaCommit(allocator, &framing);
        if (status != STATUS_SUCCESS) {
            first = status;
            CHECK(TkPoolBlocks(0) == blocks);
            StreamCheck(allocator, 0);
            CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
        }
        stream(allocator);
        StreamStop(allocator);
    }
    StreamClose(allocator);
    return first;
}

static ULONG fail_each_call_of(const SFA_CONFIG *Config)
{
    ULONG before = TkCalls(NULL), calls, failed, nth;
    CHECK_STATUS(life(Config), STATUS_SUCCESS);
    calls = TkCalls(NULL) - before;
    for (nth = 1;; nth++) {
        failed = TkFailed();
        TkFail(NULL, nth);
        if (life(Config) == STATUS_SUCCESS) {
            break;
        }
        CHECK(TkFailed() == failed + 1);
        CHECK(TkPoolBlocks(0) == 0);
    }
    TkFail(NULL, 0);
    CHECK(TkFailed() == failed);
    CHECK(nth - 1 == calls && calls > 0);
    CheckPrint("faults: %u calls, %u injected\n", calls, nth - 1);
    return calls;
}

TEST(every_allocation_of_a_life_may_fail)
{
    SFA_CONFIG config = from_pool();
    ULONG calls = fail_each_call_of(&config);
    CHECK(calls >= 5); /* the allocator is more than one block, and each commit needs one */
}

TEST(every_allocation_of_a_life_with_the_drivers_memory_may_fail)
{
    SFA_CONFIG config = one_by_one();
    ULONG calls = fail_each_call_of(&config);
    CHECK(calls >= 5 + 20);
}

/* The error is the one that is documented, whichever call it was. */
TEST(an_allocation_that_fails_answers_insufficient_resources)
{
    SFA_CONFIG config = from_pool();
    ULONG nth, failed = TkFailed();
    for (nth = 1;; nth++) {
        NTSTATUS status;
        TkFail("ExAllocatePool2", nth);
        status = life(&config);
        if (TkFailed() == failed) {
            CHECK_STATUS(status, STATUS_SUCCESS);
            break;
        }
        CHECK_STATUS(status, STATUS_INSUFFICIENT_RESOURCES);
        failed = TkFailed();
    }
    CHECK(nth > 1);
    TkFail("ExAllocatePool2", 0);
}

TEST(frames_come_and_go_without_any_allocation)
{
    PSFA_ALLOCATOR allocator = StreamOpen(20, 500);
    ULONG calls = TkCalls(NULL);
    stream(allocator);
    CHECK_STATUS(SfaSetLevel(allocator, SFA_LEVEL_RECORD), STATUS_SUCCESS);
    stream(allocator);
    CHECK(TkCalls(NULL) == calls);
    StreamStop(allocator);
    CHECK(TkCalls(NULL) == calls);
    StreamClose(allocator);
}
