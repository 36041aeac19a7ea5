/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Behaviour where Microsoft is silent, as docs/behaviour.md and the headers promise it: what no other file says by
 * name. */
#include "avs_rig.h"
#include "line.h"
#include "tkks_events.h"

/* --- Direct calls --- */

TEST(a_direct_call_without_a_free_frame_gets_null)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    PVOID frame = &table;
    LineOpen(1);
    table = ClientFunctions(LineFile);
    CHECK_STATUS(table.AllocateFrame(LineFile, &frame), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(frame == NULL);
    table.FreeFrame(LineFile, LineFrames[0]);
    LineClose();
}

TEST(the_free_of_the_table_ignores_and_counts_what_is_no_frame)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    LineOpen(1);
    table = ClientFunctions(LineFile);
    table.FreeFrame(LineFile, NULL);
    table.FreeFrame(LineFile, &table);
    table.FreeFrame(LineFile, (UCHAR *)LineFrames[0] + 1);
    CHECK(LineStatistics().ForeignFrees == 3 && LineStatistics().DoubleFrees == 0);
    StreamCheck(SfaAllocatorOf(LineFile), 1);
    table.FreeFrame(LineFile, LineFrames[0]);
    table.FreeFrame(LineFile, LineFrames[0]);
    CHECK(LineStatistics().DoubleFrees == 1);
    StreamCheck(SfaAllocatorOf(LineFile), 0);
    LineClose();
}

/* --- Before the first commit --- */

TEST(events_can_be_enabled_before_the_first_commit)
{
    SFA_CONFIG config = StreamConfig();
    PSFA_ALLOCATOR allocator = StreamCreate(&config);
    PFILE_OBJECT pin;
    HANDLE handle;
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    PVOID frame = &config;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    AvsRigOpen();
    pin = AvsRigPin(allocator, &handle);
    CHECK_STATUS(SfaAllocateFrame(allocator, &frame), STATUS_DEVICE_NOT_READY);
    CHECK(frame == NULL);
    CHECK_STATUS(ClientEnable(pin, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data), STATUS_SUCCESS);
    StreamCommit(allocator, 1, 64);
    CHECK(KeReadStateEvent(&event) == 0); /* no frame came home */
    StreamGive(allocator, StreamTake(allocator));
    CHECK(KeReadStateEvent(&event) != 0);
    TkClose(handle);
    StreamClose(allocator);
    AvsRigClose();
}

/* --- Memory of user mode, named by a request that says it is the kernel's --- */

static PEPROCESS process;
static UCHAR *page;

static void enter(void)
{
    process = TkProcessCreate("program");
    page = (UCHAR *)TkUserAllocate(process, PAGE_SIZE, TkReadWrite);
    TkEnterProcess(process);
    RtlFillMemory(page, PAGE_SIZE, 0xA5);
}

static void leave(void)
{
    CHECK(StreamIsFilled(page, 0xA5, PAGE_SIZE));
    TkLeaveProcess();
    TkProcessExit(process);
}

/* In AVStream the AddHandler is asked after ks.sys has read the event data; it refuses all the same. */
TEST(kernel_requests_with_user_buffers_are_refused_on_a_pin)
{
    PSFA_ALLOCATOR allocator = StreamOpen(1, 64);
    PFILE_OBJECT pin;
    HANDLE handle;
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    AvsRigOpen();
    pin = AvsRigPin(allocator, &handle);
    enter();
    *(KSEVENTDATA *)page = data;
    CHECK_STATUS(ClientEnable(pin, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, (KSEVENTDATA *)page),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(StreamStatistics(allocator).Subscribers == 0 && TkKsEvents()->Entries == 0);
    RtlFillMemory(page, sizeof data, 0xA5);
    leave();
    TkClose(handle);
    StreamClose(allocator);
    AvsRigClose();
}

TEST(neither_free_nor_the_function_table_touches_memory_of_user_mode)
{
    KSMETHOD method = {0};
    KSPROPERTY property = {0};
    ULONG_PTR information;
    LineOpen(1);
    enter();
    method.Set = KSMETHODSETID_StreamAllocator;
    method.Id = KSMETHOD_STREAMALLOCATOR_FREE;
    method.Flags = KSMETHOD_TYPE_READ;
    *(PVOID *)page = LineFrames[0];
    CHECK_STATUS(
        ClientControl(LineFile, KernelMode, IOCTL_KS_METHOD, &method, sizeof method, page, sizeof(PVOID), NULL),
        STATUS_INVALID_DEVICE_REQUEST);
    CHECK(ClientStatus(LineFile).AllocatedFrames == 1);
    RtlFillMemory(page, sizeof(PVOID), 0xA5);
    property.Set = KSPROPSETID_StreamAllocator;
    property.Id = KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE;
    property.Flags = KSPROPERTY_TYPE_GET;
    CHECK_STATUS(ClientControl(LineFile, KernelMode, IOCTL_KS_PROPERTY, &property, sizeof property, page,
                               sizeof(KSSTREAMALLOCATOR_FUNCTIONTABLE), &information),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(information == 0);
    leave();
    ClientGive(LineFile, LineFrames[0]);
    LineClose();
}

/* --- Limits --- */

TEST(events_of_the_kernel_are_not_limited)
{
    static KSEVENTDATA data[200];
    KSEMAPHORE semaphore;
    ULONG i;
    KeInitializeSemaphore(&semaphore, 0, 1000);
    LineOpen(1);
    for (i = 0; i < RTL_NUMBER_OF(data); i++) {
        data[i] = ClientSemaphoreObject(&semaphore, 1);
        CHECK_STATUS(ClientEnable(LineFile, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data[i]),
                     STATUS_SUCCESS);
    }
    ClientGive(LineFile, LineFrames[0]);
    CHECK(KeReadStateSemaphore(&semaphore) == RTL_NUMBER_OF(data));
    LineClose();
}

TEST(access_is_not_looked_at_unless_the_driver_wants_it)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 64);
    RigOpen(RIG_OBJECT);
    RigAccess = FILE_READ_DATA;
    CHECK_STATUS(RigCreate(&framing, KernelMode, &LineHandle, &LineFile), STATUS_SUCCESS);
    ClientGive(LineFile, ClientTake(LineFile));
    LineClose();
}

/* The framing does not say how many. */
TEST(no_number_of_frames_means_the_drivers_and_status_tells_it)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(0, 64);
    SfaInitializeConfig(&RigConfig);
    RigConfig.DefaultFrames = 5;
    RigOpen(RIG_OBJECT);
    CHECK_STATUS(RigCreate(&framing, KernelMode, &LineHandle, &LineFile), STATUS_SUCCESS);
    CHECK(ClientStatus(LineFile).Framing.Frames == 5 && ClientStatus(LineFile).AllocatedFrames == 0);
    LineClose();
}
