/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drivers of AVStream: their descriptor is kept by the address of their driver object. */
#include "avs.h"

#define DRIVERS 32

static struct {
    PDRIVER_OBJECT Driver;
    const KSDEVICE_DESCRIPTOR *Descriptor;
} drivers[DRIVERS];
static KSPIN_LOCK lock;

/* Locked. The place of a driver, or NULL; of NULL a free one. */
static ULONG place(PDRIVER_OBJECT driver)
{
    ULONG i;
    for (i = 0; i < DRIVERS && drivers[i].Driver != driver; i++)
        ;
    return i;
}

const KSDEVICE_DESCRIPTOR *AvsDescriptorOf(PDRIVER_OBJECT DriverObject)
{
    const KSDEVICE_DESCRIPTOR *descriptor;
    ULONG i;
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    i = place(DriverObject);
    descriptor = i < DRIVERS ? drivers[i].Descriptor : NULL;
    KeReleaseSpinLock(&lock, irql);
    return descriptor;
}

/* A driver that puts in its own keeps its place, until a driver object of the same address takes it over. */
static VOID NTAPI unload(PDRIVER_OBJECT DriverObject)
{
    ULONG i;
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    i = place(DriverObject);
    if (i < DRIVERS)
        drivers[i].Driver = NULL;
    KeReleaseSpinLock(&lock, irql);
}

static BOOLEAN keep(PDRIVER_OBJECT driver, const KSDEVICE_DESCRIPTOR *descriptor)
{
    ULONG i;
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    i = place(driver);
    if (i == DRIVERS)
        i = place(NULL);
    if (i < DRIVERS) {
        drivers[i].Driver = driver;
        drivers[i].Descriptor = descriptor;
    }
    KeReleaseSpinLock(&lock, irql);
    return (BOOLEAN)(i < DRIVERS);
}

NTSTATUS NTAPI KsInitializeDriver(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPathName,
                                  const KSDEVICE_DESCRIPTOR *Descriptor)
{
    UNREFERENCED_PARAMETER(RegistryPathName);
    KS_PASSIVE("KsInitializeDriver");
    if (!keep(DriverObject, Descriptor))
        return STATUS_INSUFFICIENT_RESOURCES;
    DriverObject->DriverExtension->AddDevice = AvsAddDevice;
    DriverObject->DriverUnload = unload;
    (VOID) KsSetMajorFunctionHandler(DriverObject, IRP_MJ_CREATE);
    (VOID) KsSetMajorFunctionHandler(DriverObject, IRP_MJ_CLOSE);
    (VOID) KsSetMajorFunctionHandler(DriverObject, IRP_MJ_DEVICE_CONTROL);
    DriverObject->MajorFunction[IRP_MJ_PNP] = AvsPnp;
    DriverObject->MajorFunction[IRP_MJ_POWER] = AvsPass;
    DriverObject->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = AvsPass;
    return STATUS_SUCCESS;
}
