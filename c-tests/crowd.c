/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Many requests: no recursion, nobody lost, nobody served twice. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

#define CROWD 100000

static HANDLE handle;
static PFILE_OBJECT file;
static CLIENT_ALLOC *crowd;
static ULONG done, depth, deepest, out_of_turn;
static BOOLEAN by_request; /* a FREE, which serves by itself, and not a direct call, which asks the worker */

/* Completed with a frame: frees it at once, inside the completion. */
static VOID free_at_once(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    CLIENT_ALLOC *alloc = (CLIENT_ALLOC *)Context;
    (void)Request;
    (void)Information;
    CHECK_STATUS(Status, STATUS_SUCCESS);
    out_of_turn += alloc != &crowd[done];
    done++;
    if (++depth > deepest) {
        deepest = depth;
    }
    if (by_request) {
        ClientGive(file, alloc->Frame);
    } else {
        StreamGive(SfaAllocatorOf(file), alloc->Frame);
    }
    depth--;
}

static PVOID gather(ULONG Count)
{
    PVOID frame;
    ULONG i;
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
    crowd = (CLIENT_ALLOC *)ExAllocatePoolZero(NonPagedPoolNx, (Count + 1) * sizeof *crowd, RIG_TAG);
    CHECK(crowd != NULL);
    for (i = 0; i < Count; i++) {
        crowd[i].Done = free_at_once;
        ClientSend(&crowd[i], file);
        CHECK(ClientWaits(&crowd[i]));
    }
    return frame;
}

static void disperse(ULONG Count)
{
    ULONG i;
    for (i = 0; i < Count; i++) {
        CHECK_STATUS(ClientEnd(&crowd[i]), STATUS_SUCCESS);
    }
    ExFreePoolWithTag(crowd, RIG_TAG);
    TkClose(handle);
    RigClose();
}

/* Each completion frees its frame at once: one after the other, never one inside the other. */
static void do_not_deepen_the_stack(ULONG Count)
{
    PVOID frame = gather(Count);
    ClientGive(file, frame);
    TkSettle(); /* the FREE serves 64, the worker the others */
    CHECK(done == Count && deepest == 1 && out_of_turn == 0);
    disperse(Count);
}

TEST(a_hundred_thousand_requests_do_not_deepen_the_stack)
{
    do_not_deepen_the_stack(CROWD);
}

TEST(requests_that_free_by_request_do_not_deepen_the_stack)
{
    by_request = TRUE;
    do_not_deepen_the_stack(CROWD);
}

TEST(one_free_serves_sixty_four_and_leaves_the_rest_to_the_worker)
{
    PVOID frame = gather(100);
    TK_REQUEST_STATE state;
    ULONG i, here = 0;
    ClientGive(file, frame);
    TkSettle();
    for (i = 0; i < 100; i++) {
        TkQueryRequest(crowd[i].Request, &state);
        here += state.Thread == KeGetCurrentThread();
    }
    CHECK(here == 64 && done == 100 && out_of_turn == 0);
    disperse(100);
}

/* An ALLOC that finds a free frame which the occupied worker owes to others: its thread serves them. */
TEST(a_request_serves_sixty_four_before_it_and_leaves_the_rest_to_the_worker)
{
    PVOID frame = gather(100);
    WorkerHold();
    StreamGive(SfaAllocatorOf(file), frame);
    CHECK(done == 0);
    crowd[100].Done = free_at_once;
    ClientSend(&crowd[100], file);
    CHECK(done == 64);
    WorkerRelease();
    TkSettle();
    CHECK(done == 101 && out_of_turn == 0);
    disperse(101);
}
