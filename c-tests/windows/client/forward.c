/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Loads samples/forward twice, as it was before it was ported or as it is after, adds its device as Plug and Play does,
 * and plays both its clients: the kernel client that takes pictures and gives their frames back, and a program that is
 * notified by handles of frames that are free. The argument is the driver: forward, or before.
 */
#include "gateway.h"
#include "service.h"
#include <stdio.h>
#include <string.h>

#define PROCESS     "SfaForward" /* one process for gate.sys and the driver */
#define FRAMES      3
#define FRAME_BYTES (64 * 48 * 2)
#define PICTURES    12
#define PATIENCE    20000 /* for what takes some 40 ms */

/* samples/forward/forward.h is for drivers. */
static const GUID pictures = {0x8a2f5f0e, 0x43b7, 0x4f0a, {0x9b, 0x0c, 0x6a, 0x1d, 0x7c, 0x5e, 0x2b, 0x91}};
enum { NEXT, BACK, LOST };
typedef struct PICTURE {
    ULONG Number;
    ULONG64 Frame;
} PICTURE;

static const GUID connection = {0x1D58C920, 0xAC9B, 0x11CF, {0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00}};
static const GUID events = {0x75d95571, 0x073c, 0x11d0, {0xa1, 0x61, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}};

static WCHAR driver[32]; /* L"\\Driver\\forward" */
static GATE_ARENA arena;
static HANDLE filter, pin;
static ULONG filter_number;

/* A request of the kernel client, with addresses of the kernel's. */
static ULONG property(const GUID *Set, ULONG Id, ULONG Flags, void *Data, ULONG Bytes)
{
    GATE_SENT sent = {0};
    KSIDENTIFIER identifier = {0};
    identifier.Set = *Set;
    identifier.Id = Id;
    identifier.Flags = Flags;
    sent.Code = IOCTL_KS_PROPERTY;
    sent.Kernel = 1;
    sent.In = arena.Writable;
    sent.Out = arena.Writable + 512;
    sent.BeforeBytes = sent.InBytes = sizeof identifier;
    sent.DataBytes = sent.OutBytes = Bytes;
    memcpy(sent.Before, &identifier, sizeof identifier);
    memcpy(sent.Data, Data, Bytes);
    if (!GateSend(pin, &sent, 1) || sent.Pended || sent.Damage != 0)
        return 0xC0000001;
    if (Flags == KSPROPERTY_TYPE_GET && sent.Status == 0 && !GateRead(sent.Out, Data, Bytes))
        return 0xC0000005;
    return sent.Status;
}

static ULONG set_state(KSSTATE State)
{
    return property(&connection, KSPROPERTY_CONNECTION_STATE, KSPROPERTY_TYPE_SET, &State, sizeof State);
}

static ULONG give_back(ULONG64 Frame)
{
    return property(&pictures, BACK, KSPROPERTY_TYPE_SET, &Frame, sizeof Frame);
}

/* The next picture, when there is one. */
static BOOL wait_for(PICTURE *Picture)
{
    DWORD begun = GetTickCount();
    while (GetTickCount() - begun < PATIENCE) {
        if (property(&pictures, NEXT, KSPROPERTY_TYPE_GET, Picture, sizeof *Picture) == 0)
            return TRUE;
        Sleep(5);
    }
    return FALSE;
}

static ULONG lost(void)
{
    ULONG n = 0;
    return property(&pictures, LOST, KSPROPERTY_TYPE_GET, &n, sizeof n) == 0 ? n : 0;
}

static BOOL loses_some(void)
{
    ULONG before = lost();
    DWORD begun = GetTickCount();
    while (lost() == before && GetTickCount() - begun < PATIENCE)
        Sleep(20);
    return lost() > before;
}

static BOOL is_filled(const PICTURE *Picture)
{
    static UCHAR bytes[FRAME_BYTES];
    UCHAR byte = (UCHAR)Picture->Number;
    return (Picture->Frame & 63) == 0 && GateRead(Picture->Frame, bytes, sizeof bytes) &&
           memcmp(bytes, &Picture->Number, sizeof Picture->Number) == 0 && bytes[sizeof Picture->Number] == byte &&
           bytes[FRAME_BYTES - 1] == byte;
}

static BOOL open_filter(void)
{
    static const WCHAR name[] = L"\\" KSSTRING_Filter;
    filter = GateOpen(driver, 0, TRUE, name, sizeof name - sizeof(WCHAR), &filter_number);
    return filter != INVALID_HANDLE_VALUE;
}

static HANDLE open_pin(BOOL Kernel)
{
    struct {
        UCHAR Class[38 * sizeof(WCHAR)];
        WCHAR Slash;
        UCHAR Connect[sizeof(KSPIN_CONNECT)];
        UCHAR Format[sizeof(KSDATAFORMAT)];
    } name;
    static const GUID video = {0x73646976, 0, 0x0010, {0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71}},
                      yuy2 = {0x32595559, 0, 0x0010, {0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71}},
                      plain = {0x0f6417d6, 0xc318, 0x11d0, {0xa4, 0x3f, 0, 0xa0, 0xc9, 0x22, 0x31, 0x96}};
    KSPIN_CONNECT connect;
    KSDATAFORMAT format;
    ULONG number;
    memset(&connect, 0, sizeof connect);
    memset(&format, 0, sizeof format);
    format.FormatSize = sizeof format;
    format.MajorFormat = video;
    format.SubFormat = yuy2;
    format.Specifier = plain;
    memcpy(name.Class, KSSTRING_Pin, sizeof name.Class);
    name.Slash = '\\';
    memcpy(name.Connect, &connect, sizeof connect);
    memcpy(name.Format, &format, sizeof format);
    return GateOpen(driver, filter_number, Kernel, &name, sizeof name, &number);
}

static DWORD enable(ULONG Id, ULONG Flags, ULONG Kind, HANDLE Object)
{
    KSIDENTIFIER identifier = {0};
    KSEVENTDATA data;
    memset(&data, 0, sizeof data);
    data.NotificationType = Kind;
    data.SemaphoreHandle.Semaphore = Object;
    data.SemaphoreHandle.Adjustment = Kind == KSEVENTF_SEMAPHORE_HANDLE;
    identifier.Set = events;
    identifier.Id = Id;
    identifier.Flags = Flags;
    return Control(pin, IOCTL_KS_ENABLE_EVENT, &identifier, sizeof identifier, &data, sizeof data);
}

static BOOL is_set(HANDLE Object)
{
    return WaitForSingleObject(Object, 0) == WAIT_OBJECT_0;
}

/* One of as many frames as there are, with its picture in it; and the program hears of each that is given back. */
static BOOL take_some(HANDLE Freed)
{
    ULONG64 seen[FRAMES] = {0};
    PICTURE picture = {0, 0};
    ULONG n, i, last = 0;
    for (n = 0; n < PICTURES; n++) {
        if (!wait_for(&picture) || !is_filled(&picture) || (n > 0 && picture.Number <= last))
            return FALSE;
        last = picture.Number;
        for (i = 0; i < FRAMES - 1 && seen[i] != 0 && seen[i] != picture.Frame; i++)
            ;
        if (seen[i] != 0 && seen[i] != picture.Frame)
            return FALSE;
        seen[i] = picture.Frame;
        if (is_set(Freed) || give_back(picture.Frame) != 0 || !is_set(Freed))
            return FALSE;
        if (give_back(picture.Frame + 1) != 0xC000000D || give_back(arena.Writable) != 0xC000000D || is_set(Freed))
            return FALSE;
    }
    return TRUE;
}

static void run_pin(void)
{
    HANDLE freed = CreateEventA(NULL, FALSE, FALSE, NULL), once = CreateSemaphoreA(NULL, 0, 100, NULL);
    PICTURE picture = {0, 0};
    See(open_pin(FALSE) == INVALID_HANDLE_VALUE, "the pin does not open for a program");
    pin = open_pin(TRUE);
    See(pin != INVALID_HANDLE_VALUE, "it opens for a driver");
    See(enable(KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, KSEVENTF_EVENT_HANDLE, freed) == 0 &&
            enable(KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ONESHOT, KSEVENTF_SEMAPHORE_HANDLE, once) == 0,
        "FREEFRAME is enabled, with a semaphore for one shot");
    See(enable(KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, KSEVENT_TYPE_ENABLE, KSEVENTF_EVENT_HANDLE, freed) != 0,
        "INTERNAL_FREEFRAME is not");
    See(set_state(KSSTATE_ACQUIRE) == 0 && set_state(KSSTATE_PAUSE) == 0 && set_state(KSSTATE_RUN) == 0, "it runs");
    See(take_some(freed), "pictures come, and each frame that goes back is heard of");
    See(is_set(once) && !is_set(once), "the one-shot event fired once");
    See(loses_some(), "pictures are lost while nobody takes any");
    See(set_state(KSSTATE_PAUSE) == 0 && wait_for(&picture) && set_state(KSSTATE_ACQUIRE) == 0 &&
            set_state(KSSTATE_STOP) == 0x80000011,
        "with a frame at its client it does not stop");
    (void)is_set(freed); /* of those that nobody took */
    See(give_back(picture.Frame) == 0 && is_set(freed) && set_state(KSSTATE_STOP) == 0, "without it does");
    See(set_state(KSSTATE_RUN) == 0 && wait_for(&picture) && give_back(picture.Frame) == 0, "it runs once more");
    CloseHandle(pin);
    See(GateCounts().Events == 0 && GateCounts().Semaphores == 0, "closed while it runs, no event is left");
    CloseHandle(freed);
    CloseHandle(once);
}

static void once_loaded(void)
{
    See(GatePlug(GATE_START, driver), "its device is added and starts");
    See(open_filter(), "the filter opens");
    if (SeenGood())
        run_pin();
    if (SeenGood())
        run_pin();
    CloseHandle(filter);
    See(GatePlug(GATE_REMOVE, driver), "the device is removed");
    See(GateCounts().Files == 0, "no file is left");
}

int main(int Count, char **Arguments)
{
    const char *name = Count > 1 ? Arguments[1] : "forward";
    SC_HANDLE gate = ServiceMake("gate", PROCESS), service = ServiceMake(name, PROCESS);
    HANDLE own;
    ULONG blocks = 0;
    int turn;
    swprintf(driver, sizeof driver / sizeof *driver, L"\\Driver\\%hs", name);
    See(gate != NULL && service != NULL && ServiceStart(gate), "gate.sys loads");
    own = GateHandle();
    See(Control(own, GATE_MEMORY, NULL, 0, &arena, sizeof arena) == 0, "there is memory for its client");
    for (turn = 0; turn < 2 && SeenGood(); turn++) {
        blocks = GateCounts().Blocks;
        See(ServiceStart(service), turn == 0 ? "the driver loads" : "it loads again");
        if (SeenGood())
            once_loaded();
        See(ServiceStop(service), "it stops and unloads");
        if (turn > 0) /* what is made once was made the first time */
            See(GateCounts().Blocks == blocks, "no block of pool is left");
    }
    CloseHandle(own);
    ServiceForget(service);
    ServiceForget(gate);
    return SeeEnd(0, 0);
}
