/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The parts of gate.sys. */
#ifndef WINDOWS_GATE_PARTS_H
#define WINDOWS_GATE_PARTS_H

#include <wdm.h>
#include "gate.h"

#define GATE_TAG 0x65746147u /* 'Gate' */

/* file.c: files of other drivers, opened for the program whose request it is. */
NTSTATUS GateOpenFile(const GATE_NAME *Name, PFILE_OBJECT Parent, PFILE_OBJECT *File);
VOID GateCloseFile(PFILE_OBJECT File);
/* A driver, referenced. */
NTSTATUS GateFindDriver(const WCHAR *Name, PDRIVER_OBJECT *Driver);

/* finish.c: what the I/O manager does with the system buffer of an IRP that is complete. */
VOID GateFinish(PIRP Irp);

/* forward.c: sends the request on, in an IRP of its own; answers STATUS_PENDING. */
NTSTATUS GateForward(PIRP Irp, PFILE_OBJECT File);
ULONG GateForwarded(VOID);
ULONG GateRequests(VOID);

/* memory.c */
NTSTATUS GateArena(GATE_ARENA *Arena);
VOID GateForgetArena(VOID);
/* How many bytes from an address on can be written and read, at most; 0 outside the arena. */
SIZE_T GateRoom(ULONG64 Address, SIZE_T Bytes);
/* FALSE: a fault. */
BOOLEAN GateCopy(PVOID To, const VOID *From, SIZE_T Bytes);

/* send.c */
VOID GateSend(PFILE_OBJECT File, GATE_SENT *Sent, ULONG Count);

/* count.c */
VOID GateCount(GATE_COUNTS *Counts);

/* pnp.c */
NTSTATUS GateStart(PDRIVER_OBJECT Gate, const WCHAR *Name);
NTSTATUS GateRemove(PDRIVER_OBJECT Gate, const WCHAR *Name);
NTSTATUS NTAPI GatePnp(PDEVICE_OBJECT DeviceObject, PIRP Irp);

#endif
