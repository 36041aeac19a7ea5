/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gateway.h - what the clients of gate.sys share: files of other drivers, and what was seen of them. */
#ifndef WINDOWS_GATEWAY_H
#define WINDOWS_GATEWAY_H

#include "request.h"
#include <winioctl.h>
#include <ks.h>
#include "gate.h"

/* One line for each thing that was seen; good or bad counts. */
void See(BOOL Good, const char *What);
/* Whether all was good so far. */
BOOL SeenGood(void);
/* Prints "N passed, N failed" of what was seen and of more; the exit code. */
int SeeEnd(unsigned MorePassed, unsigned MoreFailed);

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
