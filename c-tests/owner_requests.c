/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* SFA_FLAG_TRACK_OWNERS, by requests and function tables: a client is its file object (security check C13). */
#include "rig.h"
#include "stream.h"
#include "tkks_allocator.h"

static PSFA_ALLOCATOR allocator;
static HANDLE handles[2];
static PFILE_OBJECT files[2];

/* Plug-in D with one allocator under two objects: so many frames. */
static void begin(ULONG Frames)
{
    ULONG i;
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = SFA_FLAG_TRACK_OWNERS;
    RigShared = StreamCreate(&RigConfig);
    StreamCommit(RigShared, Frames, 256);
    allocator = RigShared;
    RigOpen(RIG_FORWARDER);
    for (i = 0; i < 2; i++) {
        files[i] = RigMake(1, &handles[i]);
    }
}

static void end(void)
{
    StreamCheck(allocator, 0);
    TkClose(handles[0]);
    TkClose(handles[1]);
    RigClose();
    StreamClose(allocator);
}

static PVOID owner(PVOID Frame)
{
    SFA_FRAME_INFO info;
    info.Size = sizeof info;
    CHECK_STATUS(SfaQueryFrame(allocator, Frame, &info), STATUS_SUCCESS);
    return (PVOID)(ULONG_PTR)info.Owner;
}

static ULONG64 denied(void)
{
    return StreamStatistics(allocator).DeniedFrees;
}

TEST(a_request_holds_its_frame_for_its_file_object)
{
    PVOID frame;
    begin(1);
    frame = ClientTake(files[0]);
    CHECK(owner(frame) == files[0]);
    CHECK_STATUS(ClientFree(files[1], frame), STATUS_INVALID_PARAMETER);
    CHECK(denied() == 1 && StreamOut(allocator) == 1 && owner(frame) == files[0]);
    ClientGive(files[0], frame);
    CHECK_STATUS(ClientFree(files[0], frame), STATUS_INVALID_PARAMETER);
    CHECK(denied() == 1 && StreamStatistics(allocator).DoubleFrees == 1);
    CHECK(ClientTake(files[1]) == frame);
    CHECK_STATUS(ClientFree(files[0], frame), STATUS_INVALID_PARAMETER);
    CHECK(denied() == 2 && owner(frame) == files[1]);
    ClientGive(files[1], frame);
    end();
}

TEST(a_request_that_waited_holds_its_frame_for_its_file_object)
{
    CLIENT_ALLOC alloc = {0};
    PVOID frame;
    begin(1);
    frame = ClientTake(files[0]);
    ClientSend(&alloc, files[1]);
    CHECK(ClientWaits(&alloc));
    CHECK_STATUS(ClientFree(files[1], frame), STATUS_INVALID_PARAMETER);
    CHECK(ClientWaits(&alloc));
    ClientGive(files[0], frame); /* serves the request */
    CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
    CHECK(alloc.Frame == frame && owner(frame) == files[1]);
    CHECK_STATUS(ClientFree(files[0], frame), STATUS_INVALID_PARAMETER);
    CHECK(denied() == 2);
    ClientGive(files[1], frame);
    end();
}

TEST(a_request_that_the_worker_serves_holds_its_frame_too)
{
    CLIENT_ALLOC alloc = {0};
    PVOID frame;
    begin(1);
    frame = StreamTake(allocator);
    CHECK_STATUS(ClientFree(files[0], frame), STATUS_INVALID_PARAMETER); /* it is the driver's */
    ClientSend(&alloc, files[0]);
    CHECK(ClientWaits(&alloc));
    StreamGive(allocator, frame);
    CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
    CHECK(owner(alloc.Frame) == files[0]);
    CHECK_STATUS(ClientFree(files[1], alloc.Frame), STATUS_INVALID_PARAMETER);
    CHECK(denied() == 2);
    StreamGive(allocator, alloc.Frame); /* it came to the driver through the stream */
    end();
}

TEST(a_frame_for_a_request_that_is_gone_goes_to_the_next_one)
{
    CLIENT_ALLOC first = {0}, second = {0};
    PVOID frame;
    begin(1);
    frame = ClientTake(files[0]);
    ClientSend(&first, files[0]);
    ClientSend(&second, files[1]);
    CHECK(TkCancelRequest(first.Request));
    ClientGive(files[0], frame);
    CHECK_STATUS(ClientEnd(&first), STATUS_CANCELLED);
    CHECK_STATUS(ClientEnd(&second), STATUS_SUCCESS);
    CHECK(owner(frame) == files[1]);
    ClientGive(files[1], frame);
    CHECK(denied() == 0);
    end();
}

TEST(a_function_table_with_owners_keeps_clients_apart)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    PVOID frame;
    begin(1);
    table = ClientFunctions(files[0]);
    CHECK_STATUS(table.AllocateFrame(files[0], &frame), STATUS_SUCCESS);
    CHECK(owner(frame) == files[0]);
    table.FreeFrame(files[1], frame);
    CHECK(denied() == 1 && StreamOut(allocator) == 1);
    ClientGive(files[0], frame); /* requests and table agree on who it is */
    frame = ClientTake(files[1]);
    table.FreeFrame(files[0], frame);
    CHECK(denied() == 2 && owner(frame) == files[1]);
    table.FreeFrame(files[1], frame);
    end();
}

static HANDLE handle;
static PFILE_OBJECT file;

static PVOID open(RIG_KIND Kind, ULONG Flags)
{
    SfaInitializeConfig(&RigConfig);
    RigConfig.Flags = Flags;
    RigOpen(Kind);
    file = RigMake(2, &handle);
    allocator = Kind == RIG_OBJECT ? SfaAllocatorOf(file) : NULL;
    return ClientTake(file);
}

/* Plug-in C: one client, and the driver beside it. */
TEST(a_client_of_the_whole_object_frees_no_frame_of_the_drivers)
{
    PVOID frame = open(RIG_OBJECT, SFA_FLAG_TRACK_OWNERS), mine = StreamTake(allocator), taken;
    KSSTREAMALLOCATOR_FUNCTIONTABLE table = ClientFunctions(file);
    CHECK(owner(frame) == file && owner(mine) == NULL);
    table.FreeFrame(file, mine);
    CHECK_STATUS(ClientFree(file, mine), STATUS_INVALID_PARAMETER);
    CHECK(denied() == 2 && StreamOut(allocator) == 2);
    table.FreeFrame(file, frame);
    CHECK_STATUS(table.AllocateFrame(file, &taken), STATUS_SUCCESS);
    CHECK(taken == frame && owner(taken) == file);
    ClientGive(file, taken);
    StreamGive(allocator, mine);
    TkClose(handle);
    RigClose();
}

/* --- Frames that are out at the end --- */

TEST_BUGCHECK(a_frame_out_at_the_end_of_the_whole_object_stops_a_checked_driver, "0x53464101 (0x5, 0x1,")
{
    (void)open(RIG_OBJECT, SFA_FLAG_TRACK_OWNERS | SFA_FLAG_BUGCHECK_ON_MISUSE);
    TkClose(handle);
    RigClose();
}

TEST_BUGCHECK(a_frame_out_at_the_end_of_ks_syss_object_stops_a_checked_driver, "0x53464101 (0x5, 0x1,")
{
    TkKsAllocator()->LeakAtClose = TRUE;
    (void)open(RIG_DEFAULT, SFA_FLAG_BUGCHECK_ON_MISUSE);
    TkClose(handle);
    RigClose();
}

TEST_BUGCHECK(a_free_of_anothers_frame_stops_a_checked_driver, "0x53464101 (0x4,")
{
    (void)open(RIG_OBJECT, SFA_FLAG_TRACK_OWNERS | SFA_FLAG_BUGCHECK_ON_MISUSE);
    (void)ClientFree(file, StreamTake(allocator));
}

TEST_BUGCHECK(frames_out_at_the_end_are_counted_and_a_holder_is_named, "0x53464101 (0x5, 0x2, 0xABC0,")
{
    SFA_CONFIG config = StreamConfig();
    PVOID frames[2];
    ULONG leaked;
    config.Flags = SFA_FLAG_TRACK_OWNERS | SFA_FLAG_BUGCHECK_ON_MISUSE;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, 3, 100);
    StreamGive(allocator, StreamTake(allocator));
    CHECK_STATUS(SfaAllocateFrameFor(allocator, (PVOID)(ULONG_PTR)0xABC0, &frames[0]), STATUS_SUCCESS);
    CHECK_STATUS(SfaAllocateFrameFor(allocator, (PVOID)(ULONG_PTR)0xABC0, &frames[1]), STATUS_SUCCESS);
    CHECK_STATUS(SfaDestroy(allocator), STATUS_DEVICE_BUSY); /* not the end yet */
    CHECK_STATUS(SfaAbandon(allocator, &leaked), STATUS_SUCCESS);
}

TEST(an_end_with_every_frame_at_home_stops_nobody)
{
    ULONG leaked = 9;
    PVOID frame = open(RIG_OBJECT, SFA_FLAG_TRACK_OWNERS | SFA_FLAG_BUGCHECK_ON_MISUSE);
    ClientGive(file, frame);
    TkClose(handle);
    RigClose();
    CHECK(SfaLeakedFrames() == 0);
    RigConfig.Flags = SFA_FLAG_BUGCHECK_ON_MISUSE;
    allocator = StreamCreate(&RigConfig);
    StreamCommit(allocator, 1, 1);
    CHECK_STATUS(SfaAbandon(allocator, &leaked), STATUS_SUCCESS);
    CHECK(leaked == 0);
}
