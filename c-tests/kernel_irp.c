/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel is strict about IRPs: each rule of its README is broken once by a dispatch routine here. */
#include "driver.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

static PIRP kept;
static KSPIN_LOCK lock;
static ULONG completions;

static NTSTATUS NTAPI complete(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return DriverComplete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI pend(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoMarkIrpPending(Irp);
    kept = Irp;
    return STATUS_PENDING;
}

static NTSTATUS NTAPI complete_twice(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    (void)DriverComplete(Irp, STATUS_SUCCESS);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI look_after_completion(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    (void)DriverComplete(Irp, STATUS_SUCCESS);
    (void)IoGetCurrentIrpStackLocation(Irp);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI write_after_completion(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    (void)DriverComplete(Irp, STATUS_SUCCESS);
#if defined(SANITIZED)
    TkBreach("irp-use-after-completion", "AddressSanitizer would say it");
#else
    Irp->IoStatus.Information = 1;
#endif
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI pend_unmarked(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject, (void)Irp;
    return STATUS_PENDING;
}

static NTSTATUS NTAPI mark_and_succeed(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoMarkIrpPending(Irp);
    return DriverComplete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI complete_as_pending(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return DriverComplete(Irp, STATUS_PENDING);
}

static NTSTATUS NTAPI complete_without_a_status(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI return_another_status(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    (void)DriverComplete(Irp, STATUS_UNSUCCESSFUL);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI forget(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject, (void)Irp;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI complete_with_a_lock(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL old;
    (void)DeviceObject;
    KeAcquireSpinLock(&lock, &old);
    return DriverComplete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI return_with_a_lock(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL old;
    (void)DeviceObject;
    (void)DriverComplete(Irp, STATUS_SUCCESS);
    KeAcquireSpinLock(&lock, &old);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI return_raised(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL old;
    (void)DeviceObject;
    (void)DriverComplete(Irp, STATUS_SUCCESS);
    KeRaiseIrql(APC_LEVEL, &old);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI complete_far_up(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL old;
    NTSTATUS status;
    (void)DeviceObject;
    KeRaiseIrql(CLOCK_LEVEL, &old);
    status = DriverComplete(Irp, STATUS_SUCCESS);
    KeLowerIrql(old);
    return status;
}

static VOID count(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context)
{
    (void)Request;
    CHECK(Status == STATUS_SUCCESS && Information == 0 && Context == &completions);
    completions++;
}

static void ask(PDRIVER_DISPATCH Control)
{
    DriverStart(Control);
    (void)DriverAsk();
    DriverStop();
}

TEST(a_request_is_completed_at_once_or_later)
{
    TK_REQUEST_STATE state;
    PTK_REQUEST request;
    DriverStart(complete);
    CHECK_STATUS(DriverAsk(), STATUS_SUCCESS);
    DriverStop();
    DriverStart(pend);
    request = DriverPend();
    TkQueryRequest(request, &state);
    CHECK(state.Irp == kept && state.Returned == STATUS_PENDING && state.Completions == 0);
    (void)DriverComplete(kept, STATUS_UNSUCCESSFUL);
    CHECK_STATUS(TkWaitRequest(request), STATUS_UNSUCCESSFUL);
    TkQueryRequest(request, &state);
    CHECK(state.Irp == NULL && state.Completions == 1 && state.Thread == KeGetCurrentThread() && state.Irql == 0);
    TkFreeRequest(request);
    DriverStop();
}

TEST(a_request_may_come_at_dispatch_level_and_calls_back)
{
    TK_IOCTL ioctl;
    PTK_REQUEST request;
    KIRQL old;
    DriverStart(complete);
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = DriverFile;
    ioctl.Code = CTL_CODE(FILE_DEVICE_KS, 0, METHOD_NEITHER, FILE_ANY_ACCESS);
    ioctl.Done = count;
    ioctl.Context = &completions;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    request = TkIoctl(&ioctl);
    KeLowerIrql(old);
    CHECK(TkRequestCompleted(request) && completions == 1);
    TkFreeRequest(request);
    DriverStop();
}

TEST(a_hundred_thousand_requests_take_a_moment)
{
    ULONG i;
    DriverStart(complete);
    for (i = 0; i < 100000; i++) {
        (void)DriverAsk();
    }
    CHECK(DriverSeen[IRP_MJ_DEVICE_CONTROL] == 100000);
    DriverStop();
}

TEST_BREACH(an_irp_completed_twice, "irp-completed-twice")
{
    ask(complete_twice);
}

TEST_BREACH(an_irp_looked_at_after_completion, "irp-use-after-completion")
{
    ask(look_after_completion);
}

TEST_BREACH(an_irp_written_after_completion, "irp-use-after-completion")
{
    ask(write_after_completion);
}

TEST_BREACH(an_irp_that_is_none, "irp-unknown")
{
    static struct {
        UCHAR before[512];
        IRP irp;
    } wrong;
    IoMarkIrpPending(&wrong.irp);
}

TEST_BREACH(an_irp_that_is_never_completed, "irp-leak")
{
    DriverStart(pend);
    (void)DriverPend();
}

TEST_BREACH(a_request_that_is_never_freed, "request-leak")
{
    DriverStart(pend);
    (void)DriverPend();
    (void)DriverComplete(kept, STATUS_SUCCESS);
}

TEST_BREACH(a_request_freed_while_pending, "request-pending")
{
    DriverStart(pend);
    TkFreeRequest(DriverPend());
}

TEST_BREACH(an_irp_pended_without_the_mark, "irp-pending-mismatch")
{
    ask(pend_unmarked);
}

TEST_BREACH(an_irp_marked_and_not_pended, "irp-pending-mismatch")
{
    ask(mark_and_succeed);
}

TEST_BREACH(an_irp_completed_as_pending, "irp-bad-status")
{
    ask(complete_as_pending);
}

TEST_BREACH(an_irp_completed_without_a_status, "irp-bad-status")
{
    ask(complete_without_a_status);
}

TEST_BREACH(a_status_returned_that_is_not_the_irps, "irp-status-mismatch")
{
    ask(return_another_status);
}

TEST_BREACH(an_irp_that_is_forgotten, "irp-not-completed")
{
    ask(forget);
}

TEST_BREACH(an_irp_completed_with_a_lock_held, "irp-completed-with-lock")
{
    ask(complete_with_a_lock);
}

TEST_BREACH(a_dispatch_routine_that_returns_with_a_lock, "callout-lock-held")
{
    ask(return_with_a_lock);
}

TEST_BREACH(a_dispatch_routine_that_returns_at_another_level, "callout-raised-irql")
{
    ask(return_raised);
}

TEST_BREACH(an_irp_completed_above_dispatch_level, "irql-too-high")
{
    ask(complete_far_up);
}
