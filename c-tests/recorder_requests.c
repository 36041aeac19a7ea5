/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the flight recorder says of requests that wait and of subscribers. Plug-in C, the test is a kernel client. */
#include "rig.h"
#include "stream.h"

static HANDLE handle;
static PFILE_OBJECT file;
static ULONG64 next;

static void begin(ULONG Level)
{
    SfaInitializeConfig(&RigConfig);
    RigConfig.Level = Level;
    RigConfig.Records = 256;
    RigOpen(RIG_OBJECT);
    file = RigMake(1, &handle);
    next = 0;
}

static void end(void)
{
    TkClose(handle);
    RigClose();
}

/* The next record is this one; answers its note. */
static ULONG expect(UCHAR Kind, USHORT Frame)
{
    SFA_RECORD record;
    ULONG n = 99;
    CHECK_STATUS(SfaReadRecords(SfaAllocatorOf(file), &next, 1, &record, &n), STATUS_SUCCESS);
    CHECK(n == 1);
    CHECK(record.Kind == Kind);
    CHECK(record.Frame == Frame);
    return record.Note;
}

static void expect_no_more(void)
{
    CHECK(StreamStatistics(SfaAllocatorOf(file)).RecordsWritten == next);
}

static void wait(CLIENT_ALLOC *Alloc)
{
    ClientSend(Alloc, file);
    CHECK(ClientWaits(Alloc));
}

TEST(records_tell_how_each_request_that_waited_ended)
{
    CLIENT_ALLOC served = {0}, cancelled = {0}, dismissed = {0};
    ULONG first, second, third;
    PVOID frame;
    begin(SFA_LEVEL_RECORD);
    frame = ClientTake(file);
    wait(&served);
    wait(&cancelled);
    wait(&dismissed);
    (void)TkCancelRequest(cancelled.Request);
    CHECK_STATUS(ClientEnd(&cancelled), STATUS_CANCELLED);
    ClientGive(file, frame);
    CHECK_STATUS(ClientEnd(&served), STATUS_SUCCESS);
    (void)SfaShutdown(SfaAllocatorOf(file), STATUS_DEVICE_NOT_READY);
    CHECK_STATUS(ClientEnd(&dismissed), STATUS_DEVICE_NOT_READY);
    (void)expect(SFA_RECORD_COMMIT, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_ALLOCATE, 0);
    first = expect(SFA_RECORD_WAIT, SFA_NO_FRAME);
    second = expect(SFA_RECORD_WAIT, SFA_NO_FRAME);
    third = expect(SFA_RECORD_WAIT, SFA_NO_FRAME);
    CHECK(first != second && second != third && third != first);
    CHECK(expect(SFA_RECORD_CANCEL, SFA_NO_FRAME) == second);
    (void)expect(SFA_RECORD_FREE, 0);
    CHECK(expect(SFA_RECORD_SERVE, 0) == first);
    CHECK(expect(SFA_RECORD_DRAIN, SFA_NO_FRAME) == 1);
    CHECK(expect(SFA_RECORD_DISMISS, SFA_NO_FRAME) == third);
    ClientGive(file, frame);
    end();
}

TEST(records_tell_of_events_while_somebody_subscribes)
{
    KEVENT event;
    KSEVENTDATA data = ClientEventObject(&event);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    begin(SFA_LEVEL_RECORD);
    ClientGive(file, ClientTake(file));
    CHECK_STATUS(ClientEnable(file, KSEVENT_STREAMALLOCATOR_FREEFRAME, KSEVENT_TYPE_ENABLE, &data), STATUS_SUCCESS);
    ClientGive(file, ClientTake(file));
    CHECK_STATUS(ClientDisable(file, &data), STATUS_SUCCESS);
    ClientGive(file, ClientTake(file));
    (void)expect(SFA_RECORD_COMMIT, SFA_NO_FRAME);
    (void)expect(SFA_RECORD_ALLOCATE, 0);
    (void)expect(SFA_RECORD_FREE, 0);
    (void)expect(SFA_RECORD_ALLOCATE, 0);
    (void)expect(SFA_RECORD_FREE, 0);
    CHECK(expect(SFA_RECORD_EVENT, 0) == 1);
    (void)expect(SFA_RECORD_ALLOCATE, 0);
    (void)expect(SFA_RECORD_FREE, 0);
    expect_no_more();
    end();
}

static void NTAPI on_free(PVOID Context)
{
    (*(ULONG *)Context)++;
}

TEST(records_tell_of_calls_of_free_notify)
{
    SFA_CONFIG config = StreamConfig();
    ULONG64 number = 0;
    SFA_RECORD records[8];
    ULONG calls = 0, n;
    PSFA_ALLOCATOR allocator;
    config.Level = SFA_LEVEL_RECORD;
    config.Context = &calls;
    config.FreeNotify = on_free;
    allocator = StreamCreate(&config);
    StreamCommit(allocator, 1, 64);
    StreamGive(allocator, StreamTake(allocator));
    CHECK_STATUS(SfaReadRecords(allocator, &number, 8, records, &n), STATUS_SUCCESS);
    CHECK(n == 4 && calls == 1);
    CHECK(records[3].Kind == SFA_RECORD_EVENT && records[3].Frame == 0 && records[3].Note == 1);
    /* Below that level nobody writes. */
    CHECK_STATUS(SfaSetLevel(allocator, SFA_LEVEL_COUNT), STATUS_SUCCESS);
    StreamGive(allocator, StreamTake(allocator));
    CHECK(StreamStatistics(allocator).RecordsWritten == 4 && calls == 2);
    StreamClose(allocator);
}
