/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Handles of user programs: Wine looks them up in winedevice.exe, where they mean something else or nothing. */
#include "shim.h"

NTSYSAPI NTSTATUS NTAPI ZwDuplicateObject(HANDLE, HANDLE, HANDLE, PHANDLE, ACCESS_MASK, ULONG, ULONG);

#define DUPLICATE      0x0040 /* PROCESS_DUP_HANDLE */
#define SAME_ACCESS    2
#define THIS_PROCESS() ((HANDLE)(LONG_PTR) - 1)

/* The process is the one whose request is being handled: Wine makes it the current one meanwhile. */
static NTSTATUS bring_over(HANDLE Handle, PHANDLE Mine)
{
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID client;
    HANDLE process;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    client.UniqueProcess = PsGetCurrentProcessId();
    client.UniqueThread = NULL;
    status = ZwOpenProcess(&process, DUPLICATE, &attributes, &client);
    if (!NT_SUCCESS(status))
        return status;
    status = ZwDuplicateObject(process, Handle, THIS_PROCESS(), Mine, 0, 0, SAME_ACCESS);
    (VOID) ZwClose(process);
    return status;
}

/* Wine asks for the type of the object, not for what the handle may do. */
static NTSTATUS check_access(HANDLE Mine, ACCESS_MASK Access)
{
    PUBLIC_OBJECT_BASIC_INFORMATION basic;
    NTSTATUS status = ZwQueryObject(Mine, ObjectBasicInformation, &basic, sizeof basic, NULL);
    if (!NT_SUCCESS(status))
        return status;
    return (Access & ~basic.GrantedAccess) != 0 ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

/* Of a semaphore Wine's object has no body: it only told the type. */
static NTSTATUS give_body(HANDLE Mine, PVOID *Object)
{
    HANDLE kept;
    NTSTATUS status = ZwDuplicateObject(THIS_PROCESS(), Mine, THIS_PROCESS(), &kept, 0, 0, SAME_ACCESS);
    ObfDereferenceObject(*Object);
    *Object = NULL;
    if (!NT_SUCCESS(status))
        return status;
    status = ShimMakeSemaphore(kept, Object);
    if (!NT_SUCCESS(status))
        (VOID) ZwClose(kept);
    return status;
}

NTSTATUS NTAPI Shim_ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type,
                                              KPROCESSOR_MODE Mode, PVOID *Object, POBJECT_HANDLE_INFORMATION Info)
{
    HANDLE mine = Handle;
    NTSTATUS status = Mode == KernelMode ? STATUS_SUCCESS : bring_over(Handle, &mine);
    if (!NT_SUCCESS(status))
        return status;
    if (Mode != KernelMode)
        status = check_access(mine, Access);
    if (NT_SUCCESS(status))
        status = ObReferenceObjectByHandle(mine, Access, Type, KernelMode, Object, Info);
    if (NT_SUCCESS(status) && Type == *ExSemaphoreObjectType)
        status = give_body(mine, Object);
    if (Mode != KernelMode)
        (VOID) ZwClose(mine);
    return status;
}
