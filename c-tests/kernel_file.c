/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files on the test kernel: what a driver is sent when they are opened, and when they go. */
#include "driver.h"

static PIRP kept;
static NTSTATUS create_status;
static const WCHAR name[] = {'{', 'x', '}', '\\'};
static PFILE_OBJECT related;
static ACCESS_MASK access;
static UCHAR seen[16];
static ULONG seen_count;

static NTSTATUS NTAPI pend(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    IoMarkIrpPending(Irp);
    kept = Irp;
    return STATUS_PENDING;
}

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return DriverComplete(Irp, STATUS_INVALID_DEVICE_REQUEST);
}

/* A second driver, which looks closely at what it is sent. */
static PDEVICE_OBJECT device;
static PDRIVER_OBJECT loaded;

static NTSTATUS NTAPI look(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    CHECK(DeviceObject == device && stack->DeviceObject == device && KeGetCurrentIrql() == PASSIVE_LEVEL);
    CHECK(seen_count < sizeof seen);
    seen[seen_count++] = stack->MajorFunction;
    if (stack->MajorFunction == IRP_MJ_CREATE) {
        CHECK(stack->FileObject->RelatedFileObject == related);
        CHECK(stack->FileObject->FileName.Length == (related == NULL ? 0 : sizeof name));
        CHECK(stack->Parameters.Create.SecurityContext->DesiredAccess == access);
        return DriverComplete(Irp, create_status);
    }
    CHECK(stack->FileObject == NULL || stack->FileObject->FileName.Buffer == NULL);
    return DriverComplete(Irp, STATUS_SUCCESS);
}

static VOID NTAPI unload(PDRIVER_OBJECT DriverObject)
{
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS NTAPI entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    CHECK(RegistryPath->Length > 0);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = look;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = look;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = look;
    DriverObject->MajorFunction[IRP_MJ_PNP] = look;
    DriverObject->DriverUnload = unload;
    return IoCreateDevice(DriverObject, 16, NULL, FILE_DEVICE_KS, 0, FALSE, &device);
}

static void load(void)
{
    NTSTATUS status;
    loaded = TkDriverLoad(entry, "curious", &status);
    CHECK_STATUS(status, STATUS_SUCCESS);
    access = FILE_READ_DATA;
}

static PFILE_OBJECT open_file(PHANDLE Handle)
{
    PFILE_OBJECT file;
    CHECK_STATUS(TkOpenFor(device, NULL, NULL, 0, KernelMode, access, Handle, &file), STATUS_SUCCESS);
    return file;
}

TEST(the_last_handle_sends_cleanup_and_the_last_reference_close)
{
    HANDLE handle;
    PFILE_OBJECT file;
    load();
    file = open_file(&handle);
    CHECK(TkReferences(file) == 1 && TkHandles(file) == 1 && device->ReferenceCount == 1);
    ObReferenceObject(file);
    TkClose(handle);
    CHECK(seen_count == 2 && seen[1] == IRP_MJ_CLEANUP && TkHandles(file) == 0);
    ObDereferenceObject(file);
    CHECK(seen_count == 3 && seen[2] == IRP_MJ_CLOSE && TkReferences(file) == 0 && device->ReferenceCount == 0);
    TkDriverUnload(loaded);
}

TEST(a_file_is_opened_relative_to_another)
{
    HANDLE first, second, third;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING string;
    IO_STATUS_BLOCK status;
    PFILE_OBJECT file;
    load();
    file = open_file(&first);
    related = file;
    CHECK_STATUS(TkOpenFor(device, file, name, sizeof name, KernelMode, access, &second, NULL), STATUS_SUCCESS);
    string.Buffer = (PWCH)(ULONG_PTR)name;
    string.Length = string.MaximumLength = sizeof name;
    InitializeObjectAttributes(&attributes, &string, OBJ_KERNEL_HANDLE, first, NULL);
    CHECK_STATUS(
        ZwCreateFile(&third, access, &attributes, &status, NULL, FILE_ATTRIBUTE_NORMAL, 0, FILE_OPEN, 0, NULL, 0),
        STATUS_SUCCESS);
    CHECK(TkReferences(file) == 1);
    CHECK_STATUS(ZwClose(third), STATUS_SUCCESS);
    TkClose(second);
    TkClose(first);
    TkDriverUnload(loaded);
}

TEST(a_refused_open_is_never_closed)
{
    HANDLE handle = NULL;
    load();
    create_status = STATUS_ACCESS_DENIED;
    CHECK_STATUS(TkOpenFor(device, NULL, NULL, 0, KernelMode, access, &handle, NULL), STATUS_ACCESS_DENIED);
    CHECK(handle == NULL && seen_count == 1 && device->ReferenceCount == 0);
    TkDriverUnload(loaded);
}

TEST(a_reference_dropped_at_dispatch_level_is_closed_by_the_worker)
{
    HANDLE handle;
    PFILE_OBJECT file;
    KIRQL old;
    load();
    file = open_file(&handle);
    ObReferenceObject(file);
    TkClose(handle);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ObDereferenceObject(file);
    KeLowerIrql(old);
    TkSettle();
    CHECK(seen_count == 3 && seen[2] == IRP_MJ_CLOSE);
    TkDriverUnload(loaded);
}

/* The pended request holds the file, so IRP_MJ_CLOSE comes from inside IoCompleteRequest. */
TEST(close_arrives_inside_the_completion_of_the_last_request)
{
    PTK_REQUEST request;
    DriverStart(pend);
    request = DriverPend();
    CHECK(TkReferences(DriverFile) == 2);
    DriverClose();
    CHECK(TkReferences(DriverFile) == 1 && DriverSeen[IRP_MJ_CLEANUP] == 1 && DriverSeen[IRP_MJ_CLOSE] == 0);
    (void)DriverComplete(kept, STATUS_SUCCESS);
    CHECK(DriverSeen[IRP_MJ_CLOSE] == 1);
    TkFreeRequest(request);
    TkDriverUnload(DriverDevice->DriverObject);
}

TEST(a_device_hears_of_plug_and_play)
{
    load();
    CHECK_STATUS(TkSendPnp(device, IRP_MN_SURPRISE_REMOVAL), STATUS_SUCCESS);
    CHECK(seen_count == 1 && seen[0] == IRP_MJ_PNP);
    TkDriverUnload(loaded);
}

TEST(a_major_function_without_a_routine_is_refused)
{
    TK_IOCTL ioctl;
    HANDLE handle;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    load();
    ioctl.FileObject = open_file(&handle);
    ioctl.Code = CTL_CODE(FILE_DEVICE_KS, 0, METHOD_NEITHER, FILE_ANY_ACCESS);
    CHECK_STATUS(TkIoctlWait(&ioctl, NULL), STATUS_INVALID_DEVICE_REQUEST);
    TkClose(handle);
    TkDriverUnload(loaded);
}

TEST_BREACH(a_file_used_after_close, "object-dead")
{
    DriverStart(refuse);
    DriverStop();
    (void)DriverAsk();
}

TEST_BREACH(a_file_left_open, "handle-leak")
{
    DriverStart(refuse);
}

TEST_BREACH(a_file_with_a_reference_left, "object-leak")
{
    HANDLE handle;
    load();
    ObReferenceObject(open_file(&handle));
    TkClose(handle);
}
