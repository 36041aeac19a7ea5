/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gateway.h - what the clients of gate.sys share: requests, files of other drivers, and what was seen of them. */
#ifndef WINDOWS_GATEWAY_H
#define WINDOWS_GATEWAY_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <winioctl.h>
#include <ks.h>
#include "gate.h"

/* One line for each thing that was seen; good or bad counts. */
void See(BOOL Good, const char *What);
/* Whether all was good so far. */
BOOL SeenGood(void);
/* Prints "N passed, N failed" of what was seen and of more; the exit code. */
int SeeEnd(unsigned MorePassed, unsigned MoreFailed);

typedef struct REQUEST {
    OVERLAPPED *Overlapped; /* with a copy of the output buffer behind it: both are the request's */
    void *Out;
    DWORD OutBytes;
    DWORD Error; /* ERROR_IO_PENDING while it waits */
} REQUEST;

void RequestBegin(REQUEST *Request, HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes);
/* Writes the answer to Out. WAIT_TIMEOUT, and the request goes on and keeps what is its own, if that takes too long. */
DWORD RequestEnd(REQUEST *Request, HANDLE File);
/* The gate answers "pending" to everything, so a request that waits is one that is not complete after a while. */
BOOL RequestWaits(const REQUEST *Request);
DWORD Control(HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes);
/* With that very address for the answer: what it names must stay. */
DWORD ControlAt(HANDLE File, DWORD Code, void *In, DWORD InBytes, void *Out, DWORD OutBytes);

/* A handle of the gate that stands for nothing yet. */
HANDLE GateHandle(void);
/* One that stands for a file of a driver, L"\\Driver\\pureks", or for one below another file. */
HANDLE GateOpen(const WCHAR *Driver, ULONG Parent, BOOL Kernel, const void *Name, ULONG Bytes, ULONG *Number);
BOOL GateSend(HANDLE File, GATE_SENT *Sent, ULONG Count);
BOOL GateRead(ULONG64 Address, void *To, ULONG Bytes);
BOOL GateWrite(ULONG64 Address, const void *From, ULONG Bytes);
GATE_COUNTS GateCounts(void);
BOOL GatePlug(DWORD Code, const WCHAR *Driver);

#endif
