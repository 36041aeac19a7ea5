/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* IRPs that drivers make, send down and get back: stack locations and completion routines. */
#include "driver.h"

static NTSTATUS answer; /* of the completion routine */
static NTSTATUS (*passing)(PIRP);
static BOOLEAN lower_pends;
static PIRP kept;
static ULONG calls;

static NTSTATUS NTAPI control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction == 1 && passing != NULL) {
        return passing(Irp);
    }
    if (lower_pends) {
        IoMarkIrpPending(Irp);
        kept = Irp;
        return STATUS_PENDING;
    }
    return DriverComplete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI back(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    CHECK(DeviceObject == NULL && Context == &calls && Irp->IoStatus.Status == STATUS_SUCCESS);
    calls++;
    return answer;
}

static NTSTATUS NTAPI propagate(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    (void)Context;
    CHECK(DeviceObject == DriverDevice);
    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS NTAPI forget_the_mark(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    (void)DeviceObject, (void)Irp, (void)Context;
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS NTAPI free_and_go_on(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    (void)DeviceObject, (void)Context;
    IoFreeIrp(Irp);
    return STATUS_CONTINUE_COMPLETION;
}

static PIRP make(CCHAR Locations, PIO_COMPLETION_ROUTINE Routine, UCHAR Minor)
{
    PIRP irp = IoAllocateIrp(Locations, FALSE);
    PIO_STACK_LOCATION next;
    CHECK(irp != NULL);
    next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    next->MinorFunction = Minor;
    if (Routine != NULL) {
        IoSetCompletionRoutine(irp, Routine, &calls, TRUE, TRUE, TRUE);
    }
    return irp;
}

static NTSTATUS send(PIRP Irp)
{
    return IoCallDriver(DriverDevice, Irp);
}

TEST(a_driver_makes_sends_and_keeps_an_irp)
{
    PIRP irp;
    DriverStart(control);
    answer = STATUS_MORE_PROCESSING_REQUIRED;
    irp = make(1, back, 0);
    CHECK_STATUS(send(irp), STATUS_SUCCESS);
    CHECK(calls == 1);
    IoReuseIrp(irp, STATUS_UNSUCCESSFUL);
    CHECK_STATUS(irp->IoStatus.Status, STATUS_UNSUCCESSFUL);
    IoFreeIrp(irp);
    DriverStop();
}

static NTSTATUS copy_down(PIRP Irp)
{
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoGetNextIrpStackLocation(Irp)->MinorFunction = 0;
    IoSetCompletionRoutine(Irp, propagate, NULL, TRUE, TRUE, TRUE);
    return send(Irp);
}

static NTSTATUS skip_down(PIRP Irp)
{
    IoGetCurrentIrpStackLocation(Irp)->MinorFunction = 0;
    IoSkipCurrentIrpStackLocation(Irp);
    return send(Irp);
}

static NTSTATUS copy_down_without_the_mark(PIRP Irp)
{
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoGetNextIrpStackLocation(Irp)->MinorFunction = 0;
    IoSetCompletionRoutine(Irp, forget_the_mark, NULL, TRUE, TRUE, TRUE);
    return send(Irp);
}

static NTSTATUS mark_and_skip(PIRP Irp)
{
    IoMarkIrpPending(Irp);
    return skip_down(Irp);
}

static NTSTATUS skip_and_return_another(PIRP Irp)
{
    (void)skip_down(Irp);
    return STATUS_UNSUCCESSFUL;
}

static void pass(NTSTATUS (*Passing)(PIRP), BOOLEAN Pends)
{
    PIRP irp;
    passing = Passing;
    lower_pends = Pends;
    answer = STATUS_MORE_PROCESSING_REQUIRED;
    irp = make(2, back, 1);
    CHECK_STATUS(send(irp), Pends ? STATUS_PENDING : STATUS_SUCCESS);
    if (Pends) {
        (void)DriverComplete(kept, STATUS_SUCCESS);
    }
    IoFreeIrp(irp);
}

TEST(an_irp_is_passed_down_with_its_location_or_a_copy)
{
    DriverStart(control);
    pass(copy_down, FALSE);
    pass(skip_down, FALSE);
    pass(copy_down, TRUE);
    pass(skip_down, TRUE);
    CHECK(calls == 4);
    DriverStop();
}

TEST(an_irp_may_be_refused)
{
    TkFail("IoAllocateIrp", 1);
    CHECK(IoAllocateIrp(1, FALSE) == NULL);
}

TEST_BREACH(a_completion_routine_that_forgets_the_mark, "irp-pending-mismatch")
{
    DriverStart(control);
    pass(copy_down_without_the_mark, TRUE);
}

TEST_BREACH(a_marked_irp_that_is_skipped, "irp-pending-late")
{
    DriverStart(control);
    pass(mark_and_skip, FALSE);
}

TEST_BREACH(a_skipped_irp_with_another_answer, "irp-status-mismatch")
{
    DriverStart(control);
    pass(skip_and_return_another, FALSE);
}

TEST_BREACH(an_irp_of_a_driver_that_nobody_keeps, "irp-end-of-stack")
{
    DriverStart(control);
    answer = STATUS_CONTINUE_COMPLETION;
    (void)send(make(1, back, 0));
}

TEST_BREACH(a_completion_routine_that_frees_and_goes_on, "irp-completed-twice")
{
    DriverStart(control);
    (void)send(make(1, free_and_go_on, 0));
}

TEST_BREACH(an_irp_completed_that_was_never_sent, "irp-not-sent")
{
    (void)DriverComplete(make(1, NULL, 0), STATUS_SUCCESS);
}

TEST_BREACH(an_irp_freed_that_a_driver_has, "irp-in-use")
{
    DriverStart(control);
    lower_pends = TRUE;
    (void)send(make(1, back, 0));
    IoFreeIrp(kept);
}

TEST_BREACH(an_irp_freed_that_is_the_io_managers, "irp-not-owner")
{
    DriverStart(control);
    lower_pends = TRUE;
    (void)DriverPend();
    IoFreeIrp(kept);
}

TEST_BREACH(an_irp_sent_below_its_last_location, "irp-stack")
{
    PIRP irp = make(1, NULL, 0);
    IoSetNextIrpStackLocation(irp);
    (void)IoGetNextIrpStackLocation(irp);
}

TEST_BREACH(an_irp_sent_with_a_lock_held, "irp-sent-with-lock")
{
    static KSPIN_LOCK lock;
    KIRQL old;
    PIRP irp = make(1, NULL, 0);
    DriverStart(control);
    KeAcquireSpinLock(&lock, &old);
    (void)send(irp);
}
