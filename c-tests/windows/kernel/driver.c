/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drivers under test, as driver objects of their own, and the bus below those that Plug and Play starts. */
#include "kernel.h"

NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName, PDRIVER_INITIALIZE InitializationFunction);
VOID NTAPI IoDeleteDriver(PDRIVER_OBJECT DriverObject);

PDRIVER_OBJECT KernelDriver;

static PDRIVER_INITIALIZE entry; /* of the driver that is being loaded: tests load one after the other */
static PDRIVER_OBJECT loading;
static ULONG loaded;

static NTSTATUS NTAPI start(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    loading = DriverObject;
    return entry(DriverObject, RegistryPath);
}

static void devices_are_ready(PDRIVER_OBJECT Driver)
{
    PDEVICE_OBJECT device;
    for (device = Driver->DeviceObject; device != NULL; device = device->NextDevice) {
        device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    }
}

PDRIVER_OBJECT TkDriverLoad(PDRIVER_INITIALIZE DriverEntry, PCSTR Name, NTSTATUS *Status)
{
    static const WCHAR lead[] = L"\\Driver\\SfaTests-";
    WCHAR text[64];
    UNICODE_STRING name;
    NTSTATUS status;
    USHORT i, n = ARRAYSIZE(lead) - 1;
    RtlCopyMemory(text, lead, sizeof lead);
    for (i = 0; Name[i] != 0 && n < ARRAYSIZE(text); i++) {
        text[n++] = (WCHAR)(UCHAR)Name[i];
    }
    name.Buffer = text;
    name.Length = name.MaximumLength = (USHORT)(n * sizeof(WCHAR));
    entry = DriverEntry;
    loading = NULL;
    status = IoCreateDriver(&name, start);
    if (Status != NULL) {
        *Status = status;
    }
    if (!NT_SUCCESS(status)) {
        return NULL;
    }
    loaded++;
    devices_are_ready(loading);
    return loading;
}

VOID TkDriverUnload(PDRIVER_OBJECT Driver)
{
    if (Driver->DriverUnload == NULL) {
        KernelFail("driver-no-unload\n");
    }
    Driver->DriverUnload(Driver);
    if (Driver->DeviceObject != NULL) {
        KernelFail("device-leak: a driver left a device behind\n");
    }
    IoDeleteDriver(Driver);
    loaded--;
}

void KernelDrivers(void)
{
    if (loaded != 0) {
        KernelFail("driver-leak: %u drivers are loaded at the end\n", loaded);
    }
}

NTSTATUS TkAddDevice(PDRIVER_OBJECT Driver)
{
    PDEVICE_OBJECT physical;
    NTSTATUS status = IoCreateDevice(KernelDriver, 0, NULL, FILE_DEVICE_BUS_EXTENDER, 0, FALSE, &physical);
    CHECK_STATUS(status, STATUS_SUCCESS);
    physical->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return Driver->DriverExtension->AddDevice(Driver, physical);
}

NTSTATUS TkSendPnp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction)
{
    KERNEL_IRP request;
    (VOID) KernelIrp(&request, DeviceObject, IRP_MJ_PNP, MinorFunction, NULL);
    return KernelSend(&request, DeviceObject);
}
