/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: the cancelable queue. */
#include "driver.h"
#include <ks.h>

static LIST_ENTRY queue;
static KSPIN_LOCK lock;
static KSLIST_ENTRY_LOCATION where = KsListEntryTail;
static PDRIVER_CANCEL routine;
static ULONG cancelled;

static NTSTATUS NTAPI park(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    IoMarkIrpPending(irp);
    KsAddIrpToCancelableQueue(&queue, &lock, irp, where, routine);
    return STATUS_PENDING;
}

static void begin(void)
{
    InitializeListHead(&queue);
    KeInitializeSpinLock(&lock);
    DriverStart(park);
}

static PIRP irp_of(PTK_REQUEST request)
{
    TK_REQUEST_STATE state;
    TkQueryRequest(request, &state);
    return state.Irp;
}

static PIRP take(KSLIST_ENTRY_LOCATION end, KSIRP_REMOVAL_OPERATION operation)
{
    return KsRemoveIrpFromCancelableQueue(&queue, &lock, end, operation);
}

static void end(PTK_REQUEST request, NTSTATUS status)
{
    CHECK_STATUS(TkWaitRequest(request), status);
    TkFreeRequest(request);
}

TEST(irps_leave_from_the_end_that_is_asked_for)
{
    PTK_REQUEST a, b, c;
    PIRP irps[3];
    begin();
    a = DriverPend();
    b = DriverPend();
    where = KsListEntryHead;
    c = DriverPend();
    irps[0] = irp_of(a);
    irps[1] = irp_of(b);
    irps[2] = irp_of(c);
    CHECK(KSQUEUE_SPINLOCK_IRP_STORAGE(irps[0]) == &lock && irps[0]->CancelRoutine == KsCancelRoutine);
    CHECK(take(KsListEntryHead, KsAcquireAndRemove) == irps[2]);
    CHECK(irps[2]->CancelRoutine == NULL);
    CHECK(take(KsListEntryTail, KsAcquireAndRemoveOnlySingleItem) == irps[1]);
    CHECK(take(KsListEntryHead, KsAcquireAndRemove) == irps[0]);
    CHECK(take(KsListEntryHead, KsAcquireAndRemove) == NULL && take(KsListEntryTail, KsAcquireOnlySingleItem) == NULL);
    (void)DriverComplete(irps[0], STATUS_SUCCESS);
    (void)DriverComplete(irps[1], STATUS_SUCCESS);
    (void)DriverComplete(irps[2], STATUS_SUCCESS);
    end(a, STATUS_SUCCESS);
    end(b, STATUS_SUCCESS);
    end(c, STATUS_SUCCESS);
    DriverStop();
}

TEST(an_acquired_irp_is_passed_by_and_is_released_or_removed)
{
    PTK_REQUEST a, b;
    PIRP first, second;
    begin();
    a = DriverPend();
    b = DriverPend();
    first = take(KsListEntryHead, KsAcquireOnly);
    CHECK(first == irp_of(a) && !IsListEmpty(&queue));
    CHECK(take(KsListEntryHead, KsAcquireOnlySingleItem) == NULL); /* the first one is somebody's */
    CHECK(take(KsListEntryHead, KsAcquireAndRemoveOnlySingleItem) == NULL);
    second = take(KsListEntryHead, KsAcquireOnly);
    CHECK(second == irp_of(b) && take(KsListEntryHead, KsAcquireOnly) == NULL);
    KsReleaseIrpOnCancelableQueue(first, NULL);
    CHECK(take(KsListEntryHead, KsAcquireAndRemove) == first);
    KsRemoveSpecificIrpFromCancelableQueue(second);
    CHECK(IsListEmpty(&queue));
    (void)DriverComplete(first, STATUS_SUCCESS);
    (void)DriverComplete(second, STATUS_SUCCESS);
    end(a, STATUS_SUCCESS);
    end(b, STATUS_SUCCESS);
    DriverStop();
}

TEST(a_cancelled_irp_leaves_the_queue_and_is_completed)
{
    PTK_REQUEST a, b;
    PIRP irp;
    begin();
    a = DriverPend();
    b = DriverPend();
    CHECK(TkCancelRequest(a));
    end(a, STATUS_CANCELLED);
    irp = take(KsListEntryHead, KsAcquireAndRemove);
    CHECK(irp == irp_of(b) && IsListEmpty(&queue));
    CHECK(!TkCancelRequest(b)); /* it is ours now */
    (void)DriverComplete(irp, STATUS_SUCCESS);
    end(b, STATUS_SUCCESS);
    DriverStop();
}

TEST(an_irp_cancelled_before_is_gone_when_the_add_returns)
{
    TK_IOCTL ioctl;
    begin();
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = DriverFile;
    ioctl.Mode = KernelMode;
    ioctl.Code = CTL_CODE(FILE_DEVICE_KS, 0, METHOD_NEITHER, FILE_ANY_ACCESS);
    ioctl.Cancelled = TRUE;
    CHECK_STATUS(TkIoctlWait(&ioctl, NULL), STATUS_CANCELLED);
    CHECK(IsListEmpty(&queue));
    DriverStop();
}

TEST(an_irp_cancelled_while_acquired_is_cancelled_at_its_release)
{
    PTK_REQUEST a;
    PIRP irp;
    begin();
    a = DriverPend();
    irp = take(KsListEntryHead, KsAcquireOnly);
    CHECK(!TkCancelRequest(a) && !TkRequestCompleted(a));
    KsReleaseIrpOnCancelableQueue(irp, NULL);
    CHECK(IsListEmpty(&queue));
    end(a, STATUS_CANCELLED);
    DriverStop();
}

/* As drivers do it that want to count: KsCancelRoutine only unlinks. */
static VOID NTAPI count_and_complete(PDEVICE_OBJECT device, PIRP irp)
{
    irp->IoStatus.Status = STATUS_CANCELLED;
    KsCancelRoutine(device, irp);
    cancelled++;
    (void)DriverComplete(irp, STATUS_CANCELLED);
}

TEST(a_cancel_routine_of_the_drivers_unlinks_with_ks_and_completes_itself)
{
    PTK_REQUEST a, b;
    begin();
    routine = count_and_complete;
    a = DriverPend();
    b = DriverPend();
    CHECK(TkCancelRequest(b) && cancelled == 1);
    KsCancelIo(&queue, &lock);
    CHECK(cancelled == 2 && IsListEmpty(&queue));
    end(a, STATUS_CANCELLED);
    end(b, STATUS_CANCELLED);
    DriverStop();
}

TEST(cancelling_all_marks_what_is_acquired)
{
    PTK_REQUEST a, b;
    PIRP irp;
    begin();
    a = DriverPend();
    b = DriverPend();
    irp = take(KsListEntryHead, KsAcquireOnly);
    KsCancelIo(&queue, &lock);
    CHECK(irp->Cancel && !TkRequestCompleted(a) && queue.Flink == &irp->Tail.Overlay.ListEntry);
    end(b, STATUS_CANCELLED);
    KsReleaseIrpOnCancelableQueue(irp, NULL);
    end(a, STATUS_CANCELLED);
    DriverStop();
}

static PIRP stays, stops;
static ULONG last_calls;

static NTSTATUS choose(PIRP irp, PVOID context)
{
    CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL && context == &queue);
    if (irp == NULL) {
        last_calls++;
        return STATUS_UNSUCCESSFUL; /* of no interest to anybody */
    }
    return irp == stops ? STATUS_DEVICE_BUSY : irp == stays ? STATUS_NO_MATCH : STATUS_SUCCESS;
}

TEST(irps_move_to_another_queue_in_their_order)
{
    static LIST_ENTRY other;
    static KSPIN_LOCK other_lock;
    PTK_REQUEST r[4];
    PIRP irp[4];
    ULONG i;
    begin();
    InitializeListHead(&other);
    KeInitializeSpinLock(&other_lock);
    for (i = 0; i < 4; i++) {
        r[i] = DriverPend();
        irp[i] = irp_of(r[i]);
    }
    stays = irp[1];
    stops = irp[3];
    CHECK(take(KsListEntryHead, KsAcquireOnly) == irp[0]); /* acquired ones move, too */
    CHECK_STATUS(KsMoveIrpsOnCancelableQueue(&queue, &lock, &other, &other_lock, KsListEntryHead, choose, &queue),
                 STATUS_DEVICE_BUSY);
    CHECK(last_calls == 1 && other.Flink == &irp[0]->Tail.Overlay.ListEntry);
    CHECK(other.Blink == &irp[2]->Tail.Overlay.ListEntry && queue.Flink == &irp[1]->Tail.Overlay.ListEntry);
    CHECK(KSQUEUE_SPINLOCK_IRP_STORAGE(irp[2]) == &other_lock && KSQUEUE_SPINLOCK_IRP_STORAGE(irp[1]) == &lock);
    KsReleaseIrpOnCancelableQueue(irp[0], NULL);
    CHECK(TkCancelRequest(r[2])); /* under its new lock */
    stays = stops = NULL;
    CHECK_STATUS(KsMoveIrpsOnCancelableQueue(&queue, &lock, &other, &other_lock, KsListEntryTail, choose, &queue),
                 STATUS_SUCCESS);
    CHECK(last_calls == 2 && IsListEmpty(&queue) && other.Flink == &irp[1]->Tail.Overlay.ListEntry);
    CHECK(irp[1]->Tail.Overlay.ListEntry.Flink == &irp[3]->Tail.Overlay.ListEntry);
    KsCancelIo(&other, &other_lock);
    for (i = 0; i < 4; i++)
        end(r[i], STATUS_CANCELLED);
    DriverStop();
}

TEST(a_hundred_thousand_irps_come_and_go)
{
    enum { MANY = 100000 };
    static PTK_REQUEST requests[MANY];
    ULONG i;
    begin();
    for (i = 0; i < MANY; i++)
        requests[i] = DriverPend();
    for (i = 0; i < MANY / 2; i++)
        (void)DriverComplete(take(KsListEntryHead, KsAcquireAndRemove), STATUS_SUCCESS);
    KsCancelIo(&queue, &lock);
    for (i = 0; i < MANY; i++)
        end(requests[i], i < MANY / 2 ? STATUS_SUCCESS : STATUS_CANCELLED);
    DriverStop();
}

static NTSTATUS NTAPI park_unmarked(PDEVICE_OBJECT device, PIRP irp)
{
    (void)device;
    KsAddIrpToCancelableQueue(&queue, &lock, irp, where, routine);
    return STATUS_PENDING;
}

TEST_BREACH(an_irp_queued_before_it_is_marked, "ks-queue-not-pending")
{
    InitializeListHead(&queue);
    KeInitializeSpinLock(&lock);
    DriverStart(park_unmarked);
    (void)DriverPend();
}

TEST_BREACH(an_irp_removed_that_nobody_acquired, "ks-queue-not-acquired")
{
    begin();
    KsRemoveSpecificIrpFromCancelableQueue(irp_of(DriverPend()));
}

TEST_BREACH(an_irp_released_that_nobody_acquired, "ks-queue-not-acquired")
{
    begin();
    KsReleaseIrpOnCancelableQueue(irp_of(DriverPend()), NULL);
}

TEST_BREACH(a_queue_whose_lock_is_held, "lock-recursive")
{
    KIRQL irql;
    begin();
    (void)DriverPend();
    KeAcquireSpinLock(&lock, &irql);
    (void)take(KsListEntryHead, KsAcquireAndRemove);
}
