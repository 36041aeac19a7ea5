/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Does to samples/pureks what a program must not be able to bring down: every I/O control with every set, id and flag,
 * every request with every sort of buffer, events of every sort, names of every length. Prints how many of each came
 * out as they must; then the driver must be as it was, and leave nothing behind.
 */
#include "hostile.h"
#include "service.h"
#include <stdio.h>

#define PROCESS "SfaHostile" /* one process for gate.sys and pureks.sys */

static void alive(const TARGET *Target, const char *When)
{
    KSEVENTDATA event = AllocatorEvent(Target->Event), semaphore = AllocatorSemaphore(Target->Semaphore, 1);
    void *frame = NULL;
    BOOL good = AllocatorOut(Target->File) == 0 && !IsSet(Target->Event) && !IsSet(Target->Semaphore) &&
                AllocatorEnable(Target->File, KSEVENT_TYPE_ENABLE, &event) == 0 &&
                AllocatorEnable(Target->File, KSEVENT_TYPE_ONESHOT, &semaphore) == 0 &&
                AllocatorTake(Target->File, &frame) == 0 && AllocatorOut(Target->File) == 1 &&
                AllocatorGive(Target->File, frame) == 0 && IsSet(Target->Event) && IsSet(Target->Semaphore) &&
                Control(Target->File, IOCTL_KS_DISABLE_EVENT, NULL, 0, NULL, 0) == 0;
    See(good, When);
}

static void attack(TARGET *Target)
{
    alive(Target, "the driver serves before");
    HostileIdentifiers(Target);
    alive(Target, "the driver serves after all identifiers");
    HostileBuffers(Target);
    alive(Target, "the driver serves after all buffers");
    HostileEvents(Target);
    alive(Target, "the driver serves after all sorts of events");
    HostileNames(Target);
    alive(Target, "the driver serves after all names");
    HostileWine(Target);
    alive(Target, "the driver serves at last");
}

/* Threads of Wine's own come and go, and handles with them: looks again and again until there are so few. */
static ULONG handles_down_to(ULONG Number, unsigned Times)
{
    ULONG least = GateCounts().Handles;
    unsigned i;
    for (i = 0; i < Times && least > Number; i++) {
        ULONG now;
        Sleep(50);
        now = GateCounts().Handles;
        least = now < least ? now : least;
    }
    return least;
}

static void once_loaded(void)
{
    TARGET target = {0};
    GATE_COUNTS counts;
    HANDLE pin = AllocatorOpenPin(&target.Pin), file = AllocatorOpen(target.Pin), own = GateHandle();
    ULONG handles, left;
    target.File = file;
    target.Event = CreateEventA(NULL, FALSE, FALSE, NULL);
    target.Semaphore = CreateSemaphoreA(NULL, 0, 2, NULL);
    See(Control(own, GATE_MEMORY, NULL, 0, &target.Arena, sizeof target.Arena) == 0, "there is memory to attack with");
    alive(&target, "an allocator opens, and serves"); /* what is made once is made now */
    handles = handles_down_to(0, 10);
    if (SeenGood())
        attack(&target);
    counts = GateCounts();
    See(counts.Events == 0 && counts.Semaphores == 0, "no event is left, and no object of one");
    See(counts.Requests == 0, "no request is left");
    left = handles_down_to(handles, 100);
    printf("    handles before %lu, after %lu\n", handles, left);
    See(handles != 0 && left <= handles, "no handle is left");
    CloseHandle(file);
    CloseHandle(pin);
    CloseHandle(own);
    See(GateCounts().Files == 0, "no file is left");
}

int main(void)
{
    SC_HANDLE gate = ServiceMake("gate", PROCESS), driver = ServiceMake("pureks", PROCESS);
    unsigned passed, failed;
    GATE_COUNTS before, after;
    See(gate != NULL && driver != NULL && ServiceStart(gate), "gate.sys loads");
    before = GateCounts();
    See(ServiceStart(driver), "pureks.sys loads");
    if (SeenGood())
        once_loaded();
    See(ServiceStop(driver), "it stops and unloads");
    after = GateCounts();
    if (after.Blocks != before.Blocks)
        printf("    blocks before %lu, after %lu, tag 0x%lx\n", before.Blocks, after.Blocks, after.Tag);
    See(after.Blocks == before.Blocks, "no block of pool is left, of frames or of anything");
    ServiceForget(driver);
    ServiceForget(gate);
    GroupTotals(&passed, &failed);
    return SeeEnd(passed, failed);
}
