/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "gateway.h"
#include <stdio.h>
#include <string.h>

static unsigned passed, failed;

void See(BOOL Good, const char *What)
{
    printf("%s ... %s\n", What, Good ? "ok" : "FAILED");
    if (!Good)
        printf("    last error %lu\n", GetLastError());
    Good ? passed++ : failed++;
    fflush(stdout);
}

BOOL SeenGood(void)
{
    return failed == 0;
}

int SeeEnd(unsigned MorePassed, unsigned MoreFailed)
{
    printf("%u passed, %u failed\n", passed + MorePassed, failed + MoreFailed);
    return failed + MoreFailed == 0 ? 0 : 1;
}

HANDLE GateHandle(void)
{
    return CreateFileW(L"\\\\.\\" GATE_DEVICE, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                       FILE_FLAG_OVERLAPPED, NULL);
}

HANDLE GateOpen(const WCHAR *Driver, ULONG Parent, BOOL Kernel, const void *Name, ULONG Bytes, ULONG *Number)
{
    HANDLE file = GateHandle();
    GATE_NAME name;
    DWORD error;
    memset(&name, 0, sizeof name);
    wcsncpy(name.Driver, Driver, sizeof name.Driver / sizeof *name.Driver - 1);
    name.Parent = Parent;
    name.Kernel = Kernel;
    name.Bytes = Bytes;
    memcpy(name.Name, Name, Bytes);
    if (file == INVALID_HANDLE_VALUE)
        return file;
    error = Control(file, GATE_OPEN, &name, sizeof name, Number, sizeof *Number);
    if (error == 0)
        return file;
    CloseHandle(file);
    SetLastError(error);
    return INVALID_HANDLE_VALUE;
}

BOOL GateSend(HANDLE File, GATE_SENT *Sent, ULONG Count)
{
    DWORD bytes = Count * (DWORD)sizeof *Sent;
    return Control(File, GATE_SEND, Sent, bytes, Sent, bytes) == 0;
}

/* For what concerns no file. */
static HANDLE own(void)
{
    static HANDLE handle;
    if (handle == NULL)
        handle = GateHandle();
    return handle;
}

BOOL GateRead(ULONG64 Address, void *To, ULONG Bytes)
{
    GATE_COPY copy = {Address, Bytes, 0};
    return Control(own(), GATE_READ, &copy, sizeof copy, To, Bytes) == 0;
}

BOOL GateWrite(ULONG64 Address, const void *From, ULONG Bytes)
{
    struct {
        GATE_COPY Copy;
        UCHAR Bytes[256];
    } write = {{Address, Bytes, 0}, {0}};
    if (Bytes > sizeof write.Bytes)
        return FALSE;
    memcpy(write.Bytes, From, Bytes);
    return Control(own(), GATE_WRITE, &write, (DWORD)sizeof write.Copy + Bytes, NULL, 0) == 0;
}

GATE_COUNTS GateCounts(void)
{
    GATE_COUNTS counts;
    memset(&counts, 0xFF, sizeof counts);
    (void)Control(own(), GATE_COUNT, NULL, 0, &counts, sizeof counts);
    return counts;
}

BOOL GatePlug(DWORD Code, const WCHAR *Driver)
{
    WCHAR name[32] = {0};
    wcsncpy(name, Driver, sizeof name / sizeof *name - 1);
    return Control(own(), Code, name, sizeof name, NULL, 0) == 0;
}
