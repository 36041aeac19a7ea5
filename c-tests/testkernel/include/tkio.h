/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The control interface for tests that play the I/O manager, user programs and their processes.
 * Drivers never include it. All of it at PASSIVE_LEVEL unless a line says otherwise.
 */
#ifndef TKIO_H
#define TKIO_H

#include <wdm.h>

EXTERN_C_START

/* Drivers: makes a driver object, runs DriverEntry; NULL if that failed (*Status says how). Devices that
 * DriverEntry made are ready then; those that AddDevice makes, the driver itself must declare ready. */
PDRIVER_OBJECT TkDriverLoad(PDRIVER_INITIALIZE DriverEntry, PCSTR Name, NTSTATUS *Status);
/* Runs DriverUnload. A breach if somebody still uses a device (call TkSettle before), or if one is left afterwards. */
VOID TkDriverUnload(PDRIVER_OBJECT Driver);
/* Makes a physical device object and calls AddDevice with it; IRP_MN_START_DEVICE is up to the caller.
 * The physical device stays until TkEnd. What AddDevice made is Driver->DeviceObject (the newest; NextDevice is the one
 * made before it); devices are not stacked here, so that is where TkOpen and TkSendPnp go. */
NTSTATUS TkAddDevice(PDRIVER_OBJECT Driver);

/* Files. Sends IRP_MJ_CREATE, waits, answers its status. With success *Handle is a handle (of the current
 * process for UserMode, of the kernel otherwise) and *FileObject, borrowed, the object behind it. Either may
 * be NULL if nobody wants to know; without Handle the file has one reference and was never handed out.
 * Name becomes FileName as it is, NameBytes of it, with no 0 at the end. On a device KsDispatchCreate drops one
 * leading backslash if there is one; relative to a file (RelatedFileObject) there must be none. What follows the class
 * of a create item begins with a backslash: KSSTRING_Allocator, '\\', KSALLOCATOR_FRAMING. */
NTSTATUS TkOpen(PDEVICE_OBJECT DeviceObject, PFILE_OBJECT RelatedFileObject, const VOID *Name, USHORT NameBytes,
                KPROCESSOR_MODE Mode, PHANDLE Handle, PFILE_OBJECT *FileObject);
NTSTATUS TkOpenFor(PDEVICE_OBJECT DeviceObject, PFILE_OBJECT RelatedFileObject, const VOID *Name, USHORT NameBytes,
                   KPROCESSOR_MODE Mode, ACCESS_MASK DesiredAccess, PHANDLE Handle, PFILE_OBJECT *FileObject);
/* Closes a handle, in the context of its process. The last one sends IRP_MJ_CLEANUP, the last reference IRP_MJ_CLOSE.
 * That may be a request's, which some worker is about to complete, and CLOSE may queue a work item: call TkSettle
 * before IRP_MN_REMOVE_DEVICE and TkDriverUnload. */
VOID TkClose(HANDLE Handle);
/* Until the test ends IRP_MJ_CLOSE comes at APC_LEVEL, as if a thread with a fast mutex dropped the last reference. */
VOID TkCloseAtApcLevel(BOOLEAN On);

/* Requests. A record outlives its IRP. */
typedef struct _TK_REQUEST *PTK_REQUEST;
/* Called in the context of whoever completes, after the I/O manager's part, up to DISPATCH_LEVEL. The request
 * is not complete until it returns: it may look at it, but not free it. */
typedef VOID TK_REQUEST_DONE(PTK_REQUEST Request, NTSTATUS Status, ULONG_PTR Information, PVOID Context);

typedef struct _TK_IOCTL {
    PFILE_OBJECT FileObject;
    KPROCESSOR_MODE Mode;
    PEPROCESS Process; /* NULL: the current one */
    ULONG Code;        /* its method is METHOD_NEITHER or METHOD_BUFFERED */
    PVOID In;
    ULONG InBytes;
    PVOID Out;
    ULONG OutBytes;
    BOOLEAN Cancelled; /* Irp->Cancel is TRUE already when the driver gets it */
    TK_REQUEST_DONE *Done;
    PVOID Context;
} TK_IOCTL;

/* Sends IRP_MJ_DEVICE_CONTROL. Never fails. Also at DISPATCH_LEVEL for KernelMode. */
PTK_REQUEST TkIoctl(const TK_IOCTL *Ioctl);
/* Sends another request (IRP_MJ_READ, IRP_MJ_FLUSH_BUFFERS, ...) with the parameters of *Ioctl that apply to it. */
PTK_REQUEST TkSend(UCHAR MajorFunction, const TK_IOCTL *Ioctl);
/* Sends, waits, frees: for requests of which only the result matters. */
NTSTATUS TkIoctlWait(const TK_IOCTL *Ioctl, ULONG_PTR *Information);

typedef struct _TK_REQUEST_STATE {
    PIRP Irp;          /* NULL once completed */
    NTSTATUS Returned; /* by the dispatch routine */
    BOOLEAN Completed;
    NTSTATUS Status; /* as the client sees it */
    ULONG_PTR Information;
    PKTHREAD Thread; /* that completed it */
    KIRQL Irql;
    ULONG Completions;
} TK_REQUEST_STATE;

VOID TkQueryRequest(PTK_REQUEST Request, TK_REQUEST_STATE *State); /* up to DISPATCH_LEVEL */
BOOLEAN TkRequestCompleted(PTK_REQUEST Request);                   /* up to DISPATCH_LEVEL */
/* Waits for the end; answers the status. */
NTSTATUS TkWaitRequest(PTK_REQUEST Request);
/* IoCancelIrp, safe against a completion that overtakes it. TRUE if a cancel routine was called. Up to DISPATCH_LEVEL.
 */
BOOLEAN TkCancelRequest(PTK_REQUEST Request);
VOID TkFreeRequest(PTK_REQUEST Request); /* a breach while it is pending */

/* Sends IRP_MJ_PNP, waits, answers its status. */
NTSTATUS TkSendPnp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction);

/* Processes. One is referenced once when it is made; exit closes its handles, frees its memory and drops that. */
PEPROCESS TkProcessCreate(PCSTR Name);
VOID TkProcessExit(PEPROCESS Process);
/* The calling thread becomes one of that process, until Leave. They do not nest. */
VOID TkEnterProcess(PEPROCESS Process);
VOID TkLeaveProcess(VOID);
/* What ExGetPreviousMode tells the calling thread from now on: KernelMode at first, wherever it is. */
VOID TkSetPreviousMode(KPROCESSOR_MODE Mode);

/* User memory, in whole pages, zeroed. A test, as the program, reads and writes it directly. */
typedef enum _TK_PROTECTION { TkNoAccess, TkReadOnly, TkReadWrite } TK_PROTECTION;
PVOID TkUserAllocate(PEPROCESS Process, SIZE_T Bytes, TK_PROTECTION Protection);
VOID TkUserProtect(PVOID Address, SIZE_T Bytes, TK_PROTECTION Protection);
VOID TkUserFree(PVOID Address); /* what TkUserAllocate gave */

/* Called before each read by TkCopyFromUser: a test may change the memory meanwhile. NULL: no hook. */
typedef VOID TK_READ_HOOK(const VOID *Address, SIZE_T Bytes, PVOID Context);
VOID TkSetReadHook(TK_READ_HOOK *Hook, PVOID Context);
/* Reading a byte twice in one dispatch is a breach, unless allowed: for clients with overlapping buffers. */
VOID TkAllowReadTwice(BOOLEAN Allowed);

/* Objects with a handle of that process (NULL: a kernel handle). The pointer is borrowed from the handle. */
NTSTATUS TkCreateEventHandle(PEPROCESS Process, EVENT_TYPE Type, BOOLEAN State, ACCESS_MASK Access, PHANDLE Handle,
                             PKEVENT *Event);
NTSTATUS TkCreateSemaphoreHandle(PEPROCESS Process, LONG Count, LONG Limit, ACCESS_MASK Access, PHANDLE Handle,
                                 PKSEMAPHORE *Semaphore);
#define TkCloseHandle(Handle) TkClose(Handle)
/* References and handles that an object has now; 0 for one that is gone. */
ULONG TkReferences(PVOID Object);
ULONG TkHandles(PVOID Object);

EXTERN_C_END

#ifndef TESTKERNEL_BUILD
#define TkDriverLoad(e, n, s)                     (TK_HERE, TkDriverLoad((e), (n), (s)))
#define TkDriverUnload(d)                         (TK_HERE, TkDriverUnload(d))
#define TkAddDevice(d)                            (TK_HERE, TkAddDevice(d))
#define TkOpen(d, r, n, b, m, h, f)               (TK_HERE, TkOpen((d), (r), (n), (b), (m), (h), (f)))
#define TkOpenFor(d, r, n, b, m, a, h, f)         (TK_HERE, TkOpenFor((d), (r), (n), (b), (m), (a), (h), (f)))
#define TkClose(h)                                (TK_HERE, TkClose(h))
#define TkIoctl(i)                                (TK_HERE, TkIoctl(i))
#define TkSend(m, i)                              (TK_HERE, TkSend((m), (i)))
#define TkIoctlWait(i, n)                         (TK_HERE, TkIoctlWait((i), (n)))
#define TkWaitRequest(r)                          (TK_HERE, TkWaitRequest(r))
#define TkCancelRequest(r)                        (TK_HERE, TkCancelRequest(r))
#define TkFreeRequest(r)                          (TK_HERE, TkFreeRequest(r))
#define TkSendPnp(d, m)                           (TK_HERE, TkSendPnp((d), (m)))
#define TkProcessCreate(n)                        (TK_HERE, TkProcessCreate(n))
#define TkProcessExit(p)                          (TK_HERE, TkProcessExit(p))
#define TkEnterProcess(p)                         (TK_HERE, TkEnterProcess(p))
#define TkLeaveProcess()                          (TK_HERE, TkLeaveProcess())
#define TkUserAllocate(p, n, x)                   (TK_HERE, TkUserAllocate((p), (n), (x)))
#define TkUserProtect(a, n, x)                    (TK_HERE, TkUserProtect((a), (n), (x)))
#define TkUserFree(a)                             (TK_HERE, TkUserFree(a))
#define TkCreateEventHandle(p, t, s, a, h, e)     (TK_HERE, TkCreateEventHandle((p), (t), (s), (a), (h), (e)))
#define TkCreateSemaphoreHandle(p, c, l, a, h, s) (TK_HERE, TkCreateSemaphoreHandle((p), (c), (l), (a), (h), (s)))
#endif

#endif
