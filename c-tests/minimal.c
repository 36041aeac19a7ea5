/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The least that a driver needs of this library. */
#include "check.h"
#include "sfa.h"

TEST(create_commit_allocate_free_destroy)
{
    SFA_CONFIG config;
    PSFA_ALLOCATOR allocator;
    KSALLOCATOR_FRAMING framing = {{KSALLOCATOR_OPTIONF_SYSTEM_MEMORY}, NonPagedPoolNx, 8, 1024 * 768, {63}, 0};
    PVOID frame;
    SfaInitializeConfig(&config);
    CHECK_STATUS(SfaCreate(&config, &allocator), STATUS_SUCCESS);
    CHECK_STATUS(SfaCommit(allocator, &framing), STATUS_SUCCESS);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_SUCCESS);
    RtlFillMemory(frame, framing.FrameSize, 0xff);
    CHECK_STATUS(SfaFreeFrame(allocator, frame), STATUS_SUCCESS);
    CHECK_STATUS(SfaDecommit(allocator, NULL), STATUS_SUCCESS);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_SUCCESS);
}

TEST(destroy_without_a_commit)
{
    SFA_CONFIG config;
    PSFA_ALLOCATOR allocator;
    SfaInitializeConfig(&config);
    CHECK_STATUS(SfaCreate(&config, &allocator), STATUS_SUCCESS);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_SUCCESS);
}

/* The test kernel sees an allocator that nobody destroys. */
TEST_BREACH(an_allocator_that_is_not_destroyed_is_a_leak, "pool-leak")
{
    SFA_CONFIG config;
    PSFA_ALLOCATOR allocator;
    SfaInitializeConfig(&config);
    CHECK_STATUS(SfaCreate(&config, &allocator), STATUS_SUCCESS);
}
