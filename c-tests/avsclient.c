/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The client of the tiny AVStream driver, and the log of what that was told. */
#include "avsdriver.h"

HANDLE AvsDriverFilterHandle, AvsDriverPinHandle;
PFILE_OBJECT AvsDriverFilterFile, AvsDriverPinFile;

static char calls[64];

void AvsDriverNote(char Letter)
{
    ULONG i;
    for (i = 0; calls[i] != 0; i++) {
    }
    CHECK(i + 1 < sizeof calls);
    calls[i] = Letter;
}

void AvsDriverForget(void)
{
    RtlZeroMemory(calls, sizeof calls);
}

BOOLEAN AvsDriverDid(const char *Letters)
{
    ULONG i;
    for (i = 0; calls[i] != 0 && calls[i] == Letters[i]; i++) {
    }
    if (calls[i] != Letters[i])
        CheckPrint("the driver's log is %s, not %s\n", calls, Letters);
    return (BOOLEAN)(calls[i] == Letters[i]);
}

void AvsDriverOpen(void)
{
    AvsDriverLoad();
    CHECK_STATUS(TkAvsOpenFilter(AvsDriverDevice, &AvsDriverFilterHandle, &AvsDriverFilterFile), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsCreatePin(AvsDriverFilterFile, 0, NULL, NULL, KernelMode, &AvsDriverPinHandle, &AvsDriverPinFile),
                 STATUS_SUCCESS);
    AvsDriverForget();
}

void AvsDriverClose(void)
{
    TkClose(AvsDriverPinHandle);
    TkClose(AvsDriverFilterHandle);
    AvsDriverUnload();
}

static TK_IOCTL ioctl_of(PFILE_OBJECT file, ULONG code, PVOID in, ULONG in_bytes, PVOID out, ULONG out_bytes)
{
    TK_IOCTL ioctl;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = file;
    ioctl.Code = code;
    ioctl.In = in;
    ioctl.InBytes = in_bytes;
    ioctl.Out = out;
    ioctl.OutBytes = out_bytes;
    return ioctl;
}

NTSTATUS AvsDriverIoctl(PFILE_OBJECT File, ULONG Code, PVOID In, ULONG InBytes, PVOID Out, ULONG OutBytes,
                        ULONG_PTR *Information)
{
    TK_IOCTL ioctl = ioctl_of(File, Code, In, InBytes, Out, OutBytes);
    return TkIoctlWait(&ioctl, Information);
}

NTSTATUS AvsDriverProperty(PFILE_OBJECT File, const GUID *Set, ULONG Id, ULONG Flags, PVOID Data, ULONG Bytes,
                           ULONG_PTR *Information)
{
    KSPROPERTY property;
    property.Set = *Set;
    property.Id = Id;
    property.Flags = Flags;
    return AvsDriverIoctl(File, IOCTL_KS_PROPERTY, &property, sizeof property, Data, Bytes, Information);
}

NTSTATUS AvsDriverEnable(PFILE_OBJECT File, ULONG Id, ULONG Flags, PKEVENT Event, PKSEVENTDATA Data)
{
    KSEVENT event;
    event.Set = AvsDriverSet;
    event.Id = Id;
    event.Flags = Flags;
    RtlZeroMemory(Data, sizeof *Data);
    Data->NotificationType = KSEVENTF_EVENT_OBJECT;
    Data->EventObject.Event = Event;
    KeInitializeEvent(Event, SynchronizationEvent, FALSE);
    return AvsDriverIoctl(File, IOCTL_KS_ENABLE_EVENT, &event, sizeof event, Data, sizeof *Data, NULL);
}

NTSTATUS AvsDriverDisable(PFILE_OBJECT File, PKSEVENTDATA Data)
{
    return AvsDriverIoctl(File, IOCTL_KS_DISABLE_EVENT, Data, Data == NULL ? 0 : (ULONG)sizeof *Data, NULL, 0, NULL);
}

PTK_REQUEST AvsDriverWait(PFILE_OBJECT File)
{
    static KSMETHOD method;
    TK_IOCTL ioctl = ioctl_of(File, IOCTL_KS_METHOD, &method, sizeof method, NULL, 0);
    PTK_REQUEST request;
    method.Set = AvsDriverSet;
    method.Id = AVS_METHOD_WAIT;
    method.Flags = KSMETHOD_TYPE_SEND;
    request = TkIoctl(&ioctl);
    CHECK(!TkRequestCompleted(request));
    return request;
}
