/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Drivers: loading and unloading, and the one below all others that makes physical devices. */
#include "packet.h"
#include "tkio.h"

#define NAME_LENGTH 60

struct driver {
    DRIVER_OBJECT object; /* first: drivers know its address */
    DRIVER_EXTENSION extension;
    struct driver *next;
    BOOLEAN loaded, unloaded;
    WCHAR name[NAME_LENGTH];
    struct tk_site made, died;
};

static struct driver *drivers;
static PDRIVER_OBJECT bus; /* loaded when first needed, and to the end */

static struct driver *find(PDRIVER_OBJECT object)
{
    struct driver *driver = drivers;
    while (driver != NULL && &driver->object != object)
        driver = driver->next;
    return driver;
}

VOID driver_check(PDRIVER_OBJECT object, const char *what)
{
    struct driver *driver = find(object);
    if (driver == NULL)
        tk_breach("driver-unknown", NULL, NULL, "%s for driver %p, which is not loaded", what, (void *)object);
    if (driver->unloaded)
        tk_breach("driver-unloaded-early", &driver->died, "unloaded here", "%s of a driver that is unloaded", what);
}

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    Irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
}

static struct driver *make(PCSTR name)
{
    static const char lead[] = "\\Driver\\";
    struct driver *driver = host_allocate(sizeof *driver, 16);
    ULONG i, n = 0;
    host_fill(driver, 0, sizeof *driver);
    for (i = 0; lead[i] != 0; i++)
        driver->name[n++] = (WCHAR)lead[i];
    for (i = 0; name[i] != 0 && n + 1 < NAME_LENGTH; i++)
        driver->name[n++] = (WCHAR)(UCHAR)name[i];
    driver->made = tk_here();
    driver->object.Type = 4;
    driver->object.Size = (CSHORT)sizeof driver->object;
    driver->object.DriverName.Buffer = driver->name;
    driver->object.DriverName.Length = (USHORT)(n * sizeof(WCHAR));
    driver->object.DriverName.MaximumLength = (USHORT)sizeof driver->name;
    driver->object.DriverExtension = &driver->extension;
    driver->extension.DriverObject = &driver->object;
    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->object.MajorFunction[i] = refuse;
    return driver;
}

PDRIVER_OBJECT TkDriverLoad(PDRIVER_INITIALIZE DriverEntry, PCSTR Name, NTSTATUS *Status)
{
    struct driver *driver = make(Name);
    struct callout before = callout_begin();
    UNICODE_STRING registry = driver->object.DriverName;
    NTSTATUS status;
    tk_require_irql(PASSIVE_LEVEL, "TkDriverLoad");
    tk_require_begun("TkDriverLoad");
    driver->object.DriverInit = DriverEntry;
    TK_LOCK();
    driver->next = drivers;
    drivers = driver;
    TK_UNLOCK();
    status = DriverEntry(&driver->object, &registry);
    callout_end(&before, "DriverEntry");
    TK_LOCK();
    if (NT_SUCCESS(status)) {
        driver->loaded = TRUE;
        device_ready(&driver->object);
    } else {
        device_require_none(&driver->object);
        driver->unloaded = TRUE;
        driver->died = tk_here();
    }
    TK_UNLOCK();
    if (Status != NULL)
        *Status = status;
    return NT_SUCCESS(status) ? &driver->object : NULL;
}

VOID TkDriverUnload(PDRIVER_OBJECT Driver)
{
    struct callout before = callout_begin();
    struct driver *driver;
    tk_require_irql(PASSIVE_LEVEL, "TkDriverUnload");
    TK_LOCK();
    driver_check(Driver, "TkDriverUnload");
    device_require_unused(Driver);
    driver = find(Driver);
    if (Driver->DriverUnload == NULL)
        tk_breach("driver-no-unload", &driver->made, "loaded here", "a driver without DriverUnload is unloaded");
    TK_UNLOCK();
    Driver->DriverUnload(Driver);
    callout_end(&before, "DriverUnload");
    TK_LOCK();
    device_require_unused(Driver);
    driver->unloaded = TRUE; /* nothing may be queued for it any more */
    driver->died = tk_here();
    TK_UNLOCK();
    TkSettle(); /* a work item that is about to return keeps the driver that long */
    TK_LOCK();
    device_require_none(Driver);
    TK_UNLOCK();
}

static NTSTATUS NTAPI agree(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI bus_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    DriverObject->MajorFunction[IRP_MJ_PNP] = agree;
    DriverObject->MajorFunction[IRP_MJ_POWER] = agree;
    return STATUS_SUCCESS;
}

NTSTATUS TkAddDevice(PDRIVER_OBJECT Driver)
{
    struct callout before = callout_begin();
    PDEVICE_OBJECT physical;
    NTSTATUS status;
    tk_require_irql(PASSIVE_LEVEL, "TkAddDevice");
    if (Driver->DriverExtension->AddDevice == NULL)
        return STATUS_NOT_SUPPORTED;
    if (bus == NULL)
        bus = TkDriverLoad(bus_entry, "bus", NULL);
    status = IoCreateDevice(bus, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &physical);
    if (!NT_SUCCESS(status))
        return status;
    physical->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    status = Driver->DriverExtension->AddDevice(Driver, physical);
    callout_end(&before, "AddDevice");
    return status;
}

VOID drivers_end(VOID)
{
    struct driver *driver;
    for (driver = drivers; driver != NULL; driver = driver->next)
        if (driver->loaded && !driver->unloaded && driver->object.DriverUnload != NULL)
            tk_breach("driver-leak", &driver->made, "loaded here", "a driver is still loaded at TkEnd");
    while ((driver = drivers) != NULL) {
        drivers = driver->next;
        host_free(driver);
    }
    bus = NULL;
}
