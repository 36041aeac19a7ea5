/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "worker.h"

PVOID WorkerStart(PKSTART_ROUTINE Routine, PVOID Context)
{
    HANDLE handle;
    PVOID thread;
    CHECK_STATUS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Routine, Context), STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread, NULL),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwClose(handle), STATUS_SUCCESS);
    return thread;
}

void WorkerJoin(PVOID Thread)
{
    CHECK_STATUS(KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    ObDereferenceObject(Thread);
}

void WorkerSleep(ULONG Milliseconds)
{
    LARGE_INTEGER time;
    time.QuadPart = -10000 * (LONGLONG)Milliseconds;
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &time), STATUS_SUCCESS);
}

static WORK_QUEUE_ITEM hold;
static KEVENT held, release;

static VOID NTAPI wait_in_worker(PVOID Context)
{
    (void)Context;
    (void)KeSetEvent(&held, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&release, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

void WorkerHold(void)
{
    KeInitializeEvent(&held, NotificationEvent, FALSE);
    KeInitializeEvent(&release, NotificationEvent, FALSE);
    ExInitializeWorkItem(&hold, wait_in_worker, NULL);
    ExQueueWorkItem(&hold, DelayedWorkQueue);
    CHECK_STATUS(KeWaitForSingleObject(&held, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
}

void WorkerRelease(void)
{
    (void)KeSetEvent(&release, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI free_late(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    LATE_FREE *late = (LATE_FREE *)Context;
    (void)Dpc, (void)Argument1, (void)Argument2;
    CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
    late->Status = SfaFreeFrame(late->Allocator, late->Frame);
}

void LateFree(LATE_FREE *Late, PSFA_ALLOCATOR Allocator, PVOID Frame, LONGLONG Units)
{
    LARGE_INTEGER due;
    due.QuadPart = -Units;
    Late->Allocator = Allocator;
    Late->Frame = Frame;
    Late->Status = STATUS_PENDING;
    KeInitializeTimer(&Late->Timer);
    KeInitializeDpc(&Late->Dpc, free_late, Late);
    (void)KeSetTimer(&Late->Timer, due, &Late->Dpc);
}
