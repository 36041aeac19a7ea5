/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "allocator.h"
#include <string.h>

const GUID AllocatorMethods = {0xcf6e4341, 0xec87, 0x11cf, {0xa1, 0x30, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}};
const GUID AllocatorProperties = {0xcf6e4342, 0xec87, 0x11cf, {0xa1, 0x30, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}};
const GUID AllocatorEvents = {0x75d95571, 0x073c, 0x11d0, {0xa1, 0x61, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}};

ALLOCATOR_NAME AllocatorName(void)
{
    ALLOCATOR_NAME name;
    KSALLOCATOR_FRAMING framing = {0};
    framing.OptionsFlags = KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
    framing.PoolType = 0x200; /* NonPagedPoolNx */
    framing.Frames = ALLOCATOR_FRAMES;
    framing.FrameSize = ALLOCATOR_SIZE;
    framing.FileAlignment = 63;
    memcpy(name.Class, KSSTRING_Allocator, sizeof name.Class);
    name.Slash = '\\';
    memcpy(name.Framing, &framing, sizeof framing);
    return name;
}

HANDLE AllocatorOpenPin(ULONG *Number)
{
    static const WCHAR name[] = KSSTRING_Pin;
    return GateOpen(PUREKS, 0, FALSE, name, sizeof name - sizeof(WCHAR), Number);
}

HANDLE AllocatorOpen(ULONG Pin)
{
    ALLOCATOR_NAME name = AllocatorName();
    ULONG number;
    return GateOpen(PUREKS, Pin, FALSE, &name, sizeof name, &number);
}

DWORD AllocatorAsk(HANDLE File, DWORD Code, const GUID *Set, ULONG Id, ULONG Flags, void *Out, DWORD OutBytes)
{
    KSIDENTIFIER identifier = {0};
    identifier.Set = *Set;
    identifier.Id = Id;
    identifier.Flags = Flags;
    return Control(File, Code, &identifier, sizeof identifier, Out, OutBytes);
}

DWORD AllocatorEnable(HANDLE File, ULONG Flags, KSEVENTDATA *Data)
{
    return AllocatorAsk(File, IOCTL_KS_ENABLE_EVENT, &AllocatorEvents, KSEVENT_STREAMALLOCATOR_FREEFRAME, Flags, Data,
                        sizeof *Data);
}

KSEVENTDATA AllocatorEvent(HANDLE Event)
{
    KSEVENTDATA data;
    memset(&data, 0, sizeof data);
    data.NotificationType = KSEVENTF_EVENT_HANDLE;
    data.EventHandle.Event = Event;
    return data;
}

KSEVENTDATA AllocatorSemaphore(HANDLE Semaphore, LONG Adjustment)
{
    KSEVENTDATA data;
    memset(&data, 0, sizeof data);
    data.NotificationType = KSEVENTF_SEMAPHORE_HANDLE;
    data.SemaphoreHandle.Semaphore = Semaphore;
    data.SemaphoreHandle.Adjustment = Adjustment;
    return data;
}

ULONG AllocatorOut(HANDLE File)
{
    KSSTREAMALLOCATOR_STATUS status = {0};
    if (AllocatorAsk(File, IOCTL_KS_PROPERTY, &AllocatorProperties, PROPERTY_STATUS, KSPROPERTY_TYPE_GET, &status,
                     sizeof status) != 0 ||
        status.Framing.Frames != ALLOCATOR_FRAMES || status.Framing.FrameSize != ALLOCATOR_SIZE)
        return ~0u;
    return status.AllocatedFrames;
}

DWORD AllocatorTake(HANDLE File, void **Frame)
{
    return Control(File, GATE_TAKE, NULL, 0, Frame, sizeof *Frame);
}

DWORD AllocatorGive(HANDLE File, void *Frame)
{
    return Control(File, GATE_GIVE, &Frame, sizeof Frame, NULL, 0);
}

BOOL IsSet(HANDLE Object)
{
    return WaitForSingleObject(Object, 0) == WAIT_OBJECT_0;
}
