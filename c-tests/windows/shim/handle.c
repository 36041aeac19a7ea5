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

NTSTATUS NTAPI Shim_ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type,
                                              KPROCESSOR_MODE Mode, PVOID *Object, POBJECT_HANDLE_INFORMATION Info)
{
    HANDLE mine;
    NTSTATUS status;
    if (Mode == KernelMode)
        return ObReferenceObjectByHandle(Handle, Access, Type, KernelMode, Object, Info);
    status = bring_over(Handle, &mine);
    if (!NT_SUCCESS(status))
        return status;
    status = ObReferenceObjectByHandle(mine, Access, Type, KernelMode, Object, Info);
    (VOID) ZwClose(mine);
    return status;
}
