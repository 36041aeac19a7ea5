/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The driver that the C tests are in: one device, through which a client has them run one by one. */
#include "kernel.h"
#include "runner.h"

enum how { TEST_PASSES, TEST_BUGCHECKS };

#define RUN(file, name, how, detail) void name(void);
#include "tests.h"
#undef RUN

static const struct test {
    const char *name;
    void (*run)(void);
    enum how how;
    const char *detail;
} tests[] = {
#define RUN(file, name, how, detail) {#file "::" #name, name, how, detail},
#include "tests.h"
};

static const struct test *running;
static PIRP waiting; /* of the client, until the test is over */

static void copy(char *To, const char *From, SIZE_T Room)
{
    SIZE_T i;
    for (i = 0; From[i] != 0 && i + 1 < Room; i++) {
        To[i] = From[i];
    }
    To[i] = 0;
}

static BOOLEAN begins(const char *Text, const char *With)
{
    while (*With != 0 && *Text == *With) {
        Text++, With++;
    }
    return (BOOLEAN)(*With == 0);
}

static NTSTATUS complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS answer(PIRP Irp, BOOLEAN Passed, const char *Text)
{
    RUNNER_ANSWER *answer = (RUNNER_ANSWER *)Irp->AssociatedIrp.SystemBuffer;
    answer->Tests = ARRAYSIZE(tests);
    answer->Passed = Passed;
    copy(answer->Text, Text, sizeof answer->Text);
    return complete(Irp, STATUS_SUCCESS, sizeof *answer);
}

/* "bugcheck 0xCODE (0xP1,": the detail begins with the code. */
static VOID ended(BOOLEAN Failed, BOOLEAN BugCheck, const char *Text)
{
    BOOLEAN passed = (BOOLEAN)!Failed;
    if (running->how == TEST_BUGCHECKS) {
        passed = (BOOLEAN)(BugCheck && begins(Text, "bugcheck ") && begins(Text + 9, running->detail));
    }
    (VOID) answer(waiting, passed, Text);
}

static VOID NTAPI run(PVOID Context)
{
    const struct test *test = (const struct test *)Context;
    TkBegin(test->name);
    test->run();
    TkEnd();
    KernelPass();
}

static NTSTATUS start(PIRP Irp, const struct test *Test)
{
    HANDLE handle;
    running = Test;
    waiting = Irp;
    IoMarkIrpPending(Irp);
    KernelBegin(ended);
    if (!NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, run, (PVOID)Test))) {
        KernelFail("PsCreateSystemThread failed\n");
    }
    (VOID) ZwClose(handle);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG number;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (stack->Parameters.DeviceIoControl.IoControlCode == RUNNER_END) {
        (VOID) ZwTerminateProcess((HANDLE)(LONG_PTR)-1, STATUS_UNSUCCESSFUL);
    }
    if (stack->Parameters.DeviceIoControl.InputBufferLength < sizeof number ||
        stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(RUNNER_ANSWER)) {
        return complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    }
    number = *(ULONG *)Irp->AssociatedIrp.SystemBuffer;
    if (number >= ARRAYSIZE(tests)) {
        return complete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
    case RUNNER_NAME:
        return answer(Irp, TRUE, tests[number].name);
    case RUNNER_RUN:
        return start(Irp, &tests[number]);
    default:
        return complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static NTSTATUS NTAPI succeed(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return complete(Irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI unload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link;
    RtlInitUnicodeString(&link, L"\\DosDevices\\" RUNNER_DEVICE);
    (VOID) IoDeleteSymbolicLink(&link);
    while (DriverObject->DeviceObject != NULL) {
        IoDeleteDevice(DriverObject->DeviceObject); /* ours, and what is below the devices of tests */
    }
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    KernelDriver = DriverObject;
    RtlInitUnicodeString(&name, L"\\Device\\" RUNNER_DEVICE);
    RtlInitUnicodeString(&link, L"\\DosDevices\\" RUNNER_DEVICE);
    status = IoCreateDevice(DriverObject, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    (VOID) IoDeleteSymbolicLink(&link); /* of a driver whose process ended */
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = succeed;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = succeed;
    DriverObject->MajorFunction[IRP_MJ_PNP] = succeed; /* of the devices below those of tests */
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
    DriverObject->DriverUnload = unload;
    return STATUS_SUCCESS;
}
