/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The record of an IRP. It lies right before the IRP, so that functions which Windows has as inline
 * code find it without a lock: one would hide the driver's races from ThreadSanitizer.
 *
 *     IoAllocateIrp                IofCallDriver                 IofCompleteRequest
 *      ──────────> PACKET_MADE ───────────────> PACKET_SENT ───────────────────────> PACKET_GONE
 *                      │                          ^     │ a completion routine answers    ^
 *                      │             IofCallDriver│     v STATUS_MORE_PROCESSING_REQUIRED │
 *                      │                        PACKET_KEPT ──────────────────────────────┤
 *                      └──────────────────────────────────────────── IoFreeIrp ──────────┘
 *
 * A packet that is gone is poisoned, and stays known, and out of use, for the next few thousand.
 */
#ifndef TK_PACKET_H
#define TK_PACKET_H

#include "kernel.h"

enum packet_state { PACKET_MADE, PACKET_SENT, PACKET_KEPT, PACKET_GONE };

/* What happened at one stack location since it was last sent down. Under the kernel lock but for the mark. */
struct slot {
    LONG volatile marked; /* pending */
    ULONG turn;
    BOOLEAN completed;
    NTSTATUS status;
    struct tk_site marked_at;
};

/* The I/O manager's part at the end, for packets of its own. Both not locked: the first while the IRP is still
 * there, the second after it has been poisoned. */
struct packet_end {
    VOID (*finish)(PIRP irp, PVOID context);
    VOID (*after)(PVOID context);
    PVOID context;
};

struct packet {
    struct packet *next, *previous; /* in the list of all that are not gone, or of the buried ones */
    ULONG_PTR mark;
    LONG volatile state;
    ULONG turn; /* counts sends, completions and so on: has it moved on meanwhile? */
    ULONG pins; /* the record stays */
    ULONG uses; /* nor may the IRP be poisoned yet: it is being cancelled */
    ULONG locations;
    SIZE_T size; /* of IRP and locations */
    PEPROCESS process;
    struct packet_end end;
    struct slot *slots; /* [location], 1-based like CurrentLocation */
    struct tk_site made, last;
};

#define PACKET_ROOM                 ((sizeof(struct packet) + 15) & ~(SIZE_T)15)
#define PACKET_OF(irp)              ((struct packet *)(void *)((PUCHAR)(irp) - PACKET_ROOM))
#define IRP_OF(packet)              ((PIRP)(void *)((PUCHAR)(packet) + PACKET_ROOM))
#define STACK_LOCATION(irp, number) ((PIO_STACK_LOCATION)((irp) + 1) + ((number) - 1))
#define STATUS_UNSET                ((NTSTATUS)0xA5A5A5A5) /* of a request until a driver sets it */

/* packet.c */
struct packet *packet_make(ULONG locations, const struct packet_end *end); /* end NULL: a driver's */
struct packet *packet_check(PIRP irp, const char *function);               /* breaches unless it is there */
VOID packet_bury(struct packet *packet);                                   /* locked: it becomes PACKET_GONE */
VOID packet_unpin(struct packet *packet);                                  /* locked */
VOID packet_use(struct packet *packet);                                    /* locked: no poison until unuse */
VOID packet_unuse(struct packet *packet);                                  /* locked */
VOID packets_end(VOID);

/* device.c and driver.c; locked, except the ends. A device that IoCreateDevice did not make is nobody's business. */
VOID device_hold(PDEVICE_OBJECT device, const char *what); /* refers to the object, breaches if it is gone */
VOID device_drop(PDEVICE_OBJECT device);
VOID device_use(PDEVICE_OBJECT device, const char *what); /* counts in ReferenceCount, too */
VOID device_leave(PDEVICE_OBJECT device);
VOID device_check(PDEVICE_OBJECT device, const char *what);
BOOLEAN device_opens(PDEVICE_OBJECT device);
VOID device_ready(PDRIVER_OBJECT driver);          /* DriverEntry is over */
VOID device_require_unused(PDRIVER_OBJECT driver); /* before DriverUnload, */
VOID device_require_none(PDRIVER_OBJECT driver);   /* and after it */
VOID devices_release(VOID);                        /* before objects are counted */
VOID devices_end(VOID);
VOID driver_check(PDRIVER_OBJECT driver, const char *what);
VOID drivers_end(VOID);

/* callirp.c: what must not change while a driver's routine runs. */
struct callout {
    KIRQL irql;
    ULONG held, raises;
};
struct callout callout_begin(VOID);
VOID callout_end(const struct callout *before, const char *who);
NTSTATUS packet_send(struct packet *packet, PDEVICE_OBJECT device); /* IofCallDriver for the I/O manager */
VOID packet_mark_pending(struct packet *packet, LONG location);

/* cancel.c */
BOOLEAN packet_cancel(struct packet *packet);

/* synchronous.c: requests that the I/O manager waits for. */
struct synchronous {
    PIRP irp;
    KEVENT done;
    IO_STATUS_BLOCK status;
};
PIO_STACK_LOCATION synchronous_begin(struct synchronous *request, UCHAR major, UCHAR minor, PFILE_OBJECT file);
NTSTATUS synchronous_send(struct synchronous *request, PDEVICE_OBJECT device);

/* file.c, request.c, sharable.c */
VOID files_end(VOID);
VOID requests_end(VOID);
VOID tk_sharables_end(VOID);

#endif
