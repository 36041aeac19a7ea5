/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An export driver: it is loaded because others import from it, and this is for whoever loads it alone. */
#include "shim.h"

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return STATUS_SUCCESS;
}
