/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * kernel.h - what the files of this folder share. Together they are the test kernel's control functions (tk.h, tkio.h,
 * tkavs.h) over a real kernel: a driver that plays the I/O manager's clients with IRPs of its own.
 */
#ifndef WINDOWS_KERNEL_H
#define WINDOWS_KERNEL_H

#include "check.h"
#include "tkio.h"
#include "wineshim.h"

#define KERNEL_TAG 0x6B546653u /* 'SfTk' */

/* The driver that the tests are in. */
extern PDRIVER_OBJECT KernelDriver;

/* report.c */
/* Ends the test: it failed, and so the process of the driver will. DbgPrint's format is not there: %s and %x of ULONG.
 */
DECLSPEC_NORETURN void KernelFail(const char *Format, ...);
/* Text of the test, and whether it failed; from wherever. Called once for each test, on the thread that ends it. */
typedef VOID KERNEL_ENDED(BOOLEAN Failed, BOOLEAN BugCheck, const char *Text);
void KernelBegin(KERNEL_ENDED *Ended);
void KernelPass(void);

/* irp.c: those that are waited for. */
typedef struct KERNEL_IRP {
    PIRP Irp;
    KEVENT Done;
    IO_STATUS_BLOCK Status;
} KERNEL_IRP;
PIO_STACK_LOCATION KernelIrp(KERNEL_IRP *Request, PDEVICE_OBJECT Device, UCHAR Major, UCHAR Minor, PFILE_OBJECT File);
NTSTATUS KernelSend(KERNEL_IRP *Request, PDEVICE_OBJECT Device);
/* What the I/O manager frees behind a completion: the system buffer. */
void KernelFreeBuffer(PIRP Irp);

ULONG KernelRequests(void); /* that are not freed */
ULONG KernelHandles(void);  /* that are not closed */
void KernelDrivers(void);   /* none may be loaded */

#endif
