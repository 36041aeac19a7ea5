/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel is strict about pool memory and the run-time library: each rule of its README is broken once. */
#define DBG 1 /* so that NT_ASSERT is there */
#include "check.h"

#define TAG   0x74736554
#define OTHER 0x31676154

/* AddressSanitizer sees these at once and ends the process in its own way. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(SANITIZED)
#define WRITE(rule, place) TkBreach(rule, "AddressSanitizer would say it at %p", (void *)(place))
#else
#define WRITE(rule, place) (*(volatile UCHAR *)(place) = 0)
#endif

static PUCHAR block(SIZE_T Bytes)
{
    PVOID memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, Bytes, TAG);
    CHECK(memory != NULL);
    return (PUCHAR)memory;
}

TEST(pool_memory_used_as_documented_passes)
{
    PUCHAR small = block(100), page = block(PAGE_SIZE), large = block(100000);
    CHECK((ULONG_PTR)small % 16 == 0 && BYTE_OFFSET(page) == 0 && BYTE_OFFSET(large) == 0);
    CHECK((ULONG_PTR)small % 32 != 0); /* no better than promised */
    CHECK(TkPoolBlocks(TAG) == 3 && TkPoolBytes(TAG) == 100 + PAGE_SIZE + 100000);
    RtlFillMemory(large, 100000, 1);
    ExFreePoolWithTag(small, TAG);
    ExFreePoolWithTag(page, TAG);
    ExFreePool(large);
}

TEST(an_injected_failure_comes_once)
{
    PVOID memory;
    TkFail("ExAllocatePool2", 2);
    memory = block(10);
    CHECK(ExAllocatePool2(POOL_FLAG_NON_PAGED, 10, TAG) == NULL);
    ExFreePoolWithTag(memory, TAG);
    ExFreePoolWithTag(block(10), TAG);
    CHECK(TkFailed() == 1 && TkCalls("ExAllocatePool2") == 3);
}

TEST_BREACH(a_tag_of_zero, "pool-tag-zero")
{
    (void)ExAllocatePool2(POOL_FLAG_NON_PAGED, 10, 0);
}

TEST_BREACH(a_block_of_no_bytes, "pool-size-zero")
{
    (void)ExAllocatePool2(POOL_FLAG_NON_PAGED, 0, TAG);
}

TEST_BREACH(a_pool_that_is_none, "pool-type")
{
    (void)ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_PAGED, 10, TAG);
}

TEST_BREACH(executable_pool, "pool-executable")
{
    (void)ExAllocatePool2(POOL_FLAG_NON_PAGED_EXECUTE, 10, TAG);
}

TEST_BREACH(executable_pool_by_its_old_name, "pool-executable")
{
    (void)ExAllocatePoolWithTag(NonPagedPool, 10, TAG);
}

TEST_BREACH(down_level_zeroing_without_the_driver_runtime, "pool-runtime")
{
    TkNeedDriverRuntime();
}

TEST_BREACH(a_block_freed_with_another_tag, "pool-wrong-tag")
{
    ExFreePoolWithTag(block(10), OTHER);
}

TEST_BREACH(a_block_freed_twice, "pool-double-free")
{
    PVOID memory = block(10);
    ExFreePoolWithTag(memory, TAG);
    ExFreePoolWithTag(memory, TAG);
}

TEST_BREACH(the_inside_of_a_block_freed, "pool-not-allocated")
{
    ExFreePoolWithTag(block(100) + 16, TAG);
}

TEST_BREACH(a_block_that_is_not_freed, "pool-leak")
{
    (void)block(10);
}

TEST_BREACH(a_byte_behind_a_block, "pool-overrun")
{
    PUCHAR memory = block(10);
    WRITE("pool-overrun", memory + 10);
    ExFreePoolWithTag(memory, TAG);
}

TEST_BREACH(a_byte_before_a_block, "pool-underrun")
{
    PUCHAR memory = block(10);
    WRITE("pool-underrun", memory - 1);
    ExFreePoolWithTag(memory, TAG);
}

TEST_BREACH(a_byte_in_a_block_that_was_freed, "pool-use-after-free")
{
    PUCHAR memory = block(10);
    ExFreePoolWithTag(memory, TAG);
    WRITE("pool-use-after-free", memory);
}

TEST_BREACH(a_copy_that_overlaps, "copy-overlap")
{
    UCHAR bytes[20];
    RtlFillMemory(bytes, sizeof bytes, 0);
    RtlCopyMemory(bytes, bytes + 5, 10);
}

TEST_BREACH(a_list_that_was_overwritten, "list-corrupt")
{
    LIST_ENTRY head, entry;
    InitializeListHead(&head);
    InsertTailList(&head, &entry);
    entry.Flink = &entry;
    (void)RemoveEntryList(&entry);
}

TEST_BREACH(a_string_beyond_its_length, "string-too-long")
{
    static WCHAR text[40000];
    UNICODE_STRING string;
    ULONG i;
    for (i = 0; i + 1 < ARRAYSIZE(text); i++) {
        text[i] = 'a';
    }
    RtlInitUnicodeString(&string, text);
}

TEST_BREACH(a_conversion_that_windows_does_not_know, "dbgprint-format")
{
    DbgPrint("%y\n");
}

TEST_BREACH(an_assertion_that_does_not_hold, "assertion")
{
    NT_ASSERT(1 == 2);
}

TEST_BREACH(a_breakpoint, "breakpoint")
{
    DbgBreakPoint();
}

TEST_BREACH(more_processors_than_there_can_be, "processor-invalid")
{
    TkSetProcessors(2049);
}

TEST_BREACH(a_test_begun_twice, "begun-twice")
{
    TkBegin("another");
}

TEST_BREACH(a_test_ended_twice, "not-begun")
{
    TkEnd();
}

TEST_BREACH(too_many_failable_functions, "fail-table")
{
    static char names[80][3];
    ULONG i;
    for (i = 0; i < ARRAYSIZE(names); i++) {
        names[i][0] = (char)('a' + i / 26);
        names[i][1] = (char)('a' + i % 26);
        (void)TkCalls(names[i]);
    }
}

TEST_BUGCHECK(a_bug_check_ends_the_test, "0x000000E2 (0x1, 0x2, 0x3, 0x4)")
{
    KeBugCheckEx(0xe2, 1, 2, 3, 4);
}
