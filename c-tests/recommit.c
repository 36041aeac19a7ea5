/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An allocator object that is closing, while the driver commits its frames anew: it stays closed to clients. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

static HANDLE handle;
static PFILE_OBJECT file;
static CLIENT_ALLOC alloc;
static PVOID taken; /* by the driver */

static void begin(void)
{
    SfaInitializeConfig(&RigConfig);
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
}

static void recommit(void)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    LARGE_INTEGER now = {0};
    CHECK_STATUS(SfaDecommit(SfaAllocatorOf(file), &now), STATUS_SUCCESS);
    CHECK_STATUS(SfaCommit(SfaAllocatorOf(file), &framing), STATUS_SUCCESS);
}

TEST(after_cleanup_a_new_commit_opens_nothing)
{
    NTSTATUS status;
    begin();
    ObReferenceObject(file);
    TkClose(handle);
    recommit();
    ClientSend(&alloc, file);
    CHECK(!ClientWaits(&alloc));
    status = ClientEnd(&alloc);
    if (status == STATUS_SUCCESS) {
        ClientGive(file, alloc.Frame);
    }
    ObDereferenceObject(file);
    RigClose();
    CHECK_STATUS(status, STATUS_DEVICE_NOT_READY);
}

/* It would wait after the last CLEANUP, and keep the file, which keeps the object, for ever. */
TEST(after_cleanup_no_request_waits)
{
    begin();
    ObReferenceObject(file);
    TkClose(handle);
    recommit();
    taken = StreamTake(SfaAllocatorOf(file)); /* the driver's own call: the frames are its business */
    ClientSend(&alloc, file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_DEVICE_NOT_READY);
    StreamGive(SfaAllocatorOf(file), taken);
    ObDereferenceObject(file);
    RigClose();
}

TEST(a_shutdown_of_the_device_between_decommit_and_commit_holds)
{
    KSALLOCATOR_FRAMING framing = StreamFraming(1, 256);
    LARGE_INTEGER now = {0};
    NTSTATUS answer;
    begin();
    CHECK_STATUS(SfaDecommit(SfaAllocatorOf(file), &now), STATUS_SUCCESS);
    SfaShutdownDevice(RigDevice, STATUS_DEVICE_REMOVED);
    CHECK_STATUS(SfaCommit(SfaAllocatorOf(file), &framing), STATUS_SUCCESS);
    ClientSend(&alloc, file);
    answer = ClientEnd(&alloc);
    if (answer == STATUS_SUCCESS) {
        ClientGive(file, alloc.Frame);
    }
    TkClose(handle);
    RigClose();
    CHECK_STATUS(answer, STATUS_DEVICE_NOT_READY);
}

TEST(after_cleanup_a_new_commit_opens_nothing_for_direct_calls)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE functions;
    PVOID none = &none;
    begin();
    functions = ClientFunctions(file);
    ObReferenceObject(file);
    TkClose(handle);
    recommit();
    CHECK_STATUS(functions.AllocateFrame(file, &none), STATUS_DEVICE_NOT_READY);
    CHECK(none == NULL);
    ObDereferenceObject(file);
    RigClose();
}

/* The first lock of a request is that of KS, which finds the object's header; at the second it was let in, found no
 * frame, and is about to be counted. */
#define KS_LOCKS 1

static VOID overtake(VOID)
{
    StreamGive(SfaAllocatorOf(file), taken);
    TkClose(handle);
    recommit();
    taken = StreamTake(SfaAllocatorOf(file));
}

TEST(a_request_that_a_cleanup_overtakes_does_not_wait)
{
    begin();
    ObReferenceObject(file);
    taken = ClientTake(file);
    TkAtAcquire(KS_LOCKS, overtake);
    ClientSend(&alloc, file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    StreamGive(SfaAllocatorOf(file), taken);
    ObDereferenceObject(file);
    RigClose();
}

/* --- The same in the middle of a cleanup: requests that wait were sent away, and the flag is not raised yet --- */

static KEVENT sent_away, go_on;

static VOID NTAPI stay(PVOID Context, const SFA_RECORD *Record)
{
    static ULONG drains;
    (void)Context;
    if (Record->Kind == SFA_RECORD_DRAIN && drains++ == 0) { /* the next one is the decommit's */
        recommit();
        taken = StreamTake(SfaAllocatorOf(file));
        (void)KeSetEvent(&sent_away, IO_NO_INCREMENT, FALSE);
        CHECK_STATUS(KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    }
}

static VOID NTAPI close_handle(PVOID Context)
{
    (void)Context;
    TkClose(handle);
}

static PVOID closer;

static VOID meet(VOID)
{
    StreamGive(SfaAllocatorOf(file), taken);
    closer = WorkerStart(close_handle, NULL);
    CHECK_STATUS(KeWaitForSingleObject(&sent_away, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

TEST(a_request_that_a_cleanup_meets_does_not_wait)
{
    KeInitializeEvent(&sent_away, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    SfaInitializeConfig(&RigConfig);
    RigConfig.Trace = stay;
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    ObReferenceObject(file);
    taken = ClientTake(file);
    TkAtAcquire(KS_LOCKS, meet);
    ClientSend(&alloc, file);
    (void)KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    WorkerJoin(closer);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    StreamGive(SfaAllocatorOf(file), taken);
    ObDereferenceObject(file);
    RigClose();
}
