/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Every request in every state of an allocator object: prints the table that docs/behaviour.md shows, so that the page
 * says what the code does. `cargo xtask test` compares the two.
 */
#include "rig.h"
#include "stream.h"

enum state { FREE_FRAME, NONE_FREE, ONE_WAITS, CLOSING, STATES };

static HANDLE handle;
static PFILE_OBJECT file;
static PSFA_ALLOCATOR allocator;
static PEPROCESS process;
static UCHAR *page; /* of the process */
static PVOID frame; /* out, or NULL */
static CLIENT_ALLOC waiter;
static KSSTREAMALLOCATOR_FUNCTIONTABLE table;

static void enter(enum state State)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    RigOpen(RIG_OBJECT);
    process = TkProcessCreate("program");
    TkEnterProcess(process);
    page = (UCHAR *)TkUserAllocate(process, PAGE_SIZE, TkReadWrite);
    CHECK_STATUS(RigCreate(&framing, UserMode, &handle, &file), STATUS_SUCCESS);
    ObReferenceObject(file);
    allocator = SfaAllocatorOf(file);
    table = ClientFunctions(file);
    frame = State != FREE_FRAME ? ClientTake(file) : NULL;
    RtlZeroMemory(&waiter, sizeof waiter);
    if (State == ONE_WAITS) {
        ClientSend(&waiter, file);
        CHECK(ClientWaits(&waiter));
    }
    if (State == CLOSING) {
        TkClose(handle);
    }
}

static void leave(enum state State)
{
    if (State != CLOSING) {
        TkClose(handle); /* completes what waits */
    }
    if (waiter.Request != NULL) {
        (void)ClientEnd(&waiter);
        frame = waiter.Frame != (PVOID)(ULONG_PTR)0xF00D ? waiter.Frame : frame;
    }
    if (frame != NULL && StreamOut(allocator) != 0) {
        StreamGive(allocator, frame);
    }
    ObDereferenceObject(file);
    TkLeaveProcess();
    TkProcessExit(process);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}

/* --- Requests --- */

static NTSTATUS identify(KPROCESSOR_MODE Mode, ULONG Code, const GUID *Set, ULONG Id, ULONG Flags, ULONG OutBytes,
                         PVOID Data)
{
    static UCHAR kernel[PAGE_SIZE];
    UCHAR *memory = Mode == UserMode ? page : kernel;
    KSIDENTIFIER *request = (KSIDENTIFIER *)(memory + 512);
    request->Set = *Set;
    request->Id = Id;
    request->Flags = Flags;
    RtlZeroMemory(memory, 512);
    if (Data != NULL) {
        RtlCopyMemory(memory, Data, OutBytes);
    }
    return ClientControl(file, Mode, Code, request, sizeof *request, memory, OutBytes, NULL);
}

static NTSTATUS alloc(KPROCESSOR_MODE Mode)
{
    CLIENT_ALLOC mine = {0};
    NTSTATUS status;
    if (Mode == UserMode) {
        return identify(Mode, IOCTL_KS_METHOD, &KSMETHODSETID_StreamAllocator, KSMETHOD_STREAMALLOCATOR_ALLOC,
                        KSMETHOD_TYPE_WRITE, sizeof(PVOID), NULL);
    }
    ClientSend(&mine, file);
    if (ClientWaits(&mine)) {
        CHECK(TkCancelRequest(mine.Request));
        CHECK_STATUS(ClientEnd(&mine), STATUS_CANCELLED);
        return STATUS_PENDING;
    }
    status = ClientEnd(&mine);
    if (NT_SUCCESS(status)) {
        frame = mine.Frame;
    }
    return status;
}

static NTSTATUS give(KPROCESSOR_MODE Mode)
{
    PVOID which = frame != NULL ? frame : (PVOID)page;
    return identify(Mode, IOCTL_KS_METHOD, &KSMETHODSETID_StreamAllocator, KSMETHOD_STREAMALLOCATOR_FREE,
                    KSMETHOD_TYPE_READ, sizeof which, &which);
}

static NTSTATUS give_nothing(KPROCESSOR_MODE Mode)
{
    PVOID which = NULL;
    return identify(Mode, IOCTL_KS_METHOD, &KSMETHODSETID_StreamAllocator, KSMETHOD_STREAMALLOCATOR_FREE,
                    KSMETHOD_TYPE_READ, sizeof which, &which);
}

static NTSTATUS status_of(KPROCESSOR_MODE Mode)
{
    return identify(Mode, IOCTL_KS_PROPERTY, &KSPROPSETID_StreamAllocator, KSPROPERTY_STREAMALLOCATOR_STATUS,
                    KSPROPERTY_TYPE_GET, sizeof(KSSTREAMALLOCATOR_STATUS), NULL);
}

static NTSTATUS functions(KPROCESSOR_MODE Mode)
{
    return identify(Mode, IOCTL_KS_PROPERTY, &KSPROPSETID_StreamAllocator, KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE,
                    KSPROPERTY_TYPE_GET, sizeof(KSSTREAMALLOCATOR_FUNCTIONTABLE), NULL);
}

static NTSTATUS set_status(KPROCESSOR_MODE Mode)
{
    return identify(Mode, IOCTL_KS_PROPERTY, &KSPROPSETID_StreamAllocator, KSPROPERTY_STREAMALLOCATOR_STATUS,
                    KSPROPERTY_TYPE_SET, sizeof(KSSTREAMALLOCATOR_STATUS), NULL);
}

static NTSTATUS enable(KPROCESSOR_MODE Mode, ULONG Id)
{
    HANDLE event_handle;
    KSEVENTDATA data;
    PKEVENT event;
    NTSTATUS status;
    CHECK_STATUS(TkCreateEventHandle(process, NotificationEvent, FALSE, EVENT_ALL_ACCESS, &event_handle, &event),
                 STATUS_SUCCESS);
    RtlZeroMemory(&data, sizeof data);
    data.NotificationType = Mode == UserMode ? KSEVENTF_EVENT_HANDLE : KSEVENTF_EVENT_OBJECT;
    data.EventHandle.Event = Mode == UserMode ? event_handle : (HANDLE)event;
    status = identify(Mode, IOCTL_KS_ENABLE_EVENT, &KSEVENTSETID_StreamAllocator, Id, KSEVENT_TYPE_ENABLE, sizeof data,
                      &data);
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS);
    TkClose(event_handle);
    return status;
}

static NTSTATUS enable_free(KPROCESSOR_MODE Mode)
{
    return enable(Mode, KSEVENT_STREAMALLOCATOR_FREEFRAME);
}

static NTSTATUS enable_internal(KPROCESSOR_MODE Mode)
{
    return enable(Mode, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME);
}

static NTSTATUS disable_all(KPROCESSOR_MODE Mode)
{
    return ClientControl(file, Mode, IOCTL_KS_DISABLE_EVENT, NULL, 0, NULL, 0, NULL);
}

static NTSTATUS direct_allocate(KPROCESSOR_MODE Mode)
{
    PVOID taken;
    NTSTATUS status = table.AllocateFrame(file, &taken);
    (void)Mode;
    CHECK((taken != NULL) == NT_SUCCESS(status));
    frame = taken != NULL ? taken : frame;
    return status;
}

/* --- The table --- */

static const struct row {
    const char *name;
    NTSTATUS (*request)(KPROCESSOR_MODE Mode);
    BOOLEAN kernel_only; /* a call, not a request */
} rows[] = {
    {"ALLOC", alloc, FALSE},
    {"FREE of the frame that is out", give, FALSE},
    {"FREE of anything else", give_nothing, FALSE},
    {"get STATUS", status_of, FALSE},
    {"set STATUS", set_status, FALSE},
    {"get FUNCTIONTABLE", functions, FALSE},
    {"enable FREEFRAME", enable_free, FALSE},
    {"enable INTERNAL_FREEFRAME", enable_internal, FALSE},
    {"disable all events", disable_all, FALSE},
    {"AllocateFrame of the table", direct_allocate, TRUE},
};

static const char *name_of(NTSTATUS Status)
{
    static const struct {
        NTSTATUS status;
        const char *name;
    } names[] = {
        {STATUS_SUCCESS, "SUCCESS"},
        {STATUS_PENDING, "PENDING"},
        {STATUS_INVALID_PARAMETER, "INVALID_PARAMETER"},
        {STATUS_INVALID_DEVICE_REQUEST, "INVALID_DEVICE_REQUEST"},
        {STATUS_DEVICE_NOT_READY, "DEVICE_NOT_READY"},
        {STATUS_INSUFFICIENT_RESOURCES, "INSUFFICIENT_RESOURCES"},
        {STATUS_NOT_FOUND, "NOT_FOUND"},
    };
    ULONG i;
    for (i = 0; i < RTL_NUMBER_OF(names); i++) {
        if (names[i].status == Status) {
            return names[i].name;
        }
    }
    CheckPrint("0x%X", (ULONG)Status);
    CHECK(!"a status without a name");
    return NULL;
}

static void print_row(const struct row *Row, KPROCESSOR_MODE Mode)
{
    ULONG state;
    CheckPrint("| %s | %s |", Row->name, Mode == UserMode ? "user" : "kernel");
    for (state = FREE_FRAME; state < STATES; state++) {
        NTSTATUS status;
        enter((enum state)state);
        status = Row->request(Mode);
        leave((enum state)state);
        CheckPrint(" %s |", name_of(status));
    }
    CheckPrint("\n");
}

TEST(every_request_in_every_state)
{
    ULONG i;
    CheckPrint(
        "| Request | from | a frame is free | none is free | one waits | after CLEANUP |\n|---|---|---|---|---|---|\n");
    for (i = 0; i < RTL_NUMBER_OF(rows); i++) {
        print_row(&rows[i], KernelMode);
        if (!rows[i].kernel_only) {
            print_row(&rows[i], UserMode);
        }
    }
}
