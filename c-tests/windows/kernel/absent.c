/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What only the test kernel can do. A test that calls it must be on the list of those that are left out. */
#include "kernel.h"
#include "tkavs.h"

#define ABSENT(name) KernelFail("%s is not there: the test belongs into left-out.toml\n", #name)

VOID TkFail(PCSTR Function, ULONG Nth)
{
    UNREFERENCED_PARAMETER(Function);
    UNREFERENCED_PARAMETER(Nth);
    ABSENT(TkFail);
}

ULONG TkFailed(VOID)
{
    ABSENT(TkFailed);
}

VOID TkAtRelease(PVOID SpinLock, VOID (*Routine)(VOID))
{
    UNREFERENCED_PARAMETER(SpinLock);
    UNREFERENCED_PARAMETER(Routine);
    ABSENT(TkAtRelease);
}

VOID TkAtAcquire(ULONG Skip, VOID (*Routine)(VOID))
{
    UNREFERENCED_PARAMETER(Skip);
    UNREFERENCED_PARAMETER(Routine);
    ABSENT(TkAtAcquire);
}

VOID TkAtWorkItem(VOID (*Routine)(VOID))
{
    UNREFERENCED_PARAMETER(Routine);
    ABSENT(TkAtWorkItem);
}

VOID TkAtRundown(VOID (*Routine)(VOID))
{
    UNREFERENCED_PARAMETER(Routine);
    ABSENT(TkAtRundown);
}

VOID TkSetProcessors(ULONG Count)
{
    UNREFERENCED_PARAMETER(Count);
    ABSENT(TkSetProcessors);
}

VOID TkSetMigration(BOOLEAN On)
{
    UNREFERENCED_PARAMETER(On);
    ABSENT(TkSetMigration);
}

VOID TkCloseAtApcLevel(BOOLEAN On)
{
    UNREFERENCED_PARAMETER(On);
    ABSENT(TkCloseAtApcLevel);
}

ULONG TkReferences(PVOID Object)
{
    UNREFERENCED_PARAMETER(Object);
    ABSENT(TkReferences);
}

PEPROCESS TkProcessCreate(PCSTR Name)
{
    UNREFERENCED_PARAMETER(Name);
    ABSENT(TkProcessCreate);
}

VOID TkProcessExit(PEPROCESS Process)
{
    UNREFERENCED_PARAMETER(Process);
    ABSENT(TkProcessExit);
}

VOID TkSetPreviousMode(KPROCESSOR_MODE Mode)
{
    UNREFERENCED_PARAMETER(Mode);
    ABSENT(TkSetPreviousMode);
}

VOID TkEnterProcess(PEPROCESS Process)
{
    UNREFERENCED_PARAMETER(Process);
    ABSENT(TkEnterProcess);
}

VOID TkLeaveProcess(VOID)
{
    ABSENT(TkLeaveProcess);
}

PVOID TkUserAllocate(PEPROCESS Process, SIZE_T Bytes, TK_PROTECTION Protection)
{
    UNREFERENCED_PARAMETER(Process);
    UNREFERENCED_PARAMETER(Bytes);
    UNREFERENCED_PARAMETER(Protection);
    ABSENT(TkUserAllocate);
}

VOID TkUserFree(PVOID Address)
{
    UNREFERENCED_PARAMETER(Address);
    ABSENT(TkUserFree);
}

VOID TkSetReadHook(TK_READ_HOOK *Hook, PVOID Context)
{
    UNREFERENCED_PARAMETER(Hook);
    UNREFERENCED_PARAMETER(Context);
    ABSENT(TkSetReadHook);
}

NTSTATUS TkCreateSemaphoreHandle(PEPROCESS Process, LONG Count, LONG Limit, ACCESS_MASK Access, PHANDLE Handle,
                                 PKSEMAPHORE *Semaphore)
{
    UNREFERENCED_PARAMETER(Process);
    UNREFERENCED_PARAMETER(Count);
    UNREFERENCED_PARAMETER(Limit);
    UNREFERENCED_PARAMETER(Access);
    UNREFERENCED_PARAMETER(Handle);
    UNREFERENCED_PARAMETER(Semaphore);
    ABSENT(TkCreateSemaphoreHandle);
}
