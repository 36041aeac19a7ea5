/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The mutexes of filters and devices. */
#include "avs.h"

VOID AvsInitializeControl(AVS_CONTROL *Control)
{
    KeInitializeMutex(&Control->Mutex, 0);
    Control->Owner = NULL;
}

BOOLEAN AvsOwns(AVS_CONTROL *Control)
{
    return (BOOLEAN)(ReadPointerAcquire(&Control->Owner) == (PVOID)KeGetCurrentThread());
}

VOID AvsAcquire(AVS_CONTROL *Control, PCSTR Function)
{
    if (AvsOwns(Control))
        KS_BREACH("avs-control-recursive", "%s: this thread holds that mutex already, and waits for itself", Function);
    UNREFERENCED_PARAMETER(Function);
    (VOID) KeWaitForSingleObject(&Control->Mutex, Executive, KernelMode, FALSE, NULL);
    WritePointerRelease(&Control->Owner, KeGetCurrentThread());
}

VOID AvsReleaseControl(AVS_CONTROL *Control)
{
    WritePointerRelease(&Control->Owner, NULL);
    (VOID) KeReleaseMutex(&Control->Mutex, FALSE);
}

BOOLEAN AvsEnter(AVS_CONTROL *Control)
{
    if (AvsOwns(Control))
        return FALSE;
    AvsAcquire(Control, "AVStream");
    return TRUE;
}

VOID AvsLeave(AVS_CONTROL *Control, BOOLEAN Entered)
{
    if (Entered)
        AvsReleaseControl(Control);
}

static VOID release(AVS_OBJECT *object, PCSTR function)
{
    if (object == NULL)
        return;
    if (!AvsOwns(object->Control))
        KS_BREACH("avs-control-not-owner", "%s by a thread that does not hold the mutex", function);
    UNREFERENCED_PARAMETER(function);
    AvsReleaseControl(object->Control);
}

VOID NTAPI KsAcquireControl(PVOID Object)
{
    AVS_OBJECT *object;
    KS_PASSIVE("KsAcquireControl");
    object = AvsFind(Object, "KsAcquireControl");
    if (object != NULL)
        AvsAcquire(object->Control, "KsAcquireControl");
}

VOID NTAPI KsReleaseControl(PVOID Object)
{
    KS_PASSIVE("KsReleaseControl");
    release(AvsFind(Object, "KsReleaseControl"), "KsReleaseControl");
}

VOID NTAPI KsAcquireDevice(PKSDEVICE Device)
{
    AVS_OBJECT *object;
    KS_PASSIVE("KsAcquireDevice");
    object = AvsFind(Device, "KsAcquireDevice");
    if (object != NULL)
        AvsAcquire(object->Control, "KsAcquireDevice");
}

VOID NTAPI KsReleaseDevice(PKSDEVICE Device)
{
    KS_PASSIVE("KsReleaseDevice");
    release(AvsFind(Device, "KsReleaseDevice"), "KsReleaseDevice");
}
