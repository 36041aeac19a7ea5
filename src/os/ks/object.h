/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The allocator object of plug-in C, behind FsContext.
 *
 *              SfaDispatchCreate        CLEANUP, SfaShutdownDevice            CLOSE
 *   (nothing) -------------------> open ---------------------------> closing --------> closed --------> (nothing)
 *                                   \_____________________ CLOSE ______________________^      teardown
 *
 *   open      everything is served
 *   closing   FREE, FreeFrame, STATUS and DISABLE are served, so that frames can come home; ALLOC, AllocateFrame,
 * ENABLE and FUNCTIONTABLE answer STATUS_DEVICE_NOT_READY; requests that waited were completed closed    no file object
 * any more; calls that completed the last request may still be on their way out
 *
 * CLOSE can come inside an IoCompleteRequest of ours, in the thread that serves requests or on the worker: so it waits
 * for nothing and frees nothing, but drops the reference of the file object. Whoever drops the last one queues the
 * teardown to a work item on the device object, which keeps driver and device where they are until it has run.
 */
#ifndef SFA_OBJECT_H
#define SFA_OBJECT_H

#define SFA_OBJECT_MAGIC 0x6F616653

struct sfa_object {
    KSOBJECT_HEADER Header; /* first: ks.sys finds it there */
    ULONG Magic;
    ACCESS_MASK Access; /* what the handle was opened with, where SFA_FLAG_CHECK_ACCESS asks for it; else everything */
    volatile LONG References;
    volatile LONG Closing;
    PFILE_OBJECT FileObject;
    PDEVICE_OBJECT DeviceObject;
    PIO_WORKITEM Teardown;
    PSFA_ALLOCATOR Allocator;
    SFA_STATE *State;
    LIST_ENTRY Link; /* of the live ones */
};

static void SfaCloseObject(struct sfa_object *Object, NTSTATUS Reason);

#endif
