/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's default allocator and AVStream's events under several threads at once: nothing is lost. */
#include "avsdriver.h"
#include "ksallocator.h"

#define THREADS 4
#define TURNS   150

static KSSTREAMALLOCATOR_FUNCTIONTABLE table;
static HANDLE threads[THREADS];
static LONG served, cancelled;

/* All begin together, and now and then one sleeps with what it has, so that the others meet. */
static KEVENT go;

static void nap(ULONG turn)
{
    LARGE_INTEGER moment;
    moment.QuadPart = -10;
    if (turn % 3 == 0)
        (void)KeDelayExecutionThread(KernelMode, FALSE, &moment);
}

static void give_back(PVOID frame, ULONG turn)
{
    KIRQL irql;
    if (turn % 2 == 0) {
        CHECK_STATUS(KsAllocatorFree(frame), STATUS_SUCCESS);
        return;
    }
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    table.FreeFrame(KsAllocatorFile, frame);
    KeLowerIrql(irql);
}

/* The second thread changes its mind each time, and may get its frame all the same. */
static VOID NTAPI use_frames(PVOID Context)
{
    ULONG_PTR number = (ULONG_PTR)Context;
    ULONG i;
    (void)KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, NULL);
    for (i = 0; i < TURNS; i++) {
        PVOID frame = NULL;
        PTK_REQUEST request = KsAllocatorSend(KSMETHOD_STREAMALLOCATOR_ALLOC, &frame, KernelMode, FALSE);
        NTSTATUS status;
        if (number == 1)
            (void)TkCancelRequest(request);
        status = TkWaitRequest(request);
        TkFreeRequest(request);
        CHECK(status == STATUS_SUCCESS || (number == 1 && status == STATUS_CANCELLED));
        (void)InterlockedIncrement(NT_SUCCESS(status) ? &served : &cancelled);
        if (!NT_SUCCESS(status))
            continue;
        *(volatile ULONG_PTR *)frame = number;
        nap(i);
        give_back(frame, i);
    }
}

static void run(PKSTART_ROUTINE routine)
{
    ULONG_PTR i;
    KeInitializeEvent(&go, NotificationEvent, FALSE);
    for (i = 0; i < THREADS; i++)
        CHECK_STATUS(PsCreateSystemThread(&threads[i], THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, (PVOID)i),
                     STATUS_SUCCESS);
    (void)KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    for (i = 0; i < THREADS; i++) {
        PVOID thread;
        CHECK_STATUS(ObReferenceObjectByHandle(threads[i], 0, *PsThreadType, KernelMode, &thread, NULL),
                     STATUS_SUCCESS);
        (void)KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(thread);
        ZwClose(threads[i]);
    }
}

TEST(every_request_for_a_frame_ends)
{
    KsAllocatorOpen(2);
    table = KsAllocatorTable();
    run(use_frames);
    CHECK(served + cancelled == THREADS * TURNS && KsAllocatorOut() == 0);
    KsAllocatorClose();
}

TEST(every_request_for_the_drivers_memory_ends_inline_or_not)
{
    KsAllocatorKind = KsAllocatorMemory;
    TkKsAllocator()->ServeInline = TRUE;
    KsAllocatorOpen(1);
    table = KsAllocatorTable();
    run(use_frames);
    CHECK(served + cancelled == THREADS * TURNS && KsAllocatorOut() == 0);
    KsAllocatorClose();
    CHECK(KsAllocatorTaken == KsAllocatorGiven && KsAllocatorDeleted == 1);
}

/* Two fire, two enable and disable. */
static VOID NTAPI use_events(PVOID Context)
{
    ULONG_PTR number = (ULONG_PTR)Context;
    KSEVENTDATA data;
    KEVENT event;
    KIRQL irql;
    ULONG i;
    (void)KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, NULL);
    for (i = 0; i < TURNS; i++) {
        ULONG flags = i % 2 == 0 ? KSEVENT_TYPE_ENABLE : KSEVENT_TYPE_ONESHOT;
        NTSTATUS status;
        if (number < 2) {
            nap(i);
            KeRaiseIrql(DISPATCH_LEVEL, &irql);
            KsPinGenerateEvents(AvsDriverPin, &AvsDriverSet, AVS_EVENT_PLAIN, 0, NULL, NULL, NULL);
            KeLowerIrql(irql);
            continue;
        }
        CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_PLAIN, flags, &event, &data), STATUS_SUCCESS);
        status = AvsDriverDisable(AvsDriverPinFile, &data);
        CHECK(status == STATUS_SUCCESS || (flags == KSEVENT_TYPE_ONESHOT && status == STATUS_UNSUCCESSFUL));
        CHECK(status == STATUS_SUCCESS || KeReadStateEvent(&event) != 0); /* it has fired, or was disabled */
    }
}

TEST(events_are_enabled_and_disabled_while_others_fire)
{
    AvsDriverOpen();
    run(use_events);
    AvsDriverClose();
}
