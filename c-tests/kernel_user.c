/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memory of user programs on the test kernel: the only doors to it, and what passes through them. */
#include "driver.h"

#define IOCTL_NEITHER  CTL_CODE(FILE_DEVICE_KS, 0, METHOD_NEITHER, FILE_ANY_ACCESS)
#define IOCTL_BUFFERED CTL_CODE(FILE_DEVICE_KS, 1, METHOD_BUFFERED, FILE_ANY_ACCESS)

static PEPROCESS process;
static ULONG *memory;
static ULONG reads;
static PIRP kept;
static ULONG_PTR answer_bytes;

static void begin(void)
{
    process = TkProcessCreate("program");
    memory = (ULONG *)TkUserAllocate(process, 2 * PAGE_SIZE, TkReadWrite);
    TkEnterProcess(process);
}

static void end(void)
{
    TkLeaveProcess();
    TkProcessExit(process);
}

/* Reads the word that the client points to, adds one, and answers it through the system buffer. */
static NTSTATUS NTAPI add_one(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG value = 0, i;
    NTSTATUS status = STATUS_SUCCESS;
    (void)DeviceObject;
    CHECK(Irp->RequestorMode == UserMode && IoGetRequestorProcess(Irp) == process && PsGetCurrentProcess() == process);
    for (i = 0; i < reads && NT_SUCCESS(status); i++) {
        status = TkCopyFromUser(&value, stack->Parameters.DeviceIoControl.Type3InputBuffer, sizeof value, sizeof value);
    }
    if (!NT_SUCCESS(status)) {
        return DriverComplete(Irp, status);
    }
    Irp->AssociatedIrp.SystemBuffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof value, 0x74736554);
    CHECK(Irp->AssociatedIrp.SystemBuffer != NULL);
    Irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | IRP_INPUT_OPERATION;
    *(ULONG *)Irp->AssociatedIrp.SystemBuffer = value + 1;
    IoMarkIrpPending(Irp);
    kept = Irp;
    return STATUS_PENDING;
}

static NTSTATUS NTAPI echo(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = answer_bytes;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static TK_IOCTL ioctl(ULONG Code)
{
    TK_IOCTL what;
    RtlZeroMemory(&what, sizeof what);
    what.FileObject = DriverFile;
    what.Mode = UserMode;
    what.Code = Code;
    what.In = memory;
    what.InBytes = sizeof *memory;
    what.Out = memory + 1;
    what.OutBytes = sizeof *memory;
    return what;
}

/* Completes at DISPATCH_LEVEL, in no process. */
static NTSTATUS finish(PTK_REQUEST Request, ULONG_PTR Information)
{
    NTSTATUS status;
    KIRQL old;
    TkLeaveProcess();
    kept->IoStatus.Status = STATUS_SUCCESS;
    kept->IoStatus.Information = Information;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    IoCompleteRequest(kept, IO_NO_INCREMENT);
    KeLowerIrql(old);
    TkEnterProcess(process);
    status = TkWaitRequest(Request);
    TkFreeRequest(Request);
    return status;
}

static PTK_REQUEST ask_add_one(void)
{
    TK_IOCTL what;
    memory[0] = 41;
    reads = 1;
    DriverStart(add_one);
    what = ioctl(IOCTL_NEITHER);
    return TkIoctl(&what);
}

TEST(an_answer_is_copied_in_the_clients_process)
{
    begin();
    CHECK_STATUS(finish(ask_add_one(), sizeof(ULONG)), STATUS_SUCCESS);
    CHECK(memory[1] == 42);
    DriverStop();
    end();
}

TEST(an_answer_to_memory_that_is_gone_is_the_clients_fault)
{
    PTK_REQUEST request;
    begin();
    request = ask_add_one();
    TkUserProtect(memory, PAGE_SIZE, TkReadOnly);
    CHECK_STATUS(finish(request, sizeof(ULONG)), STATUS_ACCESS_VIOLATION);
    DriverStop();
    end();
}

TEST(an_error_copies_nothing_but_a_warning_does)
{
    PTK_REQUEST request;
    begin();
    request = ask_add_one();
    kept->IoStatus.Information = sizeof(ULONG);
    kept->IoStatus.Status = STATUS_UNSUCCESSFUL;
    IoCompleteRequest(kept, IO_NO_INCREMENT);
    CHECK(memory[1] == 0);
    TkFreeRequest(request);
    DriverStop();
    request = ask_add_one();
    kept->IoStatus.Information = sizeof(ULONG);
    kept->IoStatus.Status = STATUS_BUFFER_OVERFLOW;
    IoCompleteRequest(kept, IO_NO_INCREMENT);
    CHECK(memory[1] == 42);
    TkFreeRequest(request);
    DriverStop();
    end();
}

TEST(a_buffered_request_goes_through_the_pool)
{
    TK_IOCTL what;
    ULONG_PTR information;
    begin();
    DriverStart(echo);
    what = ioctl(IOCTL_BUFFERED);
    memory[0] = 7;
    answer_bytes = sizeof(ULONG);
    CHECK_STATUS(TkIoctlWait(&what, &information), STATUS_SUCCESS);
    CHECK(information == sizeof(ULONG) && memory[1] == 7);
    DriverStop();
    end();
}

TEST(a_copy_says_what_a_probe_would_raise)
{
    ULONG value = 5;
    PUCHAR bytes;
    begin();
    bytes = (PUCHAR)memory;
    CHECK_STATUS(TkCopyToUser(memory, &value, sizeof value, 4), STATUS_SUCCESS);
    CHECK_STATUS(TkCopyFromUser(&value, bytes + 1, sizeof value, 4), STATUS_DATATYPE_MISALIGNMENT);
    CHECK_STATUS(TkCopyFromUser(&value, bytes + 1, sizeof value, 1), STATUS_SUCCESS);
    CHECK_STATUS(TkCopyFromUser(&value, bytes + 2 * PAGE_SIZE - 2, sizeof value, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(TkCopyFromUser(&value, &value, sizeof value, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(TkCopyFromUser(&value, (PVOID)(MmUserProbeAddress - 2), 4, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(TkCopyFromUser(&value, (PVOID) ~(ULONG_PTR)1, 4, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(TkCopyFromUser(&value, NULL, 4, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(TkCopyFromUser(&value, NULL, 0, 4), STATUS_SUCCESS);
    CHECK_STATUS(TkProbeForRead(&value, sizeof value, 1), STATUS_ACCESS_VIOLATION);
    TkUserProtect(bytes + PAGE_SIZE, PAGE_SIZE, TkReadOnly);
    CHECK_STATUS(TkCopyFromUser(&value, bytes + PAGE_SIZE, sizeof value, 1), STATUS_SUCCESS);
    CHECK_STATUS(TkCopyToUser(bytes + PAGE_SIZE - 2, &value, sizeof value, 1), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(TkProbeForWrite(bytes + PAGE_SIZE, 1, 1), STATUS_ACCESS_VIOLATION);
    TkUserProtect(bytes, PAGE_SIZE, TkNoAccess);
    CHECK_STATUS(TkCopyFromUser(&value, bytes, sizeof value, 1), STATUS_ACCESS_VIOLATION);
    TkUserFree(memory);
    CHECK_STATUS(TkCopyFromUser(&value, bytes + PAGE_SIZE, sizeof value, 1), STATUS_ACCESS_VIOLATION);
    TkFail("TkCopyToUser", 1);
    CHECK_STATUS(TkCopyToUser(memory, &value, 0, 1), STATUS_ACCESS_VIOLATION);
    end();
}

static VOID change(const VOID *Address, SIZE_T Bytes, PVOID Context)
{
    CHECK(Address == memory && Bytes == sizeof(ULONG) && Context == &reads);
    memory[0]++;
}

TEST(a_hook_changes_memory_before_each_read)
{
    ULONG first, second;
    begin();
    TkSetReadHook(change, &reads);
    CHECK_STATUS(TkCopyFromUser(&first, memory, sizeof first, 4), STATUS_SUCCESS);
    CHECK_STATUS(TkCopyFromUser(&second, memory, sizeof second, 4), STATUS_SUCCESS); /* no dispatch routine: allowed */
    CHECK(first == 1 && second == 2);
    end();
}

TEST_BREACH(user_memory_read_twice, "user-memory-read-twice")
{
    TK_IOCTL what;
    begin();
    DriverStart(add_one);
    what = ioctl(IOCTL_NEITHER);
    reads = 2;
    (void)TkIoctl(&what);
}

TEST(user_memory_may_be_read_twice_if_a_test_allows_it)
{
    TK_IOCTL what;
    begin();
    DriverStart(add_one);
    TkAllowReadTwice(TRUE);
    what = ioctl(IOCTL_NEITHER);
    reads = 2;
    CHECK_STATUS(finish(TkIoctl(&what), 0), STATUS_SUCCESS);
    DriverStop();
    end();
}

TEST_BREACH(user_memory_read_from_another_process, "user-memory-wrong-process")
{
    ULONG value;
    begin();
    TkLeaveProcess();
    (void)TkCopyFromUser(&value, memory, sizeof value, 4);
}

TEST_BREACH(user_memory_read_at_dispatch_level, "irql-too-high")
{
    ULONG value;
    KIRQL old;
    begin();
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    (void)TkCopyFromUser(&value, memory, sizeof value, 4);
}

TEST_BREACH(an_answer_larger_than_the_buffer, "irp-information-too-large")
{
    TK_IOCTL what;
    begin();
    DriverStart(echo);
    what = ioctl(IOCTL_BUFFERED);
    answer_bytes = sizeof(ULONG) + 1;
    (void)TkIoctlWait(&what, NULL);
}

TEST_BREACH(a_request_with_a_method_that_is_not_simulated, "request-method")
{
    TK_IOCTL what;
    begin();
    DriverStart(echo);
    what = ioctl(CTL_CODE(FILE_DEVICE_KS, 2, METHOD_OUT_DIRECT, FILE_ANY_ACCESS));
    (void)TkIoctlWait(&what, NULL);
}

TEST_BREACH(user_memory_freed_twice, "user-memory-range")
{
    begin();
    TkUserFree(memory);
    TkUserFree(memory);
}

TEST_BREACH(user_memory_protected_where_none_is, "user-memory-range")
{
    begin();
    TkUserProtect(memory, 3 * PAGE_SIZE, TkReadOnly);
}
