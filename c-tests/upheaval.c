/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An object whose requests wait, are late, are cancelled and served, while its device is shut down and it is closed. */
#include "rig.h"
#include "stream.h"
#include "worker.h"

#define ROUNDS 150
#define ASKERS 2
#define TURNS  6

static HANDLE handle;
static PFILE_OBJECT file;
static volatile LONG turn;

/* Holds the file. */
static VOID NTAPI ask(PVOID Context)
{
    PFILE_OBJECT own = (PFILE_OBJECT)Context;
    ULONG i;
    for (i = 0; i < TURNS; i++) {
        ULONG n = (ULONG)InterlockedIncrement(&turn);
        CLIENT_ALLOC mine = {0};
        NTSTATUS status;
        mine.Cancelled = (BOOLEAN)(n % 7 == 0);
        ClientSend(&mine, own);
        if (n % 3 == 0) {
            (void)TkCancelRequest(mine.Request);
        }
        status = ClientEnd(&mine);
        if (NT_SUCCESS(status)) {
            if (n % 2 != 0) {
                WorkerSleep(n % 3);
            }
            if (n % 5 == 0) {
                StreamGive(RigAllocator(own), mine.Frame);
            } else {
                ClientGive(own, mine.Frame);
            }
        } else {
            CHECK(status == STATUS_IO_TIMEOUT || status == STATUS_CANCELLED || status == STATUS_DEVICE_NOT_READY ||
                  status == STATUS_DEVICE_REMOVED);
        }
    }
    ObDereferenceObject(own);
}

static VOID NTAPI shut(PVOID Context)
{
    (void)Context;
    WorkerSleep((ULONG)InterlockedIncrement(&turn) % 4);
    SfaShutdownDevice(RigDevice, STATUS_DEVICE_REMOVED); /* knows the objects of plug-in C only */
}

static VOID NTAPI enable(PVOID Context)
{
    PFILE_OBJECT own = (PFILE_OBJECT)Context;
    KEVENT event;
    KSEVENTDATA data;
    ULONG i;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    data = ClientEventObject(&event);
    for (i = 0; i < TURNS; i++) {
        ULONG flags = KSEVENT_TYPE_ENABLE | (i % 2 != 0 ? KSEVENT_TYPE_ONESHOT : 0);
        if (NT_SUCCESS(ClientEnable(own, KSEVENT_STREAMALLOCATOR_FREEFRAME, flags, &data))) {
            (void)ClientDisable(own, &data);
        }
    }
    (void)ClientDisable(own, NULL);
    ObDereferenceObject(own);
}

static void everything(RIG_KIND Kind, ULONG Limit)
{
    ULONG round, i;
    SfaInitializeConfig(&RigConfig);
    RigConfig.WaitLimit = Limit;
    RigConfig.Flags = SFA_FLAG_TRACK_OWNERS;
    for (round = 0; round < ROUNDS; round++) {
        PVOID thread[ASKERS + 2];
        LARGE_INTEGER now = {0};
        RigOpen(Kind);
        file = RigMake(1, &handle);
        for (i = 0; i <= ASKERS; i++) {
            ObReferenceObject(file);
            thread[i] = WorkerStart(i < ASKERS ? ask : enable, file);
        }
        thread[ASKERS + 1] = WorkerStart(shut, NULL);
        WorkerSleep(round % 9);
        TkClose(handle);
        (void)SfaDrainDevice(RigDevice, &now);
        for (i = 0; i < ASKERS + 2; i++) {
            WorkerJoin(thread[i]);
        }
        RigClose();
        CHECK(SfaLeakedFrames() == 0);
    }
}

TEST(everything_at_once)
{
    everything(RIG_OBJECT, 1);
}

TEST(everything_at_once_without_a_limit)
{
    everything(RIG_OBJECT, 0);
}

TEST(everything_at_once_behind_a_forwarder)
{
    everything(RIG_FORWARDER, 1);
}

TEST(everything_at_once_behind_a_forwarder_without_a_limit)
{
    everything(RIG_FORWARDER, 0);
}
