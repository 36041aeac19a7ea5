/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Resources, critical regions and run-down on the test kernel: each rule broken once. */
#include "check.h"

static ERESOURCE resource;
static EX_RUNDOWN_REF rundown;

static void make(void)
{
    KeEnterCriticalRegion();
    (void)ExInitializeResourceLite(&resource);
}

TEST_BREACH(a_resource_outside_a_critical_region, "resource-no-critical-region")
{
    (void)ExInitializeResourceLite(&resource);
    (void)ExAcquireResourceExclusiveLite(&resource, TRUE);
}

TEST_BREACH(a_resource_released_unheld, "resource-not-owner")
{
    make();
    ExReleaseResourceLite(&resource);
}

TEST_BREACH(a_reader_that_wants_to_write, "resource-upgrade")
{
    make();
    (void)ExAcquireResourceSharedLite(&resource, TRUE);
    (void)ExAcquireResourceExclusiveLite(&resource, TRUE);
}

TEST_BREACH(a_resource_never_initialized, "resource-not-initialized")
{
    KeEnterCriticalRegion();
    (void)ExAcquireResourceSharedLite(&resource, TRUE);
}

TEST_BREACH(a_resource_never_deleted, "resource-leak")
{
    (void)ExInitializeResourceLite(&resource);
}

TEST_BREACH(a_resource_deleted_while_held, "object-in-use")
{
    make();
    (void)ExAcquireResourceSharedLite(&resource, TRUE);
    (void)ExDeleteResourceLite(&resource);
}

TEST_BREACH(a_resource_initialized_twice, "object-in-use")
{
    make();
    (void)ExInitializeResourceLite(&resource);
}

TEST_BREACH(a_resource_whose_memory_is_freed, "object-in-use")
{
    PERESOURCE inside = (PERESOURCE)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *inside, 0x74736554);
    CHECK(inside != NULL);
    (void)ExInitializeResourceLite(inside);
    ExFreePoolWithTag(inside, 0x74736554);
}

TEST_BREACH(a_critical_region_left_with_a_resource, "resource-held-at-leave")
{
    make();
    (void)ExAcquireResourceSharedLite(&resource, TRUE);
    KeLeaveCriticalRegion();
}

TEST_BREACH(a_critical_region_left_twice, "critical-region-unmatched")
{
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    KeLeaveCriticalRegion();
}

TEST_BREACH(a_run_down_that_nobody_is_protected_by, "rundown-not-acquired")
{
    ExInitializeRundownProtection(&rundown);
    ExReleaseRundownProtection(&rundown);
}

TEST_BREACH(a_run_down_completed_before_it_began, "rundown-not-over")
{
    ExInitializeRundownProtection(&rundown);
    ExRundownCompleted(&rundown);
}

TEST_BREACH(a_run_down_that_begins_again_too_early, "rundown-not-over")
{
    ExInitializeRundownProtection(&rundown);
    CHECK(ExAcquireRundownProtection(&rundown));
    ExReInitializeRundownProtection(&rundown);
}

TEST_BREACH(a_run_down_that_waits_for_itself, "deadlock")
{
    ExInitializeRundownProtection(&rundown);
    CHECK(ExAcquireRundownProtection(&rundown));
    ExWaitForRundownProtectionRelease(&rundown);
}
