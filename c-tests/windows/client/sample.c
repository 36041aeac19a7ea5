/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Loads samples/pureks twice, and is its client: a user program, which may ask and be notified but gets no frame, and
 * (through gate.sys) the kernel client that takes frames and gives them back. One line for each thing that was seen.
 */
#include "allocator.h"
#include "service.h"

#define GROUP "SfaSample" /* one process for gate.sys and pureks.sys */

static void user_mode(HANDLE File)
{
    void *two[2] = {NULL, NULL};
    See(AllocatorOut(File) == 0, "user mode gets the status");
    See(AllocatorAsk(File, IOCTL_KS_PROPERTY, &AllocatorProperties, PROPERTY_FUNCTIONTABLE, KSPROPERTY_TYPE_GET, two,
                     sizeof two) == ERROR_INVALID_FUNCTION &&
            two[0] == NULL,
        "user mode gets no function table");
    See(AllocatorAsk(File, IOCTL_KS_METHOD, &AllocatorMethods, KSMETHOD_STREAMALLOCATOR_ALLOC, KSMETHOD_TYPE_WRITE, two,
                     sizeof two[0]) == ERROR_INVALID_FUNCTION &&
            two[0] == NULL,
        "user mode gets no frame");
}

static void events(HANDLE File)
{
    HANDLE always = CreateEventA(NULL, FALSE, FALSE, NULL), once = CreateEventA(NULL, FALSE, FALSE, NULL);
    void *frame[3] = {NULL, NULL, NULL}, *none = NULL;
    KSEVENTDATA data[2];
    REQUEST request;
    data[0] = AllocatorEvent(always);
    data[1] = AllocatorEvent(once);
    See(AllocatorEnable(File, KSEVENT_TYPE_ENABLE, &data[0]) == 0, "FREEFRAME is enabled with an event handle");
    See(AllocatorEnable(File, KSEVENT_TYPE_ONESHOT, &data[1]) == 0, "and once more for one shot");
    See(AllocatorTake(File, &frame[0]) == 0 && AllocatorTake(File, &frame[1]) == 0 && frame[0] != frame[1],
        "two frames go out");
    RequestBegin(&request, File, GATE_TAKE, NULL, 0, &frame[2], sizeof frame[2]);
    See(RequestWaits(&request) && !IsSet(always) && !IsSet(once), "a third request waits");
    See(AllocatorGive(File, frame[0]) == 0, "a frame comes back");
    See(RequestEnd(&request, File) == 0 && frame[2] == frame[0], "the request has it");
    See(IsSet(always) && IsSet(once), "both events are set");
    RequestBegin(&request, File, GATE_TAKE, NULL, 0, &none, sizeof none);
    See(RequestWaits(&request) && CancelIoEx(File, request.Overlapped) &&
            RequestEnd(&request, File) == ERROR_OPERATION_ABORTED && none == NULL,
        "a request that waits is cancelled");
    See(AllocatorGive(File, frame[1]) == 0 && IsSet(always) && !IsSet(once), "the one-shot event is gone");
    See(AllocatorGive(File, frame[2]) == 0 && AllocatorGive(File, frame[2]) == ERROR_INVALID_PARAMETER,
        "a frame comes back once");
    See(Control(File, IOCTL_KS_DISABLE_EVENT, NULL, 0, NULL, 0) == 0, "all events are disabled");
    CloseHandle(always);
    CloseHandle(once);
}

/* How often it can be waited for. */
static unsigned count(HANDLE Semaphore)
{
    unsigned n = 0;
    while (IsSet(Semaphore))
        n++;
    return n;
}

static BOOL there_and_back(HANDLE File)
{
    void *frame = NULL;
    return AllocatorTake(File, &frame) == 0 && AllocatorGive(File, frame) == 0;
}

static void semaphores(HANDLE File)
{
    HANDLE always = CreateSemaphoreA(NULL, 0, 100, NULL), once = CreateSemaphoreA(NULL, 0, 100, NULL);
    HANDLE full = CreateSemaphoreA(NULL, 1, 2, NULL), event = CreateEventA(NULL, FALSE, FALSE, NULL), blind;
    KSEVENTDATA data[5];
    data[0] = AllocatorSemaphore(always, 3);
    data[1] = AllocatorSemaphore(once, 2);
    data[2] = AllocatorSemaphore(full, 2);
    data[3] = AllocatorSemaphore(event, 1);
    See(AllocatorEnable(File, KSEVENT_TYPE_ENABLE, &data[3]) != 0, "an event is no semaphore");
    data[3] = AllocatorEvent(always);
    See(AllocatorEnable(File, KSEVENT_TYPE_ENABLE, &data[3]) != 0, "a semaphore is no event");
    data[3] = AllocatorSemaphore(always, 0);
    See(AllocatorEnable(File, KSEVENT_TYPE_ENABLE, &data[3]) != 0, "nothing to add is refused");
    See(DuplicateHandle(GetCurrentProcess(), always, GetCurrentProcess(), &blind, SYNCHRONIZE, FALSE, 0),
        "there is a handle that may only be waited for");
    data[4] = AllocatorSemaphore(blind, 1);
    See(AllocatorEnable(File, KSEVENT_TYPE_ENABLE, &data[4]) == ERROR_ACCESS_DENIED, "it is refused");
    See(AllocatorEnable(File, KSEVENT_TYPE_ENABLE, &data[0]) == 0, "FREEFRAME is enabled with a semaphore handle");
    See(AllocatorEnable(File, KSEVENT_TYPE_ONESHOT, &data[1]) == 0, "and once more for one shot");
    See(AllocatorEnable(File, KSEVENT_TYPE_ENABLE, &data[2]) == 0, "and with one that has not so much room");
    See(count(always) == 0 && count(once) == 0, "nothing is signalled yet");
    See(there_and_back(File) && count(always) == 3 && count(once) == 2, "both semaphores count");
    See(there_and_back(File) && count(always) == 3 && count(once) == 0, "the one-shot semaphore once");
    See(count(full) == 1, "a semaphore without room stays as it is");
    See(there_and_back(File) && count(full) == 2, "and counts when it has room");
    See(Control(File, IOCTL_KS_DISABLE_EVENT, NULL, 0, NULL, 0) == 0 && count(always) == 3 && there_and_back(File) &&
            count(always) == 0,
        "once disabled, none counts");
    CloseHandle(always);
    CloseHandle(once);
    CloseHandle(full);
    CloseHandle(event);
    CloseHandle(blind);
}

static void once_loaded(void)
{
    ULONG number = 0;
    HANDLE pin = AllocatorOpenPin(&number), file;
    GATE_COUNTS counts;
    See(pin != INVALID_HANDLE_VALUE, "the pin opens");
    file = AllocatorOpen(number);
    See(file != INVALID_HANDLE_VALUE, "an allocator opens under it");
    if (file != INVALID_HANDLE_VALUE) {
        user_mode(file);
        events(file);
        semaphores(file);
        counts = GateCounts();
        See(counts.Semaphores == 0 && counts.Events == 0, "no event is left, and no object of one");
    }
    CloseHandle(file);
    CloseHandle(pin);
}

int main(void)
{
    SC_HANDLE gate = ServiceMake("gate", GROUP), sample = ServiceMake("pureks", GROUP);
    int turn;
    See(gate != NULL && sample != NULL && ServiceStart(gate), "gate.sys loads");
    for (turn = 0; turn < 2 && SeenGood(); turn++) {
        See(ServiceStart(sample), turn == 0 ? "pureks.sys loads" : "pureks.sys loads again");
        if (SeenGood())
            once_loaded();
        See(ServiceStop(sample), "it stops and unloads");
    }
    ServiceForget(sample);
    ServiceForget(gate);
    return SeeEnd(0, 0);
}
