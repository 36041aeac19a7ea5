/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shim.h"

/* Wine takes a driver that imports from ntdll.dll for a DLL, and calls its entry as DllMain: TRUE lets it be loaded. */
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return TRUE;
}
