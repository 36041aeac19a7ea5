/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests as an attacker sends them: short, odd, unmapped, changing under our eyes. Statuses, never damage. */
#include "rig.h"
#include "stream.h"

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;
static PEPROCESS process;
static UCHAR *page, *read_only, *nothing;

static void begin(void)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    RigOpen(RIG_OBJECT);
    process = TkProcessCreate("program");
    page = (UCHAR *)TkUserAllocate(process, PAGE_SIZE, TkReadWrite);
    read_only = (UCHAR *)TkUserAllocate(process, PAGE_SIZE, TkReadOnly);
    nothing = (UCHAR *)TkUserAllocate(process, PAGE_SIZE, TkNoAccess);
    TkEnterProcess(process);
    CHECK_STATUS(RigCreate(&framing, UserMode, &handle, &file), STATUS_SUCCESS);
    frame = ClientTake(file);
}

static void end(void)
{
    StreamCheck(SfaAllocatorOf(file), 1);
    CHECK(StreamStatistics(SfaAllocatorOf(file)).Subscribers == 0);
    ClientGive(file, frame);
    TkClose(handle);
    TkLeaveProcess();
    TkProcessExit(process);
    RigClose();
}

static KSIDENTIFIER *identifier(PVOID At, const GUID *Set, ULONG Id, ULONG Flags)
{
    KSIDENTIFIER *id = (KSIDENTIFIER *)At;
    id->Set = *Set;
    id->Id = Id;
    id->Flags = Flags;
    return id;
}

static KSIDENTIFIER *get_status(PVOID At)
{
    return identifier(At, &KSPROPSETID_StreamAllocator, KSPROPERTY_STREAMALLOCATOR_STATUS, KSPROPERTY_TYPE_GET);
}

/* C1. */
TEST(a_file_that_is_no_allocator_object_has_no_allocator)
{
    ULONG_PTR context[64]; /* what FsContext of some other object may look like */
    FILE_OBJECT other = {0};
    PVOID none = context;
    begin();
    RtlFillMemory(context, sizeof context, 0x60);
    CHECK(SfaAllocatorOf(NULL) == NULL && SfaAllocatorOf(&other) == NULL);
    other.FsContext = context;
    CHECK(SfaAllocatorOf(&other) == NULL);
    CHECK_STATUS(ClientFunctions(file).AllocateFrame(&other, &none), STATUS_INVALID_HANDLE);
    CHECK(none == NULL);
    ClientFunctions(file).FreeFrame(&other, &other);
    other.FsContext = (PVOID)(ULONG_PTR)8; /* or no pointer at all: whose it is decides the driver of that file */
    CHECK(SfaAllocatorOf(&other) == NULL);
    CHECK(SfaAllocatorOf(file) != NULL);
    end();
}

/* C4: what decides is the copy. The program changes the id after it was read. */
static VOID change_id(const VOID *Address, SIZE_T Bytes, PVOID Context)
{
    (void)Bytes;
    ++*(ULONG *)Context;
    if (Address == (const VOID *)page) {
        TkSetReadHook(NULL, NULL); /* the next look, if there is one, sees another request */
    }
}

TEST(a_request_is_read_once)
{
    ULONG reads = 0;
    ULONG_PTR information;
    begin();
    get_status(page);
    TkSetReadHook(change_id, &reads); /* a second read of the same bytes is a breach of the test kernel's */
    CHECK_STATUS(ClientControl(file, UserMode, IOCTL_KS_PROPERTY, page, sizeof(KSIDENTIFIER), page + 512,
                               sizeof(KSSTREAMALLOCATOR_STATUS), &information),
                 STATUS_SUCCESS);
    CHECK(reads == 1 && information == sizeof(KSSTREAMALLOCATOR_STATUS));
    reads = 0;
    get_status(page)->Flags = KSPROPERTY_TYPE_BASICSUPPORT;
    TkSetReadHook(change_id, &reads);
    CHECK_STATUS(ClientControl(file, UserMode, IOCTL_KS_PROPERTY, page, sizeof(KSIDENTIFIER), page + 512, sizeof(ULONG),
                               &information),
                 STATUS_SUCCESS);
    CHECK(reads == 1 && information == sizeof(ULONG));
    TkSetReadHook(NULL, NULL);
    end();
}

/* C5. */
TEST(short_requests_are_refused_before_they_are_read)
{
    ULONG bytes;
    begin();
    for (bytes = 0; bytes < sizeof(KSIDENTIFIER); bytes++) {
        get_status(page);
        CHECK(!NT_SUCCESS(ClientControl(file, UserMode, IOCTL_KS_PROPERTY, page, bytes, page + 512,
                                        sizeof(KSSTREAMALLOCATOR_STATUS), NULL)));
        CHECK(!NT_SUCCESS(
            ClientControl(file, UserMode, IOCTL_KS_ENABLE_EVENT, page, bytes, page + 512, sizeof(KSEVENTDATA), NULL)));
    }
    end();
}

/* C6: no room asks for the size; too little gets nothing. */
TEST(a_short_answer_is_not_begun)
{
    ULONG_PTR information;
    ULONG bytes;
    begin();
    get_status(page);
    CHECK_STATUS(ClientControl(file, UserMode, IOCTL_KS_PROPERTY, page, sizeof(KSIDENTIFIER), NULL, 0, &information),
                 STATUS_BUFFER_OVERFLOW);
    CHECK(information == sizeof(KSSTREAMALLOCATOR_STATUS));
    for (bytes = 1; bytes < sizeof(KSSTREAMALLOCATOR_STATUS); bytes++) {
        RtlFillMemory(page + 512, 64, 0xA5);
        get_status(page);
        CHECK_STATUS(ClientControl(file, UserMode, IOCTL_KS_PROPERTY, page, sizeof(KSIDENTIFIER), page + 512, bytes,
                                   &information),
                     STATUS_BUFFER_TOO_SMALL);
        CHECK(information == 0 && StreamIsFilled(page + 512, 0xA5, 64));
    }
    end();
}

static NTSTATUS enable_with(ULONG Kind, HANDLE Handle)
{
    KSEVENTDATA *data = (KSEVENTDATA *)(page + 512);
    RtlZeroMemory(data, sizeof *data);
    data->NotificationType = Kind;
    data->SemaphoreHandle.Semaphore = Handle;
    if (Kind == KSEVENTF_SEMAPHORE_HANDLE) {
        data->SemaphoreHandle.Adjustment = 1;
    }
    identifier(page, &KSEVENTSETID_StreamAllocator, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE);
    return ClientControl(file, UserMode, IOCTL_KS_ENABLE_EVENT, page, sizeof(KSEVENT), data, sizeof *data, NULL);
}

/* C17: type, access and owner of a handle count; what was referenced is let go of. */
TEST(handles_of_the_wrong_kind_are_refused)
{
    HANDLE event_handle, blind_handle, kernel_handle;
    PKEVENT event;
    begin();
    CHECK_STATUS(TkCreateEventHandle(process, NotificationEvent, FALSE, EVENT_ALL_ACCESS, &event_handle, &event),
                 STATUS_SUCCESS);
    CHECK_STATUS(TkCreateEventHandle(process, NotificationEvent, FALSE, SYNCHRONIZE, &blind_handle, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(TkCreateEventHandle(NULL, NotificationEvent, FALSE, EVENT_ALL_ACCESS, &kernel_handle, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(enable_with(KSEVENTF_EVENT_HANDLE, blind_handle), STATUS_ACCESS_DENIED);
    CHECK_STATUS(enable_with(KSEVENTF_SEMAPHORE_HANDLE, event_handle), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK(!NT_SUCCESS(enable_with(KSEVENTF_EVENT_HANDLE, kernel_handle)));
    CHECK(!NT_SUCCESS(enable_with(KSEVENTF_EVENT_HANDLE, (HANDLE)(ULONG_PTR)0x7777)));
    CHECK(!NT_SUCCESS(enable_with(KSEVENTF_EVENT_HANDLE, NULL)));
    CHECK_STATUS(enable_with(KSEVENTF_EVENT_HANDLE, event_handle), STATUS_SUCCESS);
    CHECK(TkReferences(event) == 2);
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS);
    CHECK(TkReferences(event) == 1);
    TkClose(event_handle);
    TkClose(blind_handle);
    TkClose(kernel_handle);
    end();
}

/* C31: parameters are taken by length. */
TEST(create_requests_of_the_wrong_length_are_refused)
{
    static const USHORT wrong[] = {0, 1, 4, 23, 25, 48};
    HANDLE other;
    PFILE_OBJECT none;
    ULONG i;
    begin();
    for (i = 0; i < RTL_NUMBER_OF(wrong); i++) {
        CHECK(!NT_SUCCESS(RigCreateRaw(wrong[i], &other, &none)));
    }
    CHECK_STATUS(RigCreateRaw(sizeof(KSALLOCATOR_FRAMING), &other, &none), STATUS_SUCCESS);
    TkClose(other);
    end();
}

/* Every control code, id and flag, with every kind of buffer: a status, and the object is as it was. */
TEST(no_request_brings_it_down)
{
    static const ULONG codes[] = {IOCTL_KS_PROPERTY,
                                  IOCTL_KS_METHOD,
                                  IOCTL_KS_ENABLE_EVENT,
                                  IOCTL_KS_DISABLE_EVENT,
                                  IOCTL_KS_RESET_STATE,
                                  IOCTL_KS_HANDSHAKE,
                                  0,
                                  0x002f00ff};
    static const ULONG flags[] = {0, 1, 2, 3, 4, 0x100, 0x200, 0x400, 0x800, 0x10000, 0x10000000, 0xFFFFFFFF};
    static const ULONG sizes[] = {0, 1, 8, 24, 32, 40, 4096};
    const GUID *const sets[] = {&KSPROPSETID_StreamAllocator, &KSMETHODSETID_StreamAllocator,
                                &KSEVENTSETID_StreamAllocator, &GUID_NULL};
    UCHAR *outs[6];
    ULONG code, set, id, flag, in, out, where, requests = 0;
    begin();
    outs[0] = page + 512;
    outs[1] = page + 513;
    outs[2] = read_only;
    outs[3] = nothing;
    outs[4] = NULL;
    outs[5] = (UCHAR *)frame; /* a kernel address from a program */
    for (code = 0; code < RTL_NUMBER_OF(codes); code++) {
        for (set = 0; set < RTL_NUMBER_OF(sets); set++) {
            for (id = 0; id < 3; id++) {
                for (flag = 0; flag < RTL_NUMBER_OF(flags); flag++) {
                    for (in = 0; in < RTL_NUMBER_OF(sizes); in += 3) {
                        for (out = 0; out < RTL_NUMBER_OF(sizes); out += 2) {
                            where = (code + set + id + flag + in + out) % RTL_NUMBER_OF(outs);
                            identifier(page, sets[set], id, flags[flag]);
                            (void)ClientControl(file, UserMode, codes[code], page, sizes[in], outs[where], sizes[out],
                                                NULL);
                            requests++;
                        }
                    }
                }
            }
        }
    }
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS);
    CheckPrint("hostile: %u requests\n", requests);
    end();
}
