/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The control interface for tests of AVStream drivers: they play the graph manager. Also what no document says of
 * AVStream, to be tried both ways; the first values are the plain ones. Drivers never include it.
 */
#ifndef TKAVS_H
#define TKAVS_H

#include <ks.h>

typedef struct _TK_AVS {
    /* What is not documented. */
    BOOLEAN StateJumps;          /* SetDeviceState goes straight to the new state, not in single steps */
    BOOLEAN CloseKeepsState;     /* a pin that is closed is not stopped first */
    BOOLEAN NoFormatAtCreate;    /* SetDataFormat is not called before Create */
    BOOLEAN HandlersHoldControl; /* handlers of the automation tables run with the filter control mutex held */
    BOOLEAN RefuseAllocators;    /* no allocator is made, whatever KSPIN_DISPATCH.Allocator says */
    NTSTATUS StatusDenied;       /* of user mode where a descriptor denies it: STATUS_ACCESS_DENIED */

    /* Called where KsAddEvent has put an entry on its list and dropped the lock: it may be fired from here on. */
    VOID (*Added)(VOID);

    /* Counted, and never reset. */
    LONG PinGenerateEvents, FilterGenerateEvents, PinAttemptProcessing;
    LONG EventsFired;
} TK_AVS;

EXTERN_C_START
TK_AVS *TkAvs(VOID);

/* Opens the first filter of a device that AddDevice made. Handle or File may be NULL, as for TkOpen. */
NTSTATUS TkAvsOpenFilter(PDEVICE_OBJECT DeviceObject, PHANDLE Handle, PFILE_OBJECT *File);
NTSTATUS TkAvsOpenFilterFor(PDEVICE_OBJECT DeviceObject, ULONG Factory, KPROCESSOR_MODE Mode, PHANDLE Handle,
                            PFILE_OBJECT *File);
/* Connects to a pin. Without a format it gets the first range of the pin, or GUID_NULLs if that has none; without a
 * KSPIN_CONNECT the first interface and medium. PinId counts, not Connect->PinId. */
NTSTATUS TkAvsCreatePin(PFILE_OBJECT FilterFile, ULONG PinId, const KSPIN_CONNECT *Connect, const KSDATAFORMAT *Format,
                        KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *File);
/* KSPROPERTY_CONNECTION_STATE, set from kernel mode. */
NTSTATUS TkAvsSetState(PFILE_OBJECT PinFile, KSSTATE State);
/* The graph manager picks the pin's allocator: makes the kernel's allocator object over KSPIN_DISPATCH.Allocator. */
NTSTATUS TkAvsCreateAllocator(PFILE_OBJECT PinFile, const KSALLOCATOR_FRAMING *Framing, PHANDLE Handle,
                              PFILE_OBJECT *File);
EXTERN_C_END

#ifndef TESTKERNEL_BUILD
#define TkAvsOpenFilter(d, h, f)            (TK_HERE, TkAvsOpenFilter((d), (h), (f)))
#define TkAvsOpenFilterFor(d, n, m, h, f)   (TK_HERE, TkAvsOpenFilterFor((d), (n), (m), (h), (f)))
#define TkAvsCreatePin(p, i, c, f, m, h, o) (TK_HERE, TkAvsCreatePin((p), (i), (c), (f), (m), (h), (o)))
#define TkAvsSetState(p, s)                 (TK_HERE, TkAvsSetState((p), (s)))
#define TkAvsCreateAllocator(p, a, h, f)    (TK_HERE, TkAvsCreateAllocator((p), (a), (h), (f)))
#endif

#endif
