/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's default allocator: how it is made, where its frames come from, and what a client may not do. */
#include "ksallocator.h"

TEST(the_framing_arrives_as_the_client_gave_it)
{
    KSALLOCATOR_FRAMING framing = {{0x81}, PagedPool, 3, 0, {63}, 5};
    KsAllocatorKind = KsAllocatorValidateOnly;
    KsAllocatorLoad();
    CHECK_STATUS(KsAllocatorTry(&framing), STATUS_NOT_IMPLEMENTED);
    CHECK(RtlEqualMemory(&framing, &KsAllocatorSeen, sizeof framing));
    KsObjectClose();
}

TEST(a_create_request_of_another_length_is_refused)
{
    static const WCHAR object_class[] = KSSTRING_Allocator;
    UCHAR name[sizeof object_class + sizeof(KSALLOCATOR_FRAMING) + 1];
    USHORT i, whole = (USHORT)(sizeof name - 1);
    KsAllocatorKind = KsAllocatorValidateOnly;
    KsAllocatorLoad();
    RtlZeroMemory(name, sizeof name);
    RtlCopyMemory(name, object_class, sizeof object_class);
    name[sizeof object_class - sizeof(WCHAR)] = '\\';
    for (i = (USHORT)(sizeof object_class - sizeof(WCHAR)); i <= sizeof name; i++)
        CHECK(TkOpen(KsObjectDevice, KsObjectFile, name, i, KernelMode, NULL, NULL) ==
              (i == whole ? STATUS_NOT_IMPLEMENTED : STATUS_INVALID_PARAMETER));
    KsObjectClose();
}

TEST(what_framing_is_rejected_is_up_to_the_test)
{
    static const KSALLOCATOR_FRAMING bad[] = {
        {{2}, NonPagedPoolNx, 1, 0, {0}, 0},  {{2}, NonPagedPoolNx, 0, 8, {0}, 0},
        {{6}, NonPagedPoolNx, 1, 8, {0}, 0},  {{2}, NonPagedPoolNx, 1, 8, {0}, 1},
        {{2}, NonPagedPoolNx, 1, 8, {64}, 0}, {{2}, NonPagedPoolNx, 1, 8, {PAGE_SIZE * 2 - 1}, 0}};
    ULONG i;
    KsAllocatorKind = KsAllocatorValidateOnly;
    KsAllocatorLoad();
    for (i = 0; i < SIZEOF_ARRAY(bad); i++)
        CHECK_STATUS(KsAllocatorTry(&bad[i]), STATUS_NOT_IMPLEMENTED);
    TkKsAllocator()->RejectFrameSizeZero = TkKsAllocator()->RejectFramesZero = TRUE;
    TkKsAllocator()->RejectUnknownFlags = TkKsAllocator()->RejectReserved = TRUE;
    TkKsAllocator()->RejectAlignment = TRUE;
    TkKsAllocator()->StatusRejected = STATUS_NO_MATCH;
    for (i = 0; i < SIZEOF_ARRAY(bad); i++)
        CHECK_STATUS(KsAllocatorTry(&bad[i]), STATUS_NO_MATCH);
    KsObjectClose();
}

TEST(the_pool_gives_frames_aligned_and_apart_up_to_the_limit)
{
    static const ULONG masks[] = {0, 3, 63, 40, PAGE_SIZE - 1};
    KSALLOCATOR_FRAMING framing = KsAllocatorFraming(3, 100);
    KSSTREAMALLOCATOR_STATUS status;
    PVOID frames[3];
    ULONG i, k;
    KsAllocatorLoad();
    for (i = 0; i < SIZEOF_ARRAY(masks); i++) {
        framing.FileAlignment = masks[i];
        CHECK_STATUS(KsAllocatorTry(&framing), STATUS_SUCCESS);
        for (k = 0; k < 3; k++) {
            CHECK_STATUS(KsAllocatorAlloc(&frames[k]), STATUS_SUCCESS);
            CHECK(((ULONG_PTR)frames[k] & (masks[i] == 40 ? 63 : masks[i])) == 0 && KsAllocatorOut() == k + 1);
            RtlFillMemory(frames[k], framing.FrameSize, (int)k);
        }
        CHECK(*(UCHAR *)frames[0] == 0 && *(UCHAR *)frames[1] == 1);
        CHECK_STATUS(KsAllocatorProperty(KSPROPERTY_STREAMALLOCATOR_STATUS, &status, sizeof status), STATUS_SUCCESS);
        CHECK(RtlEqualMemory(&status.Framing, &framing, sizeof framing));
        for (k = 0; k < 3; k++)
            CHECK_STATUS(KsAllocatorFree(frames[k]), STATUS_SUCCESS);
        CHECK(KsAllocatorOut() == 0);
        TkClose(KsAllocatorHandle);
    }
    KsObjectClose();
}

TEST(what_the_pool_cannot_do_is_refused)
{
    KSALLOCATOR_FRAMING framing = KsAllocatorFraming(3, 100);
    KsAllocatorLoad();
    framing.FrameSize = 0;
    CHECK_STATUS(KsAllocatorTry(&framing), STATUS_INVALID_PARAMETER);
    framing.FrameSize = 8;
    framing.FileAlignment = PAGE_SIZE;
    CHECK_STATUS(KsAllocatorTry(&framing), STATUS_INVALID_PARAMETER);
    framing.FileAlignment = 0;
    framing.OptionsFlags = 0;
    TkKsAllocator()->StatusNoSystemMemory = STATUS_NOT_SUPPORTED;
    CHECK_STATUS(KsAllocatorTry(&framing), STATUS_NOT_SUPPORTED);
    KsObjectClose();
}

TEST(paged_frames_have_no_function_table)
{
    KSALLOCATOR_FRAMING framing = KsAllocatorFraming(1, 100);
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    PVOID frame;
    framing.PoolType = PagedPool;
    KsAllocatorLoad();
    CHECK_STATUS(KsAllocatorTry(&framing), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorProperty(KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE, &table, sizeof table),
                 STATUS_NOT_SUPPORTED);
    KsAllocatorClose(); /* with a frame out: it is the pool's again */
}

TEST(the_drivers_memory_is_asked_for_each_frame)
{
    PVOID frame;
    KsAllocatorKind = KsAllocatorMemory;
    KsAllocatorOpen(1);
    CHECK(KsAllocatorInitialized == 1 && KsAllocatorSeen.FrameSize == 64 && KsAllocatorTaken == 0);
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(frame), STATUS_SUCCESS);
    CHECK(KsAllocatorTaken == 1 && KsAllocatorGiven == 1);
    KsAllocatorMemoryFails = TRUE;
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(KsAllocatorOut() == 0);
    KsAllocatorMemoryFails = FALSE;
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_SUCCESS);
    KsAllocatorClose();
    CHECK(KsAllocatorGiven == 2 && KsAllocatorDeleted == 1);
}

static PTK_REQUEST late;
static PVOID late_frame;

static void come_late(void)
{
    late = KsAllocatorSend(KSMETHOD_STREAMALLOCATOR_ALLOC, &late_frame, KernelMode, FALSE);
    CHECK(!TkRequestCompleted(late)); /* the only frame is on its way */
}

TEST(who_came_while_memory_failed_does_not_wait_for_ever)
{
    PVOID frame;
    KsAllocatorKind = KsAllocatorMemory;
    KsAllocatorInTake = come_late;
    KsAllocatorOpen(1);
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_INSUFFICIENT_RESOURCES);
    CHECK_STATUS(TkWaitRequest(late), STATUS_SUCCESS);
    CHECK(late_frame != NULL && KsAllocatorOut() == 1);
    TkFreeRequest(late);
    KsAllocatorClose();
}

TEST(frames_may_be_kept_or_made_beforehand)
{
    PVOID frame;
    KsAllocatorKind = KsAllocatorMemory;
    TkKsAllocator()->KeepFrames = TRUE;
    KsAllocatorOpen(2);
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(frame), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_SUCCESS);
    CHECK(KsAllocatorTaken == 1 && KsAllocatorGiven == 0 && KsAllocatorOut() == 1);
    CHECK_STATUS(KsAllocatorFree(frame), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(frame), STATUS_INVALID_PARAMETER);
    KsAllocatorClose();
    CHECK(KsAllocatorGiven == 1);
    TkKsAllocator()->Preallocate = TRUE;
    KsAllocatorOpen(4);
    CHECK(KsAllocatorTaken == 5 && KsAllocatorMemoryIrql == PASSIVE_LEVEL);
    KsAllocatorClose();
    CHECK(KsAllocatorGiven == 5 && KsAllocatorDeleted == 2);
}

TEST(the_callbacks_may_be_called_at_dispatch_level)
{
    PVOID frame;
    KsAllocatorKind = KsAllocatorMemory;
    TkKsAllocator()->MemoryAtDispatch = TRUE;
    KsAllocatorOpen(1);
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_SUCCESS);
    CHECK(KsAllocatorMemoryIrql == DISPATCH_LEVEL);
    KsAllocatorMemoryIrql = PASSIVE_LEVEL;
    CHECK_STATUS(KsAllocatorFree(frame), STATUS_SUCCESS);
    CHECK(KsAllocatorMemoryIrql == DISPATCH_LEVEL);
    KsAllocatorClose();
}

TEST(no_frames_means_no_limit_or_the_kernels_choice)
{
    PVOID frames[8];
    ULONG i;
    KsAllocatorOpen(0);
    for (i = 0; i < 8; i++)
        CHECK_STATUS(KsAllocatorAlloc(&frames[i]), STATUS_SUCCESS);
    KsAllocatorClose();
    TkKsAllocator()->FramesIfZero = 1;
    KsAllocatorOpen(0);
    CHECK_STATUS(KsAllocatorAlloc(&frames[0]), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorTable().AllocateFrame(KsAllocatorFile, &frames[1]), STATUS_INSUFFICIENT_RESOURCES);
    KsAllocatorClose();
}

TEST(initialize_may_refuse)
{
    KSALLOCATOR_FRAMING framing = KsAllocatorFraming(1, 64);
    KsAllocatorKind = KsAllocatorMemory;
    KsAllocatorMemoryFails = TRUE;
    KsAllocatorLoad();
    CHECK_STATUS(KsAllocatorTry(&framing), STATUS_NO_MATCH);
    CHECK(KsAllocatorInitialized == 1 && KsAllocatorDeleted == 0);
    KsObjectClose();
}

TEST(every_allocation_of_an_allocator_may_fail_once)
{
    KSALLOCATOR_FRAMING framing = KsAllocatorFraming(2, 64);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    ULONG i;
    KsAllocatorKind = KsAllocatorMemory;
    TkKsAllocator()->Preallocate = TRUE;
    KsAllocatorLoad();
    for (i = 1; !NT_SUCCESS(status); i++) {
        TkFail(NULL, i);
        status = KsCreateAllocator(KsObjectHandle, &framing, &KsAllocatorHandle);
        TkFail(NULL, 0);
        CHECK(KsAllocatorInitialized == KsAllocatorDeleted + (NT_SUCCESS(status) ? 1 : 0));
        CHECK(NT_SUCCESS(status) || status == STATUS_INSUFFICIENT_RESOURCES || status == STATUS_ACCESS_DENIED);
    }
    CHECK(i > 6);
    KsAllocatorClose();
}

TEST(a_bad_free_is_refused_and_changes_nothing)
{
    UCHAR stranger;
    PVOID frame;
    KsAllocatorOpen(1);
    CHECK_STATUS(KsAllocatorAlloc(&frame), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(&stranger), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(KsAllocatorFree(NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(KsAllocatorFree((PUCHAR)frame + 8), STATUS_INVALID_PARAMETER);
    CHECK(KsAllocatorOut() == 1);
    CHECK_STATUS(KsAllocatorFree(frame), STATUS_SUCCESS);
    CHECK_STATUS(KsAllocatorFree(frame), STATUS_INVALID_PARAMETER);
    CHECK(KsAllocatorOut() == 0);
    KsAllocatorClose();
}

TEST_BREACH(a_bad_free_through_the_table, "ks-frame-unknown")
{
    PVOID frame;
    KsAllocatorOpen(1);
    CHECK_STATUS(KsAllocatorTable().AllocateFrame(KsAllocatorFile, &frame), STATUS_SUCCESS);
    KsAllocatorTable().FreeFrame(KsAllocatorFile, frame);
    KsAllocatorTable().FreeFrame(KsAllocatorFile, frame);
}

TEST_BREACH(the_table_after_close, "ks-allocator-gone")
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    PVOID frame;
    KsAllocatorOpen(1);
    table = KsAllocatorTable();
    TkClose(KsAllocatorHandle);
    (void)table.AllocateFrame(KsObjectFile, &frame);
}

TEST_BREACH(memory_that_cannot_be_freed, "ks-allocator-callbacks")
{
    KsAllocatorKind = KsAllocatorNoFree;
    KsAllocatorOpen(1);
}

TEST_BREACH(a_create_item_that_changes_while_its_allocator_lives, "ks-create-item")
{
    KsAllocatorOpen(1);
    KsAllocatorItems[0].Create = NULL;
    KsAllocatorClose();
}
