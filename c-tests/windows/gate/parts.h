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
/* What the I/O manager does with the system buffer of an IRP that is complete. */
VOID GateFinish(PIRP Irp);

/* forward.c: sends the request on, in an IRP of its own; answers STATUS_PENDING. */
NTSTATUS GateForward(PIRP Irp, PFILE_OBJECT File);

#endif
