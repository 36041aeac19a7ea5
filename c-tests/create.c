/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SfaCreate: every field of SFA_CONFIG, accepted and refused (security checks C30, C32, C33). */
#include "stream.h"

/* A refused configuration leaves NULL behind and no pool memory. */
static void refused(const SFA_CONFIG *Config)
{
    PSFA_ALLOCATOR allocator = (PSFA_ALLOCATOR)(ULONG_PTR)16;
    CHECK_STATUS(SfaCreate(Config, &allocator), STATUS_INVALID_PARAMETER);
    CHECK(allocator == NULL);
    CHECK(TkPoolBlocks(0) == 0);
}

static void accepted(const SFA_CONFIG *Config)
{
    StreamClose(StreamCreate(Config));
    CHECK(TkPoolBlocks(0) == 0);
}

static NTSTATUS SFAAPI allocate_memory(PVOID Context, SIZE_T Bytes, ULONG AlignmentMask, PVOID *VirtualAddress,
                                       PHYSICAL_ADDRESS *BusAddress)
{
    (void)Context, (void)Bytes, (void)AlignmentMask, (void)VirtualAddress, (void)BusAddress;
    return STATUS_NO_MEMORY;
}

static void SFAAPI free_memory(PVOID Context, SIZE_T Bytes, PVOID VirtualAddress, PHYSICAL_ADDRESS BusAddress)
{
    (void)Context, (void)Bytes, (void)VirtualAddress, (void)BusAddress;
}

TEST(the_defaults_are_as_documented)
{
    SFA_CONFIG config;
    RtlFillMemory(&config, sizeof config, 0xa5);
    SfaInitializeConfig(&config);
    CHECK(config.Size == sizeof config && config.Flags == 0 && config.MaxFrames == SFA_MAX_FRAMES);
    CHECK(config.DefaultFrames == 8 && config.PoolTag == 0 && config.Level == SFA_LEVEL_FAST);
    CHECK(config.Records == 32 && config.WaitLimit == 0 && config.Context == NULL);
    CHECK(config.AllocateMemory == NULL && config.FreeMemory == NULL);
    CHECK(config.FreeNotify == NULL && config.Trace == NULL);
    accepted(&config);
}

TEST(initialize_config_ignores_null)
{
    SfaInitializeConfig(NULL);
}

TEST(null_pointers_are_refused)
{
    SFA_CONFIG config = StreamConfig();
    refused(NULL);
    CHECK_STATUS(SfaCreate(&config, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SfaCreate(NULL, NULL), STATUS_INVALID_PARAMETER);
}

TEST(only_the_size_of_this_version_is_accepted)
{
    SFA_CONFIG config = StreamConfig();
    ULONG size;
    for (size = 0; size < 2 * sizeof config; size++) {
        config.Size = size;
        if (size != sizeof config) {
            refused(&config);
        }
    }
    config.Size = MAXULONG;
    refused(&config);
}

/* Where Size says that the rest is not there, the rest is not read: AddressSanitizer and valgrind watch. */
TEST(a_configuration_too_short_is_not_read_beyond_its_size)
{
    PULONG size = (PULONG)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *size, 0x74736554);
    PSFA_ALLOCATOR allocator;
    CHECK(size != NULL);
    *size = sizeof *size;
    CHECK_STATUS(SfaCreate((const SFA_CONFIG *)(const void *)size, &allocator), STATUS_INVALID_PARAMETER);
    CHECK(allocator == NULL);
    ExFreePoolWithTag(size, 0x74736554);
}

TEST(every_unknown_flag_is_refused)
{
    SFA_CONFIG config = StreamConfig();
    ULONG bit;
    for (bit = 5; bit < 32; bit++) {
        config.Flags = (ULONG)1 << bit;
        refused(&config);
        config.Flags |= SFA_FLAG_BUGCHECK_ON_MISUSE;
        refused(&config);
    }
    config.Flags = SFA_FLAG_BUGCHECK_ON_MISUSE | SFA_FLAG_DIRECT_FIRST | SFA_FLAG_SERVE_INLINE | SFA_FLAG_TRACK_OWNERS;
    accepted(&config);
}

TEST(max_frames_is_1_to_4096)
{
    SFA_CONFIG config = StreamConfig();
    static const ULONG good[] = {1, 2, 31, 32, 33, 4095, 4096}, bad[] = {0, 4097, 65536, 0x80000000, MAXULONG};
    ULONG i;
    for (i = 0; i < ARRAYSIZE(good); i++) {
        config.MaxFrames = good[i];
        accepted(&config);
    }
    for (i = 0; i < ARRAYSIZE(bad); i++) {
        config.MaxFrames = bad[i];
        refused(&config);
    }
}

TEST(default_frames_is_at_least_1_and_means_at_most_max_frames)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator;
    config.DefaultFrames = 0;
    refused(&config);
    config.DefaultFrames = MAXULONG;
    config.MaxFrames = 3;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, 0, 100);
    CHECK(StreamStatistics(allocator).Frames == 3);
    StreamClose(allocator);
}

TEST(levels_are_0_to_2)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator;
    for (config.Level = 0; config.Level <= SFA_LEVEL_RECORD; config.Level++) {
        allocator = StreamCreate(&config);
        CHECK(StreamStatistics(allocator).Level == config.Level);
        StreamClose(allocator);
    }
    refused(&config);
    config.Level = MAXULONG;
    refused(&config);
}

TEST(records_is_1_to_65536)
{
    SFA_CONFIG config = StreamConfig();
    static const ULONG good[] = {1, 2, 3, 255, 65535, 65536}, bad[] = {0, 65537, 0x80000000, MAXULONG};
    ULONG i;
    for (i = 0; i < ARRAYSIZE(good); i++) {
        config.Records = good[i];
        accepted(&config);
    }
    for (i = 0; i < ARRAYSIZE(bad); i++) {
        config.Records = bad[i];
        refused(&config);
    }
}

TEST(the_wait_limit_has_a_limit)
{
    SFA_CONFIG config = StreamConfig();
    config.WaitLimit = SFA_MAX_WAIT_LIMIT;
    accepted(&config);
    config.WaitLimit++;
    refused(&config);
    config.WaitLimit = 0xFFFFFFFF;
    refused(&config);
}

TEST(memory_functions_come_in_pairs)
{
    SFA_CONFIG config = StreamConfig();
    config.AllocateMemory = allocate_memory;
    refused(&config);
    config.FreeMemory = free_memory;
    accepted(&config);
    config.AllocateMemory = NULL;
    refused(&config);
}

TEST(separate_frames_need_memory_functions)
{
    SFA_CONFIG config = StreamConfig();
    config.Flags = SFA_FLAG_SEPARATE_FRAMES;
    refused(&config);
    config.AllocateMemory = allocate_memory;
    config.FreeMemory = free_memory;
    accepted(&config);
}

TEST(the_pool_tag_of_frames_is_the_drivers_or_sfaf)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    const ULONG own = 0x31676154, ours = 0x46616653; /* 'SfaF' as a debugger shows it */
    StreamCommit(allocator, 4, 1000);
    CHECK(TkPoolBlocks(ours) == 1 && TkPoolBytes(ours) >= 4 * 1000);
    StreamClose(allocator);
    config.PoolTag = own;
    allocator = StreamCreate(&config);
    CHECK(TkPoolBlocks(own) == 0);
    StreamCommit(allocator, 4, 1000);
    CHECK(TkPoolBlocks(ours) == 0 && TkPoolBlocks(own) == 1);
    StreamClose(allocator);
    CHECK(TkPoolBlocks(0) == 0);
}

TEST(the_configuration_is_not_needed_after_the_call)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator;
    config.MaxFrames = 2;
    allocator = StreamCreate(&config);
    RtlFillMemory(&config, sizeof config, 0xff);
    StreamCommit(allocator, 2, 64);
    StreamGive(allocator, StreamTake(allocator));
    StreamClose(allocator);
}

TEST(the_allocator_takes_about_3_bytes_for_each_frame)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator;
    SIZE_T small, large;
    config.MaxFrames = 1024;
    allocator = StreamCreate(&config);
    small = TkPoolBytes(0);
    StreamClose(allocator);
    config.MaxFrames = 4096;
    allocator = StreamCreate(&config);
    large = TkPoolBytes(0);
    StreamClose(allocator);
    CHECK(large > small && large - small <= 3072 * 4);
}

TEST(create_needs_passive_level)
{
    SFA_CONFIG config = StreamConfig();
    static const KIRQL levels[] = {APC_LEVEL, DISPATCH_LEVEL, 3, HIGH_LEVEL};
    PSFA_ALLOCATOR allocator;
    KIRQL old;
    NTSTATUS status;
    ULONG i;
    for (i = 0; i < ARRAYSIZE(levels); i++) {
        allocator = (PSFA_ALLOCATOR)(ULONG_PTR)16;
        KeRaiseIrql(levels[i], &old);
        status = SfaCreate(&config, &allocator);
        KeLowerIrql(old);
        CHECK_STATUS(status, STATUS_INVALID_DEVICE_STATE);
        CHECK(allocator == NULL);
    }
}
