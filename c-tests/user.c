/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What user mode may do with an allocator object, and what it tries. */
#include "rig.h"
#include "stream.h"

/* A page of a user process: requests and answers lie in it. */
typedef struct PAGE {
    KSIDENTIFIER Request;
    KSEVENTDATA Event;
    PVOID Frame;
    KSSTREAMALLOCATOR_STATUS Status;
    KSSTREAMALLOCATOR_FUNCTIONTABLE Functions;
} PAGE;

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;
static PEPROCESS process;
static PAGE *page;

/* The object was opened by the process; what it holds was taken by a kernel client. */
static void begin_with(RIG_KIND Kind)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    RigOpen(Kind);
    process = TkProcessCreate("program");
    page = (PAGE *)TkUserAllocate(process, sizeof *page, TkReadWrite);
    TkEnterProcess(process);
    CHECK_STATUS(RigCreate(&framing, UserMode, &handle, &file), STATUS_SUCCESS);
    frame = ClientTake(file);
}

static void begin(void)
{
    begin_with(RIG_OBJECT);
}

static void end(void)
{
    ClientGive(file, frame);
    TkClose(handle);
    TkLeaveProcess();
    TkProcessExit(process);
    RigClose();
}

static NTSTATUS ask(const GUID *Set, ULONG Id, ULONG Flags, ULONG Code, PVOID Out, ULONG OutBytes,
                    ULONG_PTR *Information)
{
    page->Request.Set = *Set;
    page->Request.Id = Id;
    page->Request.Flags = Flags;
    return ClientControl(file, UserMode, Code, &page->Request, sizeof page->Request, Out, OutBytes, Information);
}

static void no_frame_and_none_back(void)
{
    ULONG_PTR information;
    page->Frame = (PVOID)(ULONG_PTR)0xF00D;
    CHECK_STATUS(ask(&KSMETHODSETID_StreamAllocator, KSMETHOD_STREAMALLOCATOR_ALLOC, 2, IOCTL_KS_METHOD, &page->Frame,
                     sizeof page->Frame, &information),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(page->Frame == (PVOID)(ULONG_PTR)0xF00D && information == 0);
    page->Frame = frame;
    CHECK_STATUS(ask(&KSMETHODSETID_StreamAllocator, KSMETHOD_STREAMALLOCATOR_FREE, 1, IOCTL_KS_METHOD, &page->Frame,
                     sizeof page->Frame, &information),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(ClientStatus(file).AllocatedFrames == 1);
    end();
}

/* C14. A driver's tables do not tell the modes apart: the handlers do. */
TEST(user_mode_gets_no_frame_and_gives_none)
{
    begin();
    no_frame_and_none_back();
    begin_with(RIG_FORWARDER);
    no_frame_and_none_back();
}

/* C9. */
TEST(user_mode_gets_no_function_table)
{
    ULONG_PTR information;
    begin();
    RtlFillMemory(&page->Functions, sizeof page->Functions, 0xA5);
    CHECK_STATUS(ask(&KSPROPSETID_StreamAllocator, KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE, KSPROPERTY_TYPE_GET,
                     IOCTL_KS_PROPERTY, &page->Functions, sizeof page->Functions, &information),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(information == 0 && StreamIsFilled(&page->Functions, 0xA5, sizeof page->Functions));
    end();
}

TEST(user_mode_gets_the_status)
{
    ULONG_PTR information;
    begin();
    RtlFillMemory(&page->Status, sizeof page->Status, 0xA5);
    CHECK_STATUS(ask(&KSPROPSETID_StreamAllocator, KSPROPERTY_STREAMALLOCATOR_STATUS, KSPROPERTY_TYPE_GET,
                     IOCTL_KS_PROPERTY, &page->Status, sizeof page->Status, &information),
                 STATUS_SUCCESS);
    CHECK(information == sizeof page->Status);
    CHECK(page->Status.AllocatedFrames == 1 && page->Status.Framing.Frames == 1 && page->Status.Reserved == 0);
    end();
}

TEST(user_mode_is_signalled_by_handle)
{
    HANDLE event_handle, semaphore_handle;
    PKEVENT event;
    PKSEMAPHORE semaphore;
    begin();
    CHECK_STATUS(TkCreateEventHandle(process, NotificationEvent, FALSE, EVENT_ALL_ACCESS, &event_handle, &event),
                 STATUS_SUCCESS);
    CHECK_STATUS(TkCreateSemaphoreHandle(process, 0, 10, EVENT_ALL_ACCESS, &semaphore_handle, &semaphore),
                 STATUS_SUCCESS);
    page->Event.NotificationType = KSEVENTF_EVENT_HANDLE;
    page->Event.EventHandle.Event = event_handle;
    CHECK_STATUS(ask(&KSEVENTSETID_StreamAllocator, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ONESHOT,
                     IOCTL_KS_ENABLE_EVENT, &page->Event, sizeof page->Event, NULL),
                 STATUS_SUCCESS);
    ClientGive(file, frame);
    CHECK(KeReadStateEvent(event) != 0);
    CHECK(ClientTake(file) == frame);
    page->Event.NotificationType = KSEVENTF_SEMAPHORE_HANDLE;
    page->Event.SemaphoreHandle.Semaphore = semaphore_handle;
    page->Event.SemaphoreHandle.Reserved = 0;
    page->Event.SemaphoreHandle.Adjustment = 2;
    CHECK_STATUS(ask(&KSEVENTSETID_StreamAllocator, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE,
                     IOCTL_KS_ENABLE_EVENT, &page->Event, sizeof page->Event, NULL),
                 STATUS_SUCCESS);
    ClientGive(file, frame);
    CHECK(KeReadStateSemaphore(semaphore) == 2);
    CHECK(ClientTake(file) == frame);
    CHECK_STATUS(ClientControl(file, UserMode, IOCTL_KS_DISABLE_EVENT, &page->Event, sizeof page->Event, NULL, 0, NULL),
                 STATUS_SUCCESS);
    TkClose(event_handle);
    TkClose(semaphore_handle);
    end();
}

/* C16. */
TEST(user_mode_names_no_kernel_objects)
{
    static const ULONG kinds[] = {KSEVENTF_EVENT_OBJECT,
                                  KSEVENTF_SEMAPHORE_OBJECT,
                                  KSEVENTF_DPC,
                                  KSEVENTF_WORKITEM,
                                  KSEVENTF_KSWORKITEM,
                                  0,
                                  0x40,
                                  0x100};
    ULONG i;
    begin();
    for (i = 0; i < RTL_NUMBER_OF(kinds); i++) {
        RtlZeroMemory(&page->Event, sizeof page->Event);
        page->Event.NotificationType = kinds[i];
        page->Event.EventObject.Event = (PVOID)0x41414140;
        CHECK(!NT_SUCCESS(ask(&KSEVENTSETID_StreamAllocator, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE,
                              IOCTL_KS_ENABLE_EVENT, &page->Event, sizeof page->Event, NULL)));
    }
    CHECK(StreamStatistics(SfaAllocatorOf(file)).Subscribers == 0);
    end();
}

/* C24. */
TEST(user_mode_has_sixty_four_events)
{
    HANDLE event_handle;
    PKEVENT event;
    KSEVENTDATA *events;
    ULONG i;
    begin();
    events = (KSEVENTDATA *)TkUserAllocate(process, 65 * sizeof *events, TkReadWrite);
    CHECK_STATUS(TkCreateEventHandle(process, NotificationEvent, FALSE, EVENT_ALL_ACCESS, &event_handle, &event),
                 STATUS_SUCCESS);
    for (i = 0; i < 65; i++) {
        events[i].NotificationType = KSEVENTF_EVENT_HANDLE;
        events[i].EventHandle.Event = event_handle;
        CHECK_STATUS(ask(&KSEVENTSETID_StreamAllocator, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE,
                         IOCTL_KS_ENABLE_EVENT, &events[i], sizeof events[i], NULL),
                     i < 64 ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES);
    }
    CHECK(StreamStatistics(SfaAllocatorOf(file)).Subscribers == 64);
    CHECK_STATUS(ClientControl(file, UserMode, IOCTL_KS_DISABLE_EVENT, NULL, 0, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK(StreamStatistics(SfaAllocatorOf(file)).Subscribers == 0);
    TkClose(event_handle);
    TkUserFree(events);
    end();
}

/* C3: a request that says KernelMode and names user memory is not the kernel's. */
TEST(kernel_requests_with_user_buffers_are_refused)
{
    KSMETHOD method = {0};
    KSEVENT event = {0};
    PVOID mine = NULL;
    begin();
    method.Set = KSMETHODSETID_StreamAllocator;
    method.Id = KSMETHOD_STREAMALLOCATOR_ALLOC;
    method.Flags = 2;
    page->Frame = NULL;
    CHECK_STATUS(ClientControl(file, KernelMode, IOCTL_KS_METHOD, &method, sizeof method, &page->Frame,
                               sizeof page->Frame, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK(page->Frame == NULL);
    *(KSMETHOD *)&page->Request = method;
    CHECK_STATUS(
        ClientControl(file, KernelMode, IOCTL_KS_METHOD, &page->Request, sizeof method, &mine, sizeof mine, NULL),
        STATUS_INVALID_DEVICE_REQUEST);
    CHECK(mine == NULL);
    event.Set = KSEVENTSETID_StreamAllocator;
    event.Id = KSEVENT_STREAMALLOCATOR_FREEFRAME;
    event.Flags = KSEVENT_TYPE_ENABLE;
    CHECK_STATUS(ClientControl(file, KernelMode, IOCTL_KS_ENABLE_EVENT, &event, sizeof event, &page->Event,
                               sizeof page->Event, NULL),
                 STATUS_INVALID_DEVICE_REQUEST);
    end();
}

/* C34, asked for: a handle without write access. */
TEST(a_handle_without_write_access_neither_allocates_nor_frees)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    KSPROPERTY property = {0};
    CLIENT_ALLOC alloc = {0};
    property.Set = KSPROPSETID_StreamAllocator;
    property.Id = KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE;
    property.Flags = KSPROPERTY_TYPE_GET;
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = SFA_FLAG_CHECK_ACCESS;
    RigOpen(RIG_OBJECT);
    RigAccess = FILE_READ_DATA;
    CHECK_STATUS(RigCreate(&framing, KernelMode, &handle, &file), STATUS_SUCCESS);
    ClientSend(&alloc, file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_ACCESS_DENIED);
    CHECK_STATUS(ClientFree(file, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(
        ClientControl(file, KernelMode, IOCTL_KS_PROPERTY, &property, sizeof property, &table, sizeof table, NULL),
        STATUS_ACCESS_DENIED); /* which would do the same */
    TkClose(handle);
    RigAccess = FILE_READ_DATA | FILE_WRITE_DATA;
    CHECK_STATUS(RigCreate(&framing, KernelMode, &handle, &file), STATUS_SUCCESS);
    ClientGive(file, ClientTake(file));
    TkClose(handle);
    RigClose();
}
