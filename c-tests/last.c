/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The last reference to the file object goes while a request is completed: the client frees the frame that it just got
 * and closes its handle, inside the completion. CLOSE comes in whatever thread that is, before IoCompleteRequest
 * returns.
 */
#include "line.h"
#include "tkks_events.h"

static KEVENT alone;            /* nobody but the handle and the requests refers to the file */
static PKTHREAD tester, closer; /* who completed */

/* The object is being torn down, if nobody keeps it, while this thread is still on its way out. */
static VOID run_it(VOID)
{
    TkSettle();
}

static VOID let_go(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    CLIENT_ALLOC *alloc = (CLIENT_ALLOC *)Context;
    (void)Request, (void)Information;
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_STATUS(KeWaitForSingleObject(&alone, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    closer = KeGetCurrentThread();
    if (closer == tester) {
        TkAtWorkItem(run_it);
    }
    StreamGive(RigAllocator(alloc->File), alloc->Frame);
    TkClose(LineHandle); /* CLEANUP; what is left is the reference of the request */
}

static void begin(CLIENT_ALLOC *Alloc, BOOLEAN Alone)
{
    KeInitializeEvent(&alone, NotificationEvent, Alone);
    LineOpen(1);
    Alloc->Done = let_go;
    tester = KeGetCurrentThread();
}

static void end(CLIENT_ALLOC *Alloc)
{
    CHECK(TkReferences(LineFile) == 0); /* CLOSE was there */
    CHECK_STATUS(ClientEnd(Alloc), STATUS_SUCCESS);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}

/* The FREE keeps the file until it is completed itself: CLOSE comes then, from the handler that served. */
TEST(last_reference_goes_in_a_completion_of_free)
{
    CLIENT_ALLOC alloc = {0};
    begin(&alloc, TRUE);
    LineWait(&alloc);
    ClientGive(LineFile, LineFrames[0]);
    CHECK(closer == KeGetCurrentThread());
    end(&alloc);
}

TEST(last_reference_goes_in_a_completion_on_the_worker)
{
    CLIENT_ALLOC alloc = {0}, before = {0};
    begin(&alloc, FALSE);
    LineWait(&before); /* a turn of the worker that is over: each keeps the object, and lets go of it */
    StreamGive(SfaAllocatorOf(LineFile), LineFrames[0]);
    TkSettle();
    LineGot(&before, LineFrames[0]);
    LineWait(&alloc);
    ObReferenceObject(LineFile); /* a direct call needs one */
    StreamGive(SfaAllocatorOf(LineFile), LineFrames[0]);
    ObDereferenceObject(LineFile);
    (void)KeSetEvent(&alone, IO_NO_INCREMENT, FALSE);
    TkSettle();
    CHECK(closer != NULL && closer != KeGetCurrentThread());
    end(&alloc);
}

/* A driver's own object: its close handler is inside the library's turn, and leaves the end to a work item. */
TEST(last_reference_to_a_forwarder_goes_in_a_completion_on_the_worker)
{
    CLIENT_ALLOC alloc = {0};
    KeInitializeEvent(&alone, NotificationEvent, FALSE);
    RigOpen(RIG_FORWARDER);
    LineFile = RigMake(1, &LineHandle);
    LineFrames[0] = ClientTake(LineFile);
    alloc.Done = let_go;
    ClientSend(&alloc, LineFile);
    ObReferenceObject(LineFile);
    StreamGive(RigAllocator(LineFile), LineFrames[0]);
    ObDereferenceObject(LineFile);
    (void)KeSetEvent(&alone, IO_NO_INCREMENT, FALSE);
    TkSettle();
    CHECK(closer != NULL && closer != KeGetCurrentThread());
    end(&alloc);
}

/* The request is counted and not yet in the queue: the worker finds nobody, and the frame waits for it in the pool. */
static VOID give_it_back(VOID)
{
    TkKsEvents()->Queueing = NULL;
    StreamGive(SfaAllocatorOf(LineFile), LineFrames[0]);
    TkSettle();
}

/* It serves itself before its ALLOC handler returns. */
TEST(last_reference_goes_in_a_completion_inside_alloc)
{
    CLIENT_ALLOC alloc = {0};
    TK_REQUEST_STATE state;
    begin(&alloc, TRUE);
    TkKsEvents()->Queueing = give_it_back;
    ClientSend(&alloc, LineFile);
    CHECK(closer == KeGetCurrentThread());
    TkQueryRequest(alloc.Request, &state);
    CHECK(state.Returned == STATUS_PENDING && state.Completions == 1);
    end(&alloc);
}

/* The client closes its handle while others hold the file: CLEANUP comes inside the completion, CLOSE much later. */
TEST(cleanup_comes_inside_the_completion_of_a_request)
{
    CLIENT_ALLOC alloc = {0}, behind = {0};
    begin(&alloc, TRUE);
    LineWait(&alloc);
    LineWait(&behind);
    ObReferenceObject(LineFile);
    ClientGive(LineFile, LineFrames[0]);
    CHECK_STATUS(ClientEnd(&behind), STATUS_CANCELLED); /* by CLEANUP, though the frame was free again */
    CHECK(ClientStatus(LineFile).AllocatedFrames == 0 && LineStatistics().Waiting == 0);
    ObDereferenceObject(LineFile);
    end(&alloc);
}
