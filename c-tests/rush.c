/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Threads that ask, cancel and free at the same time: every request ends once, and no frame is lost or doubled. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

#define THREADS 4
#define ROUNDS  300

static HANDLE handle;
static PFILE_OBJECT file;
static LONG holders[4]; /* of each frame */
static PVOID first;
static volatile LONG served, cancelled;

static void hold(PVOID Frame)
{
    ULONG i = (ULONG)(((UCHAR *)Frame - (UCHAR *)first) / 256) & 3;
    CHECK(InterlockedIncrement(&holders[i]) == 1);
}

static void let_go(PVOID Frame)
{
    ULONG i = (ULONG)(((UCHAR *)Frame - (UCHAR *)first) / 256) & 3;
    CHECK(InterlockedDecrement(&holders[i]) == 0);
}

/* Asks for a frame; every third time it loses patience. */
static VOID ask(PVOID Context)
{
    ULONG seed = (ULONG)(ULONG_PTR)Context, i;
    for (i = 0; i < ROUNDS; i++) {
        CLIENT_ALLOC alloc = {0};
        NTSTATUS status;
        ClientSend(&alloc, file);
        if ((seed + i) % 3 == 0) {
            (void)TkCancelRequest(alloc.Request);
        }
        status = ClientEnd(&alloc);
        if (status == STATUS_CANCELLED) {
            (void)InterlockedIncrement(&cancelled);
            continue;
        }
        CHECK_STATUS(status, STATUS_SUCCESS);
        (void)InterlockedIncrement(&served);
        hold(alloc.Frame);
        let_go(alloc.Frame);
        if ((seed + i) % 2 == 0) {
            ClientGive(file, alloc.Frame);
        } else {
            StreamGive(SfaAllocatorOf(file), alloc.Frame); /* served by the worker */
        }
    }
}

TEST(threads_ask_cancel_and_free)
{
    PVOID threads[THREADS];
    SFA_STATISTICS s;
    ULONG i;
    RigOpen(RIG_OBJECT);
    file = RigMake(2, &handle);
    first = ClientTake(file);
    ClientGive(file, first);
    for (i = 0; i < THREADS; i++) {
        threads[i] = WorkerStart(ask, (PVOID)(ULONG_PTR)i);
    }
    for (i = 0; i < THREADS; i++) {
        WorkerJoin(threads[i]);
    }
    TkSettle();
    CHECK(served + cancelled == THREADS * ROUNDS);
    s = StreamStatistics(SfaAllocatorOf(file));
    CHECK(s.Waiting == 0 && s.FramesOut == 0 && s.Cancelled == (ULONG64)cancelled);
    CHECK(s.Waits == s.Served + s.Cancelled + s.Dismissed);
    StreamCheck(SfaAllocatorOf(file), 0);
    TkClose(handle);
    RigClose();
}
