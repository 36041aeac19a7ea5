/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Loads samples/pureks twice, and is its client: a user program, which may ask and be notified but gets no frame, and
 * (through gate.sys) the kernel client that takes frames and gives them back. One line for each thing that was seen.
 */
#include "service.h"
#include <stdio.h>
#include <string.h>
#include <winioctl.h>
#include <ks.h>
#include "gate.h"

#define GROUP   "SfaSample" /* one process for gate.sys and pureks.sys */
#define SECONDS 20

static int passed, failed;

static void see(BOOL Good, const char *What)
{
    printf("%s ... %s\n", What, Good ? "ok" : "FAILED");
    if (!Good)
        printf("    last error %lu\n", GetLastError());
    Good ? passed++ : failed++;
    fflush(stdout);
}

typedef struct REQUEST {
    OVERLAPPED Overlapped;
    DWORD Error; /* ERROR_IO_PENDING while it waits */
    DWORD Bytes;
} REQUEST;

static void begin(REQUEST *Request, HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes)
{
    memset(Request, 0, sizeof *Request);
    Request->Overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    Request->Error = DeviceIoControl(File, Code, In, InBytes, Out, OutBytes, &Request->Bytes, &Request->Overlapped)
                         ? 0
                         : GetLastError();
}

static DWORD end(REQUEST *Request, HANDLE File)
{
    if (Request->Error == ERROR_IO_PENDING) {
        if (WaitForSingleObject(Request->Overlapped.hEvent, SECONDS * 1000) == WAIT_TIMEOUT)
            return WAIT_TIMEOUT;
        Request->Error = GetOverlappedResult(File, &Request->Overlapped, &Request->Bytes, FALSE) ? 0 : GetLastError();
    }
    CloseHandle(Request->Overlapped.hEvent);
    return Request->Error;
}

/* The gate answers "pending" to everything, so a request that waits is one that is not complete after a while. */
static BOOL waits(const REQUEST *Request)
{
    return Request->Error == ERROR_IO_PENDING && WaitForSingleObject(Request->Overlapped.hEvent, 200) == WAIT_TIMEOUT;
}

static DWORD control(HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes)
{
    REQUEST request;
    begin(&request, File, Code, In, InBytes, Out, OutBytes);
    return end(&request, File);
}

static HANDLE open_file(ULONG Parent, const void *Name, ULONG Bytes, ULONG *Number)
{
    HANDLE file = CreateFileW(L"\\\\.\\" GATE_DEVICE, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                              FILE_FLAG_OVERLAPPED, NULL);
    GATE_NAME name = {L"\\Driver\\pureks", 0, 0, {0}};
    name.Parent = Parent;
    name.Bytes = Bytes;
    memcpy(name.Name, Name, Bytes);
    if (file != INVALID_HANDLE_VALUE && control(file, GATE_OPEN, &name, sizeof name, Number, sizeof *Number) != 0) {
        CloseHandle(file);
        return INVALID_HANDLE_VALUE;
    }
    return file;
}

static HANDLE open_allocator(ULONG Pin)
{
    static const WCHAR text[] = KSSTRING_Allocator;
    KSALLOCATOR_FRAMING framing = {0};
    UCHAR name[sizeof text + sizeof framing];
    ULONG number;
    framing.OptionsFlags = KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
    framing.PoolType = 0x200; /* NonPagedPoolNx */
    framing.Frames = 2;
    framing.FrameSize = 4096;
    framing.FileAlignment = 63;
    memcpy(name, text, sizeof text);
    name[sizeof text - sizeof(WCHAR)] = '\\';
    memcpy(name + sizeof text, &framing, sizeof framing);
    return open_file(Pin, name, sizeof name, &number);
}

/* KSMETHODSETID_, KSPROPSETID_ and KSEVENTSETID_StreamAllocator; ks.h has the ids of properties for drivers only. */
enum { PROPERTY_FUNCTIONTABLE, PROPERTY_STATUS };
static const GUID methods = {0xcf6e4341, 0xec87, 0x11cf, {0xa1, 0x30, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}};
static const GUID properties = {0xcf6e4342, 0xec87, 0x11cf, {0xa1, 0x30, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}};
static const GUID events = {0x75d95571, 0x073c, 0x11d0, {0xa1, 0x61, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}};

static DWORD ask(HANDLE File, DWORD Code, const GUID *Set, ULONG Id, ULONG Flags, void *Out, DWORD OutBytes)
{
    KSIDENTIFIER identifier = {0};
    identifier.Set = *Set;
    identifier.Id = Id;
    identifier.Flags = Flags;
    return control(File, Code, &identifier, sizeof identifier, Out, OutBytes);
}

static void user_mode(HANDLE File)
{
    KSSTREAMALLOCATOR_STATUS status = {0};
    void *two[2] = {NULL, NULL};
    see(ask(File, IOCTL_KS_PROPERTY, &properties, PROPERTY_STATUS, KSPROPERTY_TYPE_GET, &status, sizeof status) == 0 &&
            status.Framing.Frames == 2 && status.Framing.FrameSize == 4096 && status.AllocatedFrames == 0,
        "user mode gets the status");
    see(ask(File, IOCTL_KS_PROPERTY, &properties, PROPERTY_FUNCTIONTABLE, KSPROPERTY_TYPE_GET, two, sizeof two) ==
                ERROR_INVALID_FUNCTION &&
            two[0] == NULL,
        "user mode gets no function table");
    see(ask(File, IOCTL_KS_METHOD, &methods, KSMETHOD_STREAMALLOCATOR_ALLOC, KSMETHOD_TYPE_WRITE, two, sizeof two[0]) ==
                ERROR_INVALID_FUNCTION &&
            two[0] == NULL,
        "user mode gets no frame");
}

static DWORD enable(HANDLE File, ULONG Flags, HANDLE Event, KSEVENTDATA *Data)
{
    memset(Data, 0, sizeof *Data);
    Data->NotificationType = KSEVENTF_EVENT_HANDLE;
    Data->EventHandle.Event = Event;
    return ask(File, IOCTL_KS_ENABLE_EVENT, &events, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, Data, sizeof *Data);
}

static BOOL is_set(HANDLE Event)
{
    return WaitForSingleObject(Event, 0) == WAIT_OBJECT_0;
}

static void frames(HANDLE File)
{
    HANDLE always = CreateEventA(NULL, FALSE, FALSE, NULL), once = CreateEventA(NULL, FALSE, FALSE, NULL);
    void *frame[3] = {NULL, NULL, NULL}, *none = NULL;
    KSEVENTDATA data[2];
    REQUEST request;
    see(enable(File, KSEVENT_TYPE_ENABLE, always, &data[0]) == 0, "FREEFRAME is enabled with an event handle");
    see(enable(File, KSEVENT_TYPE_ONESHOT, once, &data[1]) == 0, "and once more for one shot");
    see(control(File, GATE_TAKE, NULL, 0, &frame[0], sizeof frame[0]) == 0 &&
            control(File, GATE_TAKE, NULL, 0, &frame[1], sizeof frame[1]) == 0 && frame[0] != frame[1],
        "two frames go out");
    begin(&request, File, GATE_TAKE, NULL, 0, &frame[2], sizeof frame[2]);
    see(waits(&request) && !is_set(always) && !is_set(once), "a third request waits");
    see(control(File, GATE_GIVE, &frame[0], sizeof frame[0], NULL, 0) == 0, "a frame comes back");
    see(end(&request, File) == 0 && frame[2] == frame[0], "the request has it");
    see(is_set(always) && is_set(once), "both events are set");
    begin(&request, File, GATE_TAKE, NULL, 0, &none, sizeof none);
    see(waits(&request) && CancelIoEx(File, &request.Overlapped) && end(&request, File) == ERROR_OPERATION_ABORTED &&
            none == NULL,
        "a request that waits is cancelled");
    see(control(File, GATE_GIVE, &frame[1], sizeof frame[1], NULL, 0) == 0 && is_set(always) && !is_set(once),
        "the one-shot event is gone");
    see(control(File, GATE_GIVE, &frame[2], sizeof frame[2], NULL, 0) == 0 &&
            control(File, GATE_GIVE, &frame[2], sizeof frame[2], NULL, 0) == ERROR_INVALID_PARAMETER,
        "a frame comes back once");
    CloseHandle(always);
    CloseHandle(once);
}

static void once_loaded(void)
{
    static const WCHAR pin_name[] = KSSTRING_Pin;
    HANDLE pin, file;
    ULONG number = 0;
    pin = open_file(0, pin_name, sizeof pin_name - sizeof(WCHAR), &number);
    see(pin != INVALID_HANDLE_VALUE, "the pin opens");
    file = open_allocator(number);
    see(file != INVALID_HANDLE_VALUE, "an allocator opens under it");
    if (file != INVALID_HANDLE_VALUE) {
        user_mode(file);
        frames(file);
    }
    CloseHandle(file);
    CloseHandle(pin);
}

int main(void)
{
    SC_HANDLE gate = ServiceMake("gate", GROUP), sample = ServiceMake("pureks", GROUP);
    int turn;
    see(gate != NULL && sample != NULL && ServiceStart(gate), "gate.sys loads");
    for (turn = 0; turn < 2 && failed == 0; turn++) {
        see(ServiceStart(sample), turn == 0 ? "pureks.sys loads" : "pureks.sys loads again");
        if (failed == 0)
            once_loaded();
        see(ServiceStop(sample), "it stops and unloads");
    }
    ServiceForget(sample);
    ServiceForget(gate);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
