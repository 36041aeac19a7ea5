/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cancelling as the test kernel has it: who takes the cancel routine, under which lock, at which IRQL. */
#include "driver.h"
#include "worker.h"

static PIRP kept;
static PDRIVER_CANCEL routine;
static KSPIN_LOCK queue_lock;

static NTSTATUS NTAPI pend(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoMarkIrpPending(Irp);
    kept = Irp;
    if (routine != NULL) {
        CHECK(IoSetCancelRoutine(Irp, routine) == NULL);
    }
    return STATUS_PENDING;
}

static VOID NTAPI cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    CHECK(DeviceObject == DriverDevice && KeGetCurrentIrql() == DISPATCH_LEVEL && Irp->Cancel);
    CHECK(Irp->CancelRoutine == NULL);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    (void)DriverComplete(Irp, STATUS_CANCELLED);
}

static VOID NTAPI cancel_and_keep_the_lock(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject, (void)Irp;
}

static VOID NTAPI cancel_to_another_level(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject, (void)Irp;
    IoReleaseCancelSpinLock(DISPATCH_LEVEL);
}

static VOID NTAPI cancel_and_raise(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL old;
    (void)DeviceObject;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KeRaiseIrql(APC_LEVEL, &old);
}

static VOID NTAPI complete_under_the_lock(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    (void)DriverComplete(Irp, STATUS_CANCELLED);
}

static NTSTATUS NTAPI set_before_mark(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    (void)IoSetCancelRoutine(Irp, cancel);
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI mark_after_set(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoMarkIrpPending(Irp);
    (void)IoSetCancelRoutine(Irp, cancel);
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI refuse_cancelled(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return DriverComplete(Irp, Irp->Cancel ? STATUS_CANCELLED : STATUS_SUCCESS);
}

static PTK_REQUEST pend_with(PDRIVER_CANCEL Routine)
{
    routine = Routine;
    DriverStart(pend);
    return DriverPend();
}

TEST(a_pended_request_is_cancelled)
{
    PTK_REQUEST request = pend_with(cancel);
    CHECK(TkCancelRequest(request));
    CHECK(TkRequestCompleted(request));
    CHECK_STATUS(TkWaitRequest(request), STATUS_CANCELLED);
    CHECK(!TkCancelRequest(request));
    TkFreeRequest(request);
    DriverStop();
}

TEST(a_request_without_a_cancel_routine_is_only_marked)
{
    PTK_REQUEST request = pend_with(NULL);
    CHECK(!TkCancelRequest(request) && kept->Cancel && !TkRequestCompleted(request));
    (void)DriverComplete(kept, STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(request), STATUS_SUCCESS);
    TkFreeRequest(request);
    DriverStop();
}

TEST(a_request_may_arrive_cancelled)
{
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    DriverStart(refuse_cancelled);
    ioctl.FileObject = DriverFile;
    ioctl.Code = CTL_CODE(FILE_DEVICE_KS, 0, METHOD_NEITHER, FILE_ANY_ACCESS);
    ioctl.Cancelled = TRUE;
    CHECK_STATUS(TkIoctlWait(&ioctl, NULL), STATUS_CANCELLED);
    DriverStop();
}

static VOID NTAPI cancel_request(PVOID Context)
{
    (void)TkCancelRequest((PTK_REQUEST)Context);
}

/* A queue of one IRP. It is there while kept names it, under the lock. */
static VOID NTAPI unlink_and_cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KeAcquireSpinLock(&queue_lock, &Irp->CancelIrql);
    kept = NULL;
    KeReleaseSpinLock(&queue_lock, Irp->CancelIrql);
    (void)DriverComplete(Irp, STATUS_CANCELLED);
}

static PIRP take(void)
{
    PIRP irp;
    KIRQL old;
    KeAcquireSpinLock(&queue_lock, &old);
    irp = kept;
    if (irp != NULL && IoSetCancelRoutine(irp, NULL) == NULL) {
        irp = NULL; /* the cancel routine runs, and unlinks it */
    }
    if (irp != NULL) {
        kept = NULL;
    }
    KeReleaseSpinLock(&queue_lock, old);
    return irp;
}

/* Whoever takes the routine out completes; the other one leaves the IRP alone. */
TEST(cancel_and_completion_may_meet)
{
    ULONG i;
    routine = unlink_and_cancel;
    KeInitializeSpinLock(&queue_lock);
    DriverStart(pend);
    for (i = 0; i < 200; i++) {
        PTK_REQUEST request = DriverPend();
        PVOID thread = WorkerStart(cancel_request, request);
        PIRP irp;
        NTSTATUS status;
        if (i % 2 != 0) {
            YieldProcessor();
        }
        irp = take();
        if (irp != NULL) {
            (void)DriverComplete(irp, STATUS_SUCCESS);
        }
        status = TkWaitRequest(request);
        CHECK(irp != NULL ? status == STATUS_SUCCESS : status == STATUS_CANCELLED);
        WorkerJoin(thread);
        TkFreeRequest(request);
    }
    DriverStop();
}

TEST_BREACH(a_cancel_routine_that_keeps_the_lock, "cancel-lock-held")
{
    (void)TkCancelRequest(pend_with(cancel_and_keep_the_lock));
}

TEST_BREACH(a_cancel_routine_that_returns_at_another_level, "cancel-lock-held")
{
    (void)TkCancelRequest(pend_with(cancel_and_raise));
}

TEST_BREACH(a_cancel_lock_released_to_another_level, "lock-wrong-irql")
{
    (void)TkCancelRequest(pend_with(cancel_to_another_level));
}

TEST_BREACH(a_cancel_routine_that_completes_under_the_lock, "irp-completed-with-lock")
{
    (void)TkCancelRequest(pend_with(complete_under_the_lock));
}

TEST_BREACH(an_irp_completed_with_its_cancel_routine, "irp-cancel-routine-set")
{
    (void)pend_with(cancel);
    (void)DriverComplete(kept, STATUS_SUCCESS);
}

TEST_BREACH(a_cancel_routine_before_the_mark, "irp-cancel-not-pending")
{
    DriverStart(set_before_mark);
    (void)DriverAsk();
}

TEST_BREACH(a_mark_after_the_cancel_routine, "irp-pending-late")
{
    DriverStart(mark_after_set);
    (void)DriverAsk();
}

TEST_BREACH(an_irp_cancelled_that_is_gone, "irp-use-after-completion")
{
    (void)pend_with(NULL);
    (void)DriverComplete(kept, STATUS_SUCCESS);
    (void)IoCancelIrp(kept);
}

TEST_BREACH(a_cancel_routine_set_on_an_irp_that_is_gone, "irp-use-after-completion")
{
    (void)pend_with(NULL);
    (void)DriverComplete(kept, STATUS_SUCCESS);
    (void)IoSetCancelRoutine(kept, cancel);
}

TEST_BREACH(a_cancel_lock_taken_twice, "lock-recursive")
{
    KIRQL old;
    IoAcquireCancelSpinLock(&old);
    IoAcquireCancelSpinLock(&old);
}
