/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end of an allocator object: CLEANUP, CLOSE, teardown, and what may happen in between. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

#define FRAME_TAG 0x46616653 /* 'SfaF' */

static HANDLE handle;
static PFILE_OBJECT file;
static PVOID frame;

static void begin(void)
{
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    frame = ClientTake(file);
}

/* Keeps the file object when its handle is closed, as a source does that was given the handle. */
static void close_handle_but_keep_file(void)
{
    ObReferenceObject(file);
    TkClose(handle);
}

TEST(an_object_opens_and_closes)
{
    RigOpen(RIG_OBJECT);
    file = RigMake(3, &handle);
    CHECK(SfaAllocatorOf(file) != NULL);
    CHECK(ClientStatus(file).Framing.Frames == 3 && ClientStatus(file).Framing.FrameSize == 256);
    TkClose(handle);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}

TEST(two_objects_do_not_know_each_other)
{
    HANDLE other_handle;
    PFILE_OBJECT other;
    PVOID others;
    begin();
    other = RigMake(1, &other_handle);
    others = ClientTake(other);
    CHECK_STATUS(ClientFree(file, others), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ClientFree(other, frame), STATUS_INVALID_PARAMETER);
    ClientGive(other, others);
    ClientGive(file, frame);
    TkClose(handle);
    CHECK(ClientStatus(other).AllocatedFrames == 0);
    TkClose(other_handle);
    RigClose();
}

TEST(cleanup_completes_requests_that_wait)
{
    CLIENT_ALLOC alloc[2] = {0};
    begin();
    ClientSend(&alloc[0], file);
    ClientSend(&alloc[1], file);
    close_handle_but_keep_file();
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_CANCELLED);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_CANCELLED);
    CHECK(StreamStatistics(SfaAllocatorOf(file)).Dismissed == 2);
    ClientGive(file, frame);
    ObDereferenceObject(file);
    RigClose();
}

TEST(after_cleanup_frames_come_home_and_none_go_out)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    CLIENT_ALLOC alloc = {0};
    KSPROPERTY property = {0};
    ULONG_PTR information;
    KEVENT event;
    KSEVENTDATA data;
    PVOID none = &table;
    RigOpen(RIG_OBJECT);
    file = RigMake(2, &handle);
    frame = ClientTake(file);
    none = ClientTake(file);
    table = ClientFunctions(file);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    data = ClientEventObject(&event);
    close_handle_but_keep_file();
    ClientSend(&alloc, file);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_DEVICE_NOT_READY);
    ClientGive(file, frame);     /* FREE */
    table.FreeFrame(file, none); /* and the function of the table */
    CHECK(ClientStatus(file).AllocatedFrames == 0);
    CHECK_STATUS(table.AllocateFrame(file, &none), STATUS_DEVICE_NOT_READY);
    CHECK(none == NULL);
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data),
                 STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(ClientDisable(file, NULL), STATUS_SUCCESS);
    property.Set = KSPROPSETID_StreamAllocator;
    property.Id = KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE;
    property.Flags = KSPROPERTY_TYPE_GET;
    CHECK_STATUS(ClientControl(file, KernelMode, IOCTL_KS_PROPERTY, &property, sizeof property, &table, sizeof table,
                               &information),
                 STATUS_DEVICE_NOT_READY);
    CHECK(information == 0);
    ObDereferenceObject(file);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}

/* A request that waits holds a file reference; the completion of the last one can bring CLOSE. */
TEST(close_arrives_inside_the_free_that_completes_the_last_request)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    ClientSend(&alloc, file);
    CHECK(ClientWaits(&alloc));
    TkClose(handle); /* CLEANUP completes the request: its reference was the last, CLOSE comes inside */
    CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
    RigClose();
    CHECK(SfaLeakedFrames() == 1);
    ExFreePoolWithTag(frame, FRAME_TAG);
}

/* Nobody can give the frame back any more: its memory is left alone, and said so. */
TEST(a_frame_that_is_out_at_close_is_leaked_and_counted)
{
    ULONG blocks = TkPoolBlocks(FRAME_TAG);
    begin();
    TkClose(handle);
    RigClose();
    CHECK(SfaLeakedFrames() == 1);
    CHECK(TkPoolBlocks(FRAME_TAG) == blocks + 1);
    RtlFillMemory(frame, 256, 0xEE);     /* whoever still has it may write */
    ExFreePoolWithTag(frame, FRAME_TAG); /* so that the test kernel sees no leak; one frame is one block */
}

/* The request is being cancelled, its IRP is still in the queue, while the handle is closed. */
static VOID cancel(PVOID Context)
{
    (void)TkCancelRequest(((CLIENT_ALLOC *)Context)->Request);
}

TEST(cleanup_meets_a_cancel)
{
    ULONG i;
    for (i = 0; i < 50; i++) {
        CLIENT_ALLOC alloc = {0};
        PVOID thread;
        begin();
        ClientSend(&alloc, file);
        ObReferenceObject(file);
        thread = WorkerStart(cancel, &alloc);
        TkClose(handle);
        WorkerJoin(thread);
        CHECK_STATUS(ClientEnd(&alloc), STATUS_CANCELLED);
        ClientGive(file, frame);
        ObDereferenceObject(file);
        RigClose();
    }
    CHECK(SfaLeakedFrames() == 0);
}

TEST(surprise_removal_answers_device_removed)
{
    CLIENT_ALLOC alloc[2] = {0};
    HANDLE other_handle;
    PFILE_OBJECT other;
    begin();
    other = RigMake(1, &other_handle);
    ClientGive(other, ClientTake(other));
    ClientSend(&alloc[0], file);
    ClientSend(&alloc[1], file);
    SfaShutdownDevice(RigDevice, STATUS_DEVICE_REMOVED);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_DEVICE_REMOVED);
    CHECK_STATUS(ClientEnd(&alloc[1]), STATUS_DEVICE_REMOVED);
    ClientSend(&alloc[0], other);
    CHECK_STATUS(ClientEnd(&alloc[0]), STATUS_DEVICE_NOT_READY);
    ClientGive(file, frame);
    TkClose(handle);
    TkClose(other_handle);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
}

TEST(a_reason_that_is_no_error_stands_for_device_removed)
{
    CLIENT_ALLOC alloc = {0};
    begin();
    ClientSend(&alloc, file);
    SfaShutdownDevice(RigDevice, STATUS_SUCCESS);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_DEVICE_REMOVED);
    ClientGive(file, frame);
    TkClose(handle);
    RigClose();
}
