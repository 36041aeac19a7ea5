/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Device objects. ReferenceCount counts open files and dispatch routines that run; those, queued work items and
 * whoever called ObReferenceObject refer to the object. A deleted device serves them, and is poisoned when the last
 * reference is gone.
 */
#include "object.h"
#include "packet.h"

struct device {
    struct device *next;
    PDEVICE_OBJECT object;
    SIZE_T size;
    BOOLEAN deleted;
    struct tk_site made, died, used;
};

static struct device *devices;

static struct device *find(PDEVICE_OBJECT object)
{
    struct device *device = devices;
    while (device != NULL && device->object != object)
        device = device->next;
    return device;
}

/* Locked. The deleted device's own reference is gone already. */
static LONG references(const struct device *device)
{
    return tk_object_find(device->object)->references - (device->deleted ? 0 : 1);
}

static VOID poison(struct device *device)
{
    host_forbid(device->object->DeviceExtension, device->size - sizeof(DEVICE_OBJECT));
}

/* Locked. */
static VOID release(struct device *device)
{
    if (tk_object_drop(tk_object_find(device->object)))
        poison(device);
}

/* By ObDereferenceObject. */
static VOID gone(PVOID body)
{
    TK_LOCK();
    poison(find(body));
    TK_UNLOCK();
}

static struct _OBJECT_TYPE device_type = {"device", NULL, gone};

static struct device *there(PDEVICE_OBJECT object, const char *what)
{
    struct device *device = find(object);
    if (device == NULL)
        return NULL;
    if (device->deleted && references(device) == 0)
        tk_breach("device-gone", &device->died, "deleted here", "%s for a device that is deleted", what);
    driver_check(object->DriverObject, what);
    return device;
}

VOID device_check(PDEVICE_OBJECT object, const char *what)
{
    (void)there(object, what);
}

VOID device_hold(PDEVICE_OBJECT object, const char *what)
{
    struct device *device = there(object, what);
    if (device == NULL)
        return;
    tk_object_find(object)->references++;
    device->used = tk_here();
}

VOID device_drop(PDEVICE_OBJECT object)
{
    struct device *device = find(object);
    if (device != NULL)
        release(device);
}

VOID device_use(PDEVICE_OBJECT object, const char *what)
{
    device_hold(object, what);
    if (find(object) != NULL)
        object->ReferenceCount++;
}

VOID device_leave(PDEVICE_OBJECT object)
{
    if (find(object) != NULL)
        object->ReferenceCount--;
    device_drop(object);
}

BOOLEAN device_opens(PDEVICE_OBJECT object)
{
    struct device *device = find(object);
    return (BOOLEAN)(device == NULL || (!device->deleted && (object->Flags & DO_DEVICE_INITIALIZING) == 0));
}

NTSTATUS IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize, PUNICODE_STRING DeviceName,
                        ULONG DeviceType, ULONG DeviceCharacteristics, BOOLEAN Exclusive, PDEVICE_OBJECT *DeviceObject)
{
    struct device *device;
    PDEVICE_OBJECT object;
    SIZE_T room = (sizeof *object + 15) & ~(SIZE_T)15, size = room + DeviceExtensionSize;
    (void)DeviceName;
    tk_require_irql(APC_LEVEL, "IoCreateDevice");
    tk_require_begun("IoCreateDevice");
    *DeviceObject = NULL;
    if (tk_fail("IoCreateDevice"))
        return STATUS_INSUFFICIENT_RESOURCES;
    object = host_allocate(size, 16);
    host_fill(object, 0, size);
    object->Type = 3;
    object->Size = (USHORT)size;
    object->DriverObject = DriverObject;
    object->Flags = DO_DEVICE_INITIALIZING | (Exclusive ? DO_EXCLUSIVE : 0);
    object->Characteristics = DeviceCharacteristics;
    object->DeviceType = DeviceType;
    object->StackSize = 1;
    object->DeviceExtension = DeviceExtensionSize > 0 ? (PUCHAR)object + room : NULL;
    device = host_allocate(sizeof *device, 16);
    host_fill(device, 0, sizeof *device);
    device->object = object;
    device->size = DeviceExtensionSize > 0 ? DeviceExtensionSize + sizeof *object : sizeof *object;
    device->made = tk_here();
    TK_LOCK();
    driver_check(DriverObject, "IoCreateDevice");
    device->next = devices;
    devices = device;
    tk_object_add(object, &device_type);
    object->NextDevice = DriverObject->DeviceObject;
    DriverObject->DeviceObject = object;
    TK_UNLOCK();
    *DeviceObject = object;
    return STATUS_SUCCESS;
}

VOID IoDeleteDevice(PDEVICE_OBJECT DeviceObject)
{
    struct device *device;
    PDEVICE_OBJECT *link;
    tk_require_irql(APC_LEVEL, "IoDeleteDevice");
    TK_LOCK();
    device = find(DeviceObject);
    if (device == NULL || device->deleted)
        tk_breach("device-gone", device == NULL ? NULL : &device->died, "deleted here",
                  "IoDeleteDevice of %p, which is no device, or deleted", (void *)DeviceObject);
    for (link = &DeviceObject->DriverObject->DeviceObject; *link != DeviceObject; link = &(*link)->NextDevice)
        ;
    *link = DeviceObject->NextDevice;
    device->deleted = TRUE;
    device->died = tk_here();
    release(device);
    TK_UNLOCK();
}

VOID device_ready(PDRIVER_OBJECT driver)
{
    PDEVICE_OBJECT object;
    for (object = driver->DeviceObject; object != NULL; object = object->NextDevice)
        object->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
}

VOID device_require_unused(PDRIVER_OBJECT driver)
{
    struct device *device;
    for (device = devices; device != NULL; device = device->next)
        if (device->object->DriverObject == driver && device->object->ReferenceCount > 0)
            tk_breach("driver-unloaded-early", &device->used, "last use",
                      "DriverUnload while %d files or requests use a device", device->object->ReferenceCount);
}

/* A work item that is left would keep a real driver loaded; but what DriverUnload has undone, the item may need. */
VOID device_require_none(PDRIVER_OBJECT driver)
{
    struct device *device;
    for (device = devices; device != NULL; device = device->next)
        if (device->object->DriverObject == driver && references(device) > 0)
            tk_breach("driver-unloaded-early", &device->used, "last use",
                      "DriverUnload returned while %d work items or others refer to a device", references(device));
    for (device = devices; device != NULL; device = device->next)
        if (device->object->DriverObject == driver && !device->deleted)
            tk_breach("device-leak", &device->made, "made here", "a device is left after DriverUnload");
}

/* Physical devices stay to the end. */
VOID devices_release(VOID)
{
    struct device *device;
    for (device = devices; device != NULL; device = device->next)
        if (!device->deleted)
            (void)tk_object_drop(tk_object_find(device->object));
}

VOID devices_end(VOID)
{
    struct device *device;
    while ((device = devices) != NULL) {
        devices = device->next;
        host_permit(device->object->DeviceExtension, device->size - sizeof(DEVICE_OBJECT));
        host_free(device->object);
        host_free(device);
    }
}
