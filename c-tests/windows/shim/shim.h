/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * shim.h - what the files of wineshim.sys share. Each supplies services under their own names (wineshim.def), for
 * drivers that are linked with wineshim.lib before ntoskrnl.lib; inside, ntoskrnl's own are called.
 */
#ifndef WINESHIM_SHIM_H
#define WINESHIM_SHIM_H

#include "wineshim.h"

/* The inline functions and macros of the headers would hide what is defined here. */
#undef KeGetCurrentIrql
#undef KeRaiseIrql
#undef KeLowerIrql
#undef KfRaiseIrql

/* Ends the machine as Windows would. Never returns. */
DECLSPEC_NORETURN VOID ShimStop(ULONG Code, ULONG_PTR A, ULONG_PTR B, ULONG_PTR C, ULONG_PTR D);
/* Runs a routine on the worker's thread, soon. */
VOID ShimLater(PWORKER_THREAD_ROUTINE Routine, PVOID Context);
/* A thread that runs until the machine ends. */
VOID ShimStartThread(PKSTART_ROUTINE Routine, PVOID Context);
/* Raises what __except catches. */
DECLSPEC_NORETURN VOID NTAPI Shim_ExRaiseStatus(NTSTATUS Status);
VOID NTAPI Shim_ExQueueWorkItem(PWORK_QUEUE_ITEM Item, WORK_QUEUE_TYPE Queue);

/* semaphore.c: an object for a handle of this process, which it takes over; then, counts its references. FALSE: it is
 * no such object. */
NTSTATUS ShimMakeSemaphore(HANDLE Handle, PVOID *Object);
BOOLEAN ShimCountSemaphore(PVOID Object, LONG By, LONG *Now);

/* Once per load of the image, by whoever comes first; nobody calls DriverEntry of a driver that others import. */
typedef struct SHIM_ONCE {
    volatile LONG State;
} SHIM_ONCE;
BOOLEAN ShimBegin(SHIM_ONCE *Once); /* TRUE: do it, then call ShimDone */
VOID ShimDone(SHIM_ONCE *Once);

#endif
