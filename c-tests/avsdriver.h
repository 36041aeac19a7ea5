/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * avsdriver.h - a tiny AVStream driver for tests of the test kernel: two filters, the first with a source pin that has
 * everything, the second with one that has nothing. It notes what it is told.
 */
#ifndef AVSDRIVER_H
#define AVSDRIVER_H

#include "check.h"
#include <ks.h>
#include "tkavs.h"
#include "tkio.h"

extern const GUID AvsDriverSecond; /* the reference GUID of the second filter */
extern const GUID AvsDriverSet;    /* of the pin's rows */
#define AVS_EVENT_PLAIN   1        /* no AddHandler */
#define AVS_EVENT_HANDLED 2        /* an AddHandler that ends in KsDefaultAddEventHandler, and a RemoveHandler */
#define AVS_METHOD_WAIT   3        /* pends, until AvsDriverFinish */

/* Calls, in order, as letters:
 * A added S started R removed | f filter create, F close | d format, c pin create, C close | 0..3 to that state
 * x reset | i initialize allocator, g get, p put, D delete */
void AvsDriverNote(char Letter);
void AvsDriverForget(void);
/* What the log has been since then. */
BOOLEAN AvsDriverDid(const char *Letters);

extern PKSPIN AvsDriverPin; /* created last */
extern PKSFILTER AvsDriverFilter;
extern NTSTATUS AvsDriverCreateStatus, AvsDriverStateStatus, AvsDriverFormatStatus;
extern KSSTATE AvsDriverFailsAt; /* AvsDriverStateStatus is of this state only */
extern void (*AvsDriverInCreate)(PKSPIN Pin, PIRP Irp);
extern LONG AvsDriverAdded, AvsDriverGone;   /* calls of the handlers of AVS_EVENT_HANDLED */
extern PVOID AvsDriverAddsTo;                /* not NULL: the object whose list the AddHandler puts entries on */
extern BOOLEAN AvsDriverEventsAtClose;       /* whether the pin had events when Close was called */
extern KSALLOCATOR_FRAMING AvsDriverFraming; /* that InitializeAllocator saw */
extern PKSPIN AvsDriverFramed;

extern PDRIVER_OBJECT AvsDriverObject;
extern PDEVICE_OBJECT AvsDriverDevice;
extern HANDLE AvsDriverFilterHandle, AvsDriverPinHandle;
extern PFILE_OBJECT AvsDriverFilterFile, AvsDriverPinFile;

void AvsDriverLoad(void);
void AvsDriverUnload(void);
/* Loads, opens the first filter and its pin. */
void AvsDriverOpen(void);
void AvsDriverClose(void);

/* Requests on a file, in kernel mode. */
NTSTATUS AvsDriverIoctl(PFILE_OBJECT File, ULONG Code, PVOID In, ULONG InBytes, PVOID Out, ULONG OutBytes,
                        ULONG_PTR *Information);
NTSTATUS AvsDriverProperty(PFILE_OBJECT File, const GUID *Set, ULONG Id, ULONG Flags, PVOID Data, ULONG Bytes,
                           ULONG_PTR *Information);
NTSTATUS AvsDriverEnable(PFILE_OBJECT File, ULONG Id, ULONG Flags, PKEVENT Event, PKSEVENTDATA Data);
NTSTATUS AvsDriverDisable(PFILE_OBJECT File, PKSEVENTDATA Data);
PTK_REQUEST AvsDriverWait(PFILE_OBJECT File); /* AVS_METHOD_WAIT */
void AvsDriverFinish(void);

#endif
