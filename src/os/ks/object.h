/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The allocator object of plug-in C, behind FsContext.
 *
 *             SfaDispatchCreate         CLEANUP, SfaShutdownDevice              CLOSE             teardown
 *   creating -------------------> open ----------------------------> closing ----------> closed ----------> (nothing)
 *          \                         \______________________ CLOSE ______________________^
 *           \---- SfaShutdownDevice: the create request fails
 *
 *   creating  nobody has it yet, but SfaShutdownDevice() finds it
 *   open      everything is served
 *   closing   FREE, FreeFrame, STATUS and DISABLE are served, so that frames can come home; ALLOC, AllocateFrame,
 *             ENABLE and FUNCTIONTABLE answer STATUS_DEVICE_NOT_READY; requests that waited were completed
 *   closed    no file object any more; calls that completed the last request may still be on their way out
 *
 * CLOSE can come inside an IoCompleteRequest of ours, in the thread that serves requests or on the worker, and at
 * APC_LEVEL: so it waits for nothing and frees nothing, but drops the reference of the file object. Whoever drops the
 * last one queues the teardown to a work item on the device object. When the file object is gone nothing else keeps
 * the device object, which the work item needs: so the object refers to it.
 */
#ifndef SFA_OBJECT_H
#define SFA_OBJECT_H

#define SFA_OBJECT_MAGIC 0x6F616653

/* Open and closing are told apart by Closing: requests ask for it without the lock. */
enum sfa_stage { SFA_CREATING, SFA_OPEN, SFA_CLOSED };

struct sfa_object {
    KSOBJECT_HEADER Header; /* first: ks.sys finds it there */
    ULONG Magic;
    ACCESS_MASK Access; /* what the handle was opened with, where SFA_FLAG_CHECK_ACCESS asks for it; else everything */
    volatile LONG References;
    volatile LONG Closing;
    volatile LONG Shut;          /* nothing waits, and nothing is handed out any more */
    enum sfa_stage Stage;        /* under the lock of the live ones, as is Reason */
    NTSTATUS Reason;             /* why a create request fails that meets SfaShutdownDevice() */
    BOOLEAN ClosedHigh;          /* CLOSE came above PASSIVE_LEVEL: events and header are left to the teardown */
    PFILE_OBJECT FileObject;     /* from CLOSE on only compared */
    PDEVICE_OBJECT DeviceObject; /* referenced */
    PIO_WORKITEM Teardown;
    PSFA_ALLOCATOR Allocator;
    SFA_STATE *State;
    LIST_ENTRY Link; /* of the live ones */
};

static void SfaCloseObject(struct sfa_object *Object, NTSTATUS Reason);

#endif
