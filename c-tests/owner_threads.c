/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SFA_FLAG_TRACK_OWNERS under threads: clients that free each other's frames and their own twice, while all allocate.
 * Every holder writes its frame and finds what it wrote: nobody's frame vanishes. */
#include "stream.h"
#include "worker.h"

#define BYTES  64
#define FRAMES 2

typedef struct CLIENT {
    ULONG Id;
    ULONG64 Taken;
    ULONG64 Freed;
} CLIENT;

static PSFA_ALLOCATOR allocator;
static PVOID all[FRAMES];
static ULONG rounds;
static LONG stop;

static NTSTATUS free_of(CLIENT *Me, PVOID Frame)
{
    NTSTATUS status = SfaFreeFrameOf(allocator, (PVOID)(ULONG_PTR)(Me->Id * 16), Frame);
    CHECK(status == STATUS_SUCCESS || status == STATUS_INVALID_PARAMETER);
    Me->Freed += status == STATUS_SUCCESS;
    return status;
}

static PVOID take(CLIENT *Me)
{
    PVOID frame;
    NTSTATUS status = SfaAllocateFrameFor(allocator, (PVOID)(ULONG_PTR)(Me->Id * 16), &frame);
    CHECK(status == STATUS_SUCCESS || status == STATUS_INSUFFICIENT_RESOURCES);
    Me->Taken += status == STATUS_SUCCESS;
    return frame;
}

/* Frees all frames but one, and then what it has freed already: nothing of it may count. */
static VOID NTAPI work(PVOID Context)
{
    CLIENT *me = (CLIENT *)Context;
    UCHAR byte;
    PVOID frame;
    ULONG round, i;
    for (round = 0; round < rounds; round++) {
        frame = take(me);
        if (frame != NULL) {
            byte = (UCHAR)(me->Id << 4 | (round & 15));
            RtlFillMemory(frame, BYTES, byte);
            for (i = 0; i < FRAMES; i++) {
                CHECK(all[i] == frame || free_of(me, all[i]) == STATUS_INVALID_PARAMETER);
            }
            CHECK(StreamIsFilled(frame, byte, BYTES));
            CHECK_STATUS(free_of(me, frame), STATUS_SUCCESS);
            for (i = 0; i < FRAMES; i++) {
                CHECK_STATUS(free_of(me, all[i]), STATUS_INVALID_PARAMETER);
            }
        }
    }
}

/* One client in two threads, of which one takes frames, and both free them. */
static VOID NTAPI take_and_free(PVOID Context)
{
    CLIENT *me = (CLIENT *)Context;
    PVOID frame;
    while (ReadAcquire(&stop) == 0) {
        frame = take(me);
        if (frame != NULL) {
            (void)free_of(me, frame);
        }
    }
}

static VOID NTAPI free_only(PVOID Context)
{
    CLIENT *me = (CLIENT *)Context;
    ULONG i;
    for (i = 0; ReadAcquire(&stop) == 0; i++) {
        (void)free_of(me, all[i % FRAMES]);
    }
}

static void fight(ULONG Rounds, ULONG Level)
{
    static const PKSTART_ROUTINE routines[] = {work, work, take_and_free, free_only};
    CLIENT clients[ARRAYSIZE(routines)] = {{1, 0, 0}, {2, 0, 0}, {3, 0, 0}, {3, 0, 0}};
    PVOID threads[ARRAYSIZE(routines)];
    SFA_CONFIG config = StreamConfig();
    ULONG64 taken = 0, freed = 0;
    ULONG i;
    rounds = Rounds;
    config.Flags = SFA_FLAG_TRACK_OWNERS;
    config.Level = Level;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, FRAMES, BYTES);
    StreamTakeAll(allocator, all, FRAMES);
    StreamGiveAll(allocator, all, FRAMES);
    for (i = 0; i < ARRAYSIZE(routines); i++) {
        threads[i] = WorkerStart(routines[i], &clients[i]);
    }
    for (i = 0; i < ARRAYSIZE(routines); i++) {
        if (i == 2) {
            WriteRelease(&stop, 1);
        }
        WorkerJoin(threads[i]);
        taken += clients[i].Taken;
        freed += clients[i].Freed;
    }
    CHECK(clients[0].Taken + clients[1].Taken > 0 && taken == freed);
    CHECK(StreamStatistics(allocator).Allocations == taken + FRAMES);
    CHECK(StreamStatistics(allocator).ForeignFrees == 0);
    StreamCheck(allocator, 0);
    StreamClose(allocator);
}

TEST(clients_that_free_each_others_frames_take_nothing_away)
{
    fight(100000, SFA_LEVEL_FAST);
}

TEST(nor_at_the_desk)
{
    fight(2000, SFA_LEVEL_COUNT);
}
