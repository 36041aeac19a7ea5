/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drivers and devices on the test kernel: how they come, and who may not be gone yet. */
#include "driver.h"

static PDEVICE_OBJECT device;
static KEVENT event;

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    return DriverComplete(Irp, STATUS_INVALID_DEVICE_REQUEST);
}

static VOID NTAPI unload_and_leave(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
}

static NTSTATUS NTAPI failing_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)DriverObject, (void)RegistryPath;
    return STATUS_UNSUCCESSFUL;
}

static NTSTATUS NTAPI leaving_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    (void)IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_KS, 0, FALSE, &device);
    return STATUS_UNSUCCESSFUL;
}

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    CHECK(PhysicalDeviceObject != NULL);
    return IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_KS, 0, FALSE, &device);
}

static VOID NTAPI nothing(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    (void)DeviceObject, (void)Context;
}

static VOID NTAPI wait_for(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    (void)DeviceObject;
    (void)KeWaitForSingleObject(Context, Executive, KernelMode, FALSE, NULL);
}

static PDRIVER_OBJECT load(void)
{
    DriverStart(refuse);
    return DriverDevice->DriverObject;
}

TEST(a_device_that_add_device_made_opens_when_it_is_ready)
{
    HANDLE handle;
    load()->DriverExtension->AddDevice = add_device;
    CHECK_STATUS(TkAddDevice(DriverDevice->DriverObject), STATUS_SUCCESS);
    CHECK_STATUS(TkOpen(device, NULL, NULL, 0, KernelMode, &handle, NULL), STATUS_NO_SUCH_DEVICE);
    device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    CHECK_STATUS(TkOpen(device, NULL, NULL, 0, KernelMode, &handle, NULL), STATUS_SUCCESS);
    TkClose(handle);
    DriverStop();
}

TEST(a_device_deleted_while_open_serves_its_files_only)
{
    HANDLE handle;
    PDRIVER_OBJECT driver = load();
    CHECK_STATUS(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_KS, 0, FALSE, &device), STATUS_SUCCESS);
    device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    CHECK_STATUS(TkOpen(device, NULL, NULL, 0, KernelMode, &handle, NULL), STATUS_SUCCESS);
    IoDeleteDevice(device);
    CHECK_STATUS(TkOpen(device, NULL, NULL, 0, KernelMode, NULL, NULL), STATUS_NO_SUCH_DEVICE);
    TkClose(handle);
    CHECK(DriverSeen[IRP_MJ_CREATE] == 2 && DriverSeen[IRP_MJ_CLOSE] == 1);
    DriverStop();
}

TEST(a_driver_may_fail_to_start)
{
    NTSTATUS status;
    CHECK(TkDriverLoad(failing_entry, "lame", &status) == NULL);
    CHECK_STATUS(status, STATUS_UNSUCCESSFUL);
}

TEST(a_device_may_be_refused)
{
    PDRIVER_OBJECT driver = load();
    TkFail("IoCreateDevice", 1);
    CHECK_STATUS(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_KS, 0, FALSE, &device), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(device == NULL);
    DriverStop();
}

TEST_BREACH(a_driver_unloaded_while_a_file_is_open, "driver-unloaded-early")
{
    TkDriverUnload(load());
}

TEST_BREACH(a_driver_unloaded_while_a_work_item_runs, "driver-unloaded-early")
{
    PIO_WORKITEM item;
    PDRIVER_OBJECT driver = load();
    CHECK_STATUS(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_KS, 0, FALSE, &device), STATUS_SUCCESS);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    item = IoAllocateWorkItem(device);
    CHECK(item != NULL);
    IoQueueWorkItem(item, wait_for, DelayedWorkQueue, &event);
    TkSettle();
    DriverStop();
}

TEST_BREACH(a_work_item_queued_for_a_deleted_device, "device-gone")
{
    PIO_WORKITEM item;
    (void)load();
    item = IoAllocateWorkItem(DriverDevice);
    DriverStop();
    IoQueueWorkItem(item, nothing, DelayedWorkQueue, NULL);
}

TEST_BREACH(a_driver_unloaded_twice, "driver-unloaded-early")
{
    PDRIVER_OBJECT driver = load();
    DriverStop();
    TkDriverUnload(driver);
}

TEST_BREACH(a_driver_that_is_none, "driver-unknown")
{
    static DRIVER_OBJECT none;
    (void)IoCreateDevice(&none, 0, NULL, FILE_DEVICE_KS, 0, FALSE, &device);
}

TEST_BREACH(a_driver_left_loaded, "driver-leak")
{
    (void)load();
    DriverClose();
}

TEST_BREACH(a_driver_that_cannot_be_unloaded, "driver-no-unload")
{
    load()->DriverUnload = NULL;
    DriverStop();
}

TEST_BREACH(a_device_left_by_its_driver, "device-leak")
{
    load()->DriverUnload = unload_and_leave;
    DriverStop();
}

TEST_BREACH(a_device_left_by_a_driver_that_did_not_start, "device-leak")
{
    (void)TkDriverLoad(leaving_entry, "lame", NULL);
}

TEST_BREACH(a_device_deleted_twice, "device-gone")
{
    (void)load();
    IoDeleteDevice(DriverDevice);
    IoDeleteDevice(DriverDevice);
}
