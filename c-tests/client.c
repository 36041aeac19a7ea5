/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "client.h"

ULONG ClientAllocFlags = KSMETHOD_TYPE_WRITE;

void ClientSend(CLIENT_ALLOC *Alloc, PFILE_OBJECT File)
{
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    Alloc->File = File;
    Alloc->Method.Set = KSMETHODSETID_StreamAllocator;
    Alloc->Method.Id = KSMETHOD_STREAMALLOCATOR_ALLOC;
    Alloc->Method.Flags = ClientAllocFlags;
    Alloc->Frame = (PVOID)(ULONG_PTR)0xF00D;
    ioctl.FileObject = File;
    ioctl.Mode = KernelMode;
    ioctl.Code = IOCTL_KS_METHOD;
    ioctl.In = &Alloc->Method;
    ioctl.InBytes = sizeof Alloc->Method;
    ioctl.Out = &Alloc->Frame;
    ioctl.OutBytes = sizeof Alloc->Frame;
    ioctl.Cancelled = Alloc->Cancelled;
    ioctl.Done = Alloc->Done;
    ioctl.Context = Alloc;
    Alloc->Request = TkIoctl(&ioctl);
    CHECK(Alloc->Request != NULL);
}

BOOLEAN ClientWaits(CLIENT_ALLOC *Alloc)
{
    return (BOOLEAN)!TkRequestCompleted(Alloc->Request);
}

NTSTATUS ClientEnd(CLIENT_ALLOC *Alloc)
{
    TK_REQUEST_STATE state;
    NTSTATUS status = TkWaitRequest(Alloc->Request);
    TkQueryRequest(Alloc->Request, &state);
    CHECK(state.Completions == 1);
    CHECK(state.Information == (NT_SUCCESS(status) ? sizeof(PVOID) : 0));
    CHECK((Alloc->Frame != (PVOID)(ULONG_PTR)0xF00D) == NT_SUCCESS(status));
    TkFreeRequest(Alloc->Request);
    Alloc->Request = NULL;
    return status;
}

PVOID ClientTake(PFILE_OBJECT File)
{
    CLIENT_ALLOC alloc;
    RtlZeroMemory(&alloc, sizeof alloc);
    ClientSend(&alloc, File);
    CHECK(!ClientWaits(&alloc));
    CHECK_STATUS(ClientEnd(&alloc), STATUS_SUCCESS);
    CHECK(alloc.Frame != NULL);
    return alloc.Frame;
}

NTSTATUS ClientControl(PFILE_OBJECT File, KPROCESSOR_MODE Mode, ULONG Code, PVOID In, ULONG InBytes, PVOID Out,
                       ULONG OutBytes, ULONG_PTR *Information)
{
    TK_IOCTL ioctl;
    ULONG_PTR unwanted;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = File;
    ioctl.Mode = Mode;
    ioctl.Code = Code;
    ioctl.In = In;
    ioctl.InBytes = InBytes;
    ioctl.Out = Out;
    ioctl.OutBytes = OutBytes;
    return TkIoctlWait(&ioctl, Information != NULL ? Information : &unwanted);
}

NTSTATUS ClientFree(PFILE_OBJECT File, PVOID Frame)
{
    KSMETHOD method;
    method.Set = KSMETHODSETID_StreamAllocator;
    method.Id = KSMETHOD_STREAMALLOCATOR_FREE;
    method.Flags = KSMETHOD_TYPE_READ;
    return ClientControl(File, KernelMode, IOCTL_KS_METHOD, &method, sizeof method, &Frame, sizeof Frame, NULL);
}

void ClientGive(PFILE_OBJECT File, PVOID Frame)
{
    CHECK_STATUS(ClientFree(File, Frame), STATUS_SUCCESS);
}

static NTSTATUS get(PFILE_OBJECT File, ULONG Id, PVOID Out, ULONG OutBytes, ULONG_PTR *Information)
{
    KSPROPERTY property;
    property.Set = KSPROPSETID_StreamAllocator;
    property.Id = Id;
    property.Flags = KSPROPERTY_TYPE_GET;
    return ClientControl(File, KernelMode, IOCTL_KS_PROPERTY, &property, sizeof property, Out, OutBytes, Information);
}

KSSTREAMALLOCATOR_STATUS ClientStatus(PFILE_OBJECT File)
{
    KSSTREAMALLOCATOR_STATUS status;
    ULONG_PTR information;
    RtlFillMemory(&status, sizeof status, 0xA5);
    CHECK_STATUS(get(File, KSPROPERTY_STREAMALLOCATOR_STATUS, &status, sizeof status, &information), STATUS_SUCCESS);
    CHECK(information == sizeof status && status.Reserved == 0);
    return status;
}

KSSTREAMALLOCATOR_FUNCTIONTABLE ClientFunctions(PFILE_OBJECT File)
{
    KSSTREAMALLOCATOR_FUNCTIONTABLE table;
    ULONG_PTR information;
    CHECK_STATUS(get(File, KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE, &table, sizeof table, &information),
                 STATUS_SUCCESS);
    CHECK(information == sizeof table);
    return table;
}

NTSTATUS ClientEnable(PFILE_OBJECT File, ULONG Id, ULONG Flags, KSEVENTDATA *Data)
{
    KSEVENT event;
    event.Set = KSEVENTSETID_StreamAllocator;
    event.Id = Id;
    event.Flags = Flags;
    return ClientControl(File, KernelMode, IOCTL_KS_ENABLE_EVENT, &event, sizeof event, Data, sizeof *Data, NULL);
}

NTSTATUS ClientDisable(PFILE_OBJECT File, KSEVENTDATA *Data)
{
    ULONG bytes = Data != NULL ? sizeof *Data : 0;
    return ClientControl(File, KernelMode, IOCTL_KS_DISABLE_EVENT, Data, bytes, NULL, 0, NULL);
}

static KSEVENTDATA of_kind(ULONG Kind)
{
    KSEVENTDATA data;
    RtlZeroMemory(&data, sizeof data);
    data.NotificationType = Kind;
    return data;
}

KSEVENTDATA ClientEventObject(PKEVENT Event)
{
    KSEVENTDATA data = of_kind(KSEVENTF_EVENT_OBJECT);
    data.EventObject.Event = Event;
    return data;
}

KSEVENTDATA ClientSemaphoreObject(PKSEMAPHORE Semaphore, LONG Adjustment)
{
    KSEVENTDATA data = of_kind(KSEVENTF_SEMAPHORE_OBJECT);
    data.SemaphoreObject.Semaphore = Semaphore;
    data.SemaphoreObject.Adjustment = Adjustment;
    return data;
}

KSEVENTDATA ClientDpc(PKDPC Dpc)
{
    KSEVENTDATA data = of_kind(KSEVENTF_DPC);
    data.Dpc.Dpc = Dpc;
    return data;
}
