/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* After CLOSE: the teardown, which a work item does, and who waits for it; and what comes before an object is open. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

#define OWN_TAG 0x6E774F54 /* 'TOwn' */

static HANDLE handle;
static PFILE_OBJECT file;
static ULONG given, returned, unloaded;
static BOOLEAN shut; /* while memory is given */

/* --- A driver that brings the memory, and so hears of the end --- */

static NTSTATUS NTAPI allocate_memory(PVOID Context, SIZE_T Bytes, ULONG AlignmentMask, PVOID *Address,
                                      PLARGE_INTEGER Bus)
{
    (void)Context, (void)AlignmentMask, (void)Bus;
    if (shut) {
        SfaShutdownDevice(RigDevice, STATUS_NO_SUCH_DEVICE);
    }
    *Address = ExAllocatePoolZero(NonPagedPoolNx, Bytes, OWN_TAG);
    CHECK(*Address != NULL);
    given++;
    return STATUS_SUCCESS;
}

static VOID NTAPI free_memory(PVOID Context, SIZE_T Bytes, PVOID Address, LARGE_INTEGER Bus)
{
    (void)Context, (void)Bytes, (void)Bus;
    CHECK(unloaded == 0);
    ExFreePoolWithTag(Address, OWN_TAG);
    returned++;
}

static void after_unload(void)
{
    CHECK(returned == given);
    unloaded++;
}

static void begin(void)
{
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = SFA_FLAG_BUGCHECK_ON_MISUSE;
    RigConfig.AllocateMemory = allocate_memory;
    RigConfig.FreeMemory = free_memory;
    RigUnloaded = after_unload;
    RigOpen(RIG_OBJECT);
}

static void end(void)
{
    RigClose();
    CHECK(unloaded == 1 && given == returned && SfaLeakedFrames() == 0);
}

/* A frame is taken, and given back directly while a request waits for it: the worker, which is occupied, refers to the
 * object. Then its file goes. */
static void outlive_the_file(void)
{
    CLIENT_ALLOC alloc = {0};
    PVOID frame;
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    ClientSend(&alloc, file);
    WorkerHold();
    StreamGive(SfaAllocatorOf(file), frame);
    TkClose(handle);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
}

TEST(the_device_stays_until_an_object_that_outlived_its_file_is_torn_down)
{
    begin();
    outlive_the_file();
    RigRemoveDevice(); /* nobody else refers to it: no file, no work item */
    CHECK(returned == 0);
    WorkerRelease();
    end();
}

TEST(a_drain_waits_for_the_teardown)
{
    LARGE_INTEGER now = {0};
    begin();
    CHECK_STATUS(SfaDrainDevice(RigDevice, NULL), STATUS_SUCCESS);
    outlive_the_file();
    CHECK_STATUS(SfaDrainDevice(RigDevice, &now), STATUS_TIMEOUT);
    CHECK(returned == 0);
    WorkerRelease();
    CHECK_STATUS(SfaDrainDevice(RigDevice, NULL), STATUS_SUCCESS);
    CHECK(returned == 1);
    end();
}

TEST(a_drain_waits_for_no_open_object_and_no_other_device)
{
    LARGE_INTEGER now = {0};
    HANDLE other;
    begin();
    (void)RigMake(1, &other);
    CHECK_STATUS(SfaDrainDevice(RigDevice, &now), STATUS_SUCCESS);
    outlive_the_file();
    CHECK_STATUS(SfaDrainDevice((PDEVICE_OBJECT)RigDriver, &now), STATUS_SUCCESS);
    CHECK_STATUS(SfaDrainDevice(RigDevice, &now), STATUS_TIMEOUT);
    CHECK_STATUS(SfaDrainDevice(NULL, NULL), STATUS_INVALID_PARAMETER);
    WorkerRelease();
    TkClose(other);
    end();
}

TEST(a_drain_waits_at_passive_level_only)
{
    KIRQL irql;
    begin();
    KeRaiseIrql(APC_LEVEL, &irql);
    CHECK_STATUS(SfaDrainDevice(RigDevice, NULL), STATUS_INVALID_DEVICE_STATE);
    KeLowerIrql(irql);
    end();
}

static VOID release_later(PVOID Context)
{
    (void)Context;
    WorkerSleep(1); /* meanwhile unload waits */
    WorkerRelease();
}

TEST(unload_waits_for_the_teardown)
{
    PVOID thread;
    begin();
    outlive_the_file();
    thread = WorkerStart(release_later, NULL);
    end(); /* checks in DriverUnload that the memory is back */
    WorkerJoin(thread);
}

TEST(close_may_come_at_apc_level)
{
    begin();
    TkCloseAtApcLevel(TRUE);
    file = RigMake(2, &handle);
    ClientGive(file, ClientTake(file));
    TkClose(handle); /* CLEANUP and CLOSE */
    outlive_the_file();
    WorkerRelease();
    TkCloseAtApcLevel(FALSE);
    end();
}

TEST(close_at_apc_level_leaves_events_to_the_teardown)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    KSEVENTDATA data;
    KEVENT event;
    begin();
    TkCloseAtApcLevel(TRUE);
    CHECK_STATUS(RigCreate(&framing, KernelMode, NULL, &file), STATUS_SUCCESS); /* no handle: no CLEANUP */
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    data = ClientEventObject(&event);
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data), STATUS_SUCCESS);
    CHECK(TkReferences(&event) == 0);
    ClientGive(file, ClientTake(file));
    CHECK(KeReadStateEvent(&event) != 0);
    ObDereferenceObject(file);
    TkCloseAtApcLevel(FALSE);
    end();
}

TEST(a_create_that_meets_a_shutdown_of_its_device_fails)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    begin();
    shut = TRUE;
    CHECK_STATUS(RigCreate(&framing, KernelMode, &handle, &file), STATUS_NO_SUCH_DEVICE);
    CHECK(given == 1 && returned == 1);
    shut = FALSE;
    file = RigMake(1, &handle); /* the device was started again */
    ClientGive(file, ClientTake(file));
    TkClose(handle);
    end();
}
