/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: methods that wait, and what handlers must not do. */
#include "ksobject.h"
#include "tkks_requests.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { WAITS = 1, BAD, COMPLETES };

static const GUID set_guid = {SET};
static PIRP waiting;
static PKSIDENTIFIER first_request;
static PVOID first_data;
static ULONG finished;

static NTSTATUS wait(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    first_request = request;
    first_data = data;
    IoMarkIrpPending(irp);
    waiting = irp;
    return STATUS_PENDING;
}

static NTSTATUS finish(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    CHECK(request == first_request && data == first_data && request->Id == WAITS);
    finished++;
    *(ULONG *)data = 0xF00D;
    irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static NTSTATUS keep(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    (void)irp, (void)request, (void)data;
    return STATUS_SUCCESS;
}

static NTSTATUS bad(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    (void)request, (void)data;
    irp->IoStatus.Status = STATUS_SUCCESS;
    return STATUS_SUCCESS;
}

static NTSTATUS completes(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    (void)request, (void)data;
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static DEFINE_KSMETHOD_TABLE(items){
    DEFINE_KSMETHOD_ITEM(WAITS, KSMETHOD_TYPE_WRITE, wait, sizeof(KSMETHOD), sizeof(ULONG), NULL),
    DEFINE_KSMETHOD_ITEM(BAD, KSMETHOD_TYPE_NONE, bad, sizeof(KSMETHOD), 0, NULL),
    DEFINE_KSMETHOD_ITEM(COMPLETES, KSMETHOD_TYPE_NONE, completes, sizeof(KSMETHOD), 0, NULL),
};
static const KSMETHOD_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items, 0, NULL}};

static void begin(KPROCESSOR_MODE mode)
{
    KsObjectMethods = sets;
    KsObjectMethodSets = SIZEOF_ARRAY(sets);
    KsObjectOpen(mode);
}

static NTSTATUS send(ULONG id, ULONG flags, PVOID data, ULONG bytes, ULONG_PTR *information)
{
    KSMETHOD m;
    m.Set = set_guid;
    m.Id = id;
    m.Flags = flags;
    return KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, data, bytes, information);
}

/* Sends WAITS; *m must stay. */
static PTK_REQUEST park(KSMETHOD *m, PVOID data)
{
    TK_IOCTL ioctl;
    m->Set = set_guid;
    m->Id = WAITS;
    m->Flags = KSMETHOD_TYPE_SEND;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = KsObjectFile;
    ioctl.Mode = (KPROCESSOR_MODE)(KsObjectProcess != NULL ? UserMode : KernelMode);
    ioctl.Code = IOCTL_KS_METHOD;
    ioctl.In = m;
    ioctl.InBytes = sizeof *m;
    ioctl.Out = data;
    ioctl.OutBytes = sizeof(ULONG);
    return TkIoctl(&ioctl);
}

static NTSTATUS complete(NTSTATUS status)
{
    waiting->IoStatus.Status = status;
    IoCompleteRequest(waiting, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI worker(PVOID context)
{
    (void)context;
    (void)complete(KsDispatchSpecificMethod(waiting, finish));
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(a_method_that_waits_is_finished_from_any_thread_through_copies)
{
    KSMETHOD *m;
    ULONG *data;
    HANDLE thread;
    PTK_REQUEST request;
    TK_REQUEST_STATE state;
    begin(UserMode);
    m = TkUserAllocate(KsObjectProcess, PAGE_SIZE, TkReadWrite);
    data = (ULONG *)(PVOID)(m + 1);
    request = park(m, data);
    TkQueryRequest(request, &state);
    CHECK(!state.Completed && state.Returned == STATUS_PENDING && KsObjectAnswered == STATUS_PENDING);
    m->Id = 99; /* too late */
    CHECK_STATUS(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, worker, NULL), STATUS_SUCCESS);
    CHECK_STATUS(TkWaitRequest(request), STATUS_SUCCESS);
    CHECK(*data == 0xF00D && finished == 1);
    TkFreeRequest(request);
    CHECK_STATUS(ZwClose(thread), STATUS_SUCCESS);
    KsObjectClose();
}

TEST(the_dispatcher_of_a_specific_method_can_be_told_to_fail_or_to_clear)
{
    KSMETHOD m;
    ULONG data = 5;
    PTK_REQUEST request;
    begin(KernelMode);
    request = park(&m, &data);
    TkKsRequests()->SpecificMethodFails = STATUS_INSUFFICIENT_RESOURCES;
    CHECK_STATUS(KsDispatchSpecificMethod(waiting, finish), STATUS_INSUFFICIENT_RESOURCES);
    TkKsRequests()->SpecificMethodFailsOnce = TRUE;
    CHECK_STATUS(KsDispatchSpecificMethod(waiting, finish), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(finished == 0);
    waiting->IoStatus.Information = 3;
    CHECK_STATUS(KsDispatchSpecificMethod(waiting, keep), STATUS_SUCCESS);
    CHECK(waiting->IoStatus.Information == 3);
    TkKsRequests()->SpecificMethodClearsInformation = TRUE;
    CHECK_STATUS(KsDispatchSpecificMethod(waiting, keep), STATUS_SUCCESS);
    CHECK(waiting->IoStatus.Information == 0);
    (void)complete(KsDispatchSpecificMethod(waiting, finish));
    CHECK(data == 0xF00D);
    TkFreeRequest(request);
    KsObjectClose();
}

TEST_BREACH(a_handler_that_sets_the_status, "ks-irp-status-set")
{
    begin(KernelMode);
    (void)send(BAD, KSMETHOD_TYPE_SEND, NULL, 0, NULL);
}

TEST_BREACH(a_handler_that_completes, "irp-use-after-completion")
{
    begin(KernelMode);
    (void)send(COMPLETES, KSMETHOD_TYPE_SEND, NULL, 0, NULL);
}

TEST_BREACH(a_waiting_method_whose_slots_were_written_over, "ks-slot-overwritten")
{
    KSMETHOD m;
    ULONG data;
    begin(KernelMode);
    (void)park(&m, &data);
    waiting->Tail.Overlay.DriverContext[2] = NULL;
    (void)KsDispatchSpecificMethod(waiting, finish);
}

static NTSTATUS NTAPI dispatch_at_once(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return KsDispatchSpecificMethod(Irp, keep);
}

TEST_BREACH(a_specific_method_that_was_never_dispatched, "ks-not-dispatched")
{
    static const KSDISPATCH_TABLE table = {dispatch_at_once, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    KsObjectTable = &table;
    begin(KernelMode);
    (void)send(WAITS, KSMETHOD_TYPE_SEND, NULL, 0, NULL);
}

static NTSTATUS NTAPI wrong_handler(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return KsMethodHandler(Irp, 0, NULL);
}

TEST_BREACH(a_property_request_in_the_handler_of_methods, "ks-wrong-request")
{
    static const KSDISPATCH_TABLE table = {wrong_handler, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
    KsObjectTable = &table;
    begin(KernelMode);
    (void)KsObjectIoctl(IOCTL_KS_PROPERTY, NULL, 0, NULL, 0, NULL);
}

TEST_BREACH(a_specific_method_at_a_raised_irql, "irql-too-high")
{
    KSMETHOD m;
    ULONG data;
    KIRQL irql;
    begin(KernelMode);
    (void)park(&m, &data);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    (void)KsDispatchSpecificMethod(waiting, finish);
}
