/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The second half of calls.h: I/O, processes, and the locks that threads sleep for. */
#ifndef NT_CALLS_IO_H
#define NT_CALLS_IO_H
#ifndef TESTKERNEL_BUILD

#define IoAllocateIrp(n, q)                      (TK_HERE, IoAllocateIrp((n), (q)))
#define IoFreeIrp(i)                             (TK_HERE, IoFreeIrp(i))
#define IoReuseIrp(i, s)                         (TK_HERE, IoReuseIrp((i), (s)))
#define IoGetCurrentIrpStackLocation(i)          (TK_HERE, IoGetCurrentIrpStackLocation(i))
#define IoGetNextIrpStackLocation(i)             (TK_HERE, IoGetNextIrpStackLocation(i))
#define IoSetNextIrpStackLocation(i)             (TK_HERE, IoSetNextIrpStackLocation(i))
#define IoSkipCurrentIrpStackLocation(i)         (TK_HERE, IoSkipCurrentIrpStackLocation(i))
#define IoCopyCurrentIrpStackLocationToNext(i)   (TK_HERE, IoCopyCurrentIrpStackLocationToNext(i))
#define IoMarkIrpPending(i)                      (TK_HERE, IoMarkIrpPending(i))
#define IoSetCompletionRoutine(i, r, c, s, e, n) (TK_HERE, IoSetCompletionRoutine((i), (r), (c), (s), (e), (n)))
#define IofCallDriver(d, i)                      (TK_HERE, IofCallDriver((d), (i)))
#define IofCompleteRequest(i, b)                 (TK_HERE, IofCompleteRequest((i), (b)))
#define IoSetCancelRoutine(i, r)                 (TK_HERE, IoSetCancelRoutine((i), (r)))
#define IoAcquireCancelSpinLock(l)               (TK_HERE, IoAcquireCancelSpinLock(l))
#define IoReleaseCancelSpinLock(l)               (TK_HERE, IoReleaseCancelSpinLock(l))
#define IoCancelIrp(i)                           (TK_HERE, IoCancelIrp(i))
#define IoGetRequestorProcess(i)                 (TK_HERE, IoGetRequestorProcess(i))

#define IoCreateDevice(r, n, m, t, c, x, d) (TK_HERE, IoCreateDevice((r), (n), (m), (t), (c), (x), (d)))
#define IoDeleteDevice(d)                   (TK_HERE, IoDeleteDevice(d))
#define IoGetRelatedDeviceObject(f)         (TK_HERE, IoGetRelatedDeviceObject(f))
#define ZwCreateFile(h, a, o, s, z, f, r, d, p, e, n)                                                                  \
    (TK_HERE, ZwCreateFile((h), (a), (o), (s), (z), (f), (r), (d), (p), (e), (n)))

#define KeStackAttachProcess(p, s) (TK_HERE, KeStackAttachProcess((p), (s)))
#define KeUnstackDetachProcess(s)  (TK_HERE, KeUnstackDetachProcess(s))
#define TkCopyFromUser(t, f, n, a) (TK_HERE, TkCopyFromUser((t), (f), (n), (a)))
#define TkCopyToUser(t, f, n, a)   (TK_HERE, TkCopyToUser((t), (f), (n), (a)))
#define TkProbeForRead(p, n, a)    (TK_HERE, TkProbeForRead((p), (n), (a)))
#define TkProbeForWrite(p, n, a)   (TK_HERE, TkProbeForWrite((p), (n), (a)))

#define KeInitializeMutex(m, l)        (TK_HERE, KeInitializeMutex((m), (l)))
#define KeReleaseMutex(m, w)           (TK_HERE, KeReleaseMutex((m), (w)))
#define KeReadStateMutex(m)            (TK_HERE, KeReadStateMutex(m))
#define ExInitializeFastMutex(m)       (TK_HERE, ExInitializeFastMutex(m))
#define ExAcquireFastMutex(m)          (TK_HERE, ExAcquireFastMutex(m))
#define ExTryToAcquireFastMutex(m)     (TK_HERE, ExTryToAcquireFastMutex(m))
#define ExReleaseFastMutex(m)          (TK_HERE, ExReleaseFastMutex(m))
#define ExAcquireFastMutexUnsafe(m)    (TK_HERE, ExAcquireFastMutexUnsafe(m))
#define ExReleaseFastMutexUnsafe(m)    (TK_HERE, ExReleaseFastMutexUnsafe(m))
#define TkTryReleaseSemaphore(s, i, a) (TK_HERE, TkTryReleaseSemaphore((s), (i), (a)))

#define KeEnterCriticalRegion()              (TK_HERE, KeEnterCriticalRegion())
#define KeLeaveCriticalRegion()              (TK_HERE, KeLeaveCriticalRegion())
#define ExInitializeResourceLite(r)          (TK_HERE, ExInitializeResourceLite(r))
#define ExDeleteResourceLite(r)              (TK_HERE, ExDeleteResourceLite(r))
#define ExAcquireResourceExclusiveLite(r, w) (TK_HERE, ExAcquireResourceExclusiveLite((r), (w)))
#define ExAcquireResourceSharedLite(r, w)    (TK_HERE, ExAcquireResourceSharedLite((r), (w)))
#define ExIsResourceAcquiredExclusiveLite(r) (TK_HERE, ExIsResourceAcquiredExclusiveLite(r))
#define ExIsResourceAcquiredSharedLite(r)    (TK_HERE, ExIsResourceAcquiredSharedLite(r))
#define ExReleaseResourceLite(r)             (TK_HERE, ExReleaseResourceLite(r))

#define ExInitializeRundownProtection(r)     (TK_HERE, ExInitializeRundownProtection(r))
#define ExReInitializeRundownProtection(r)   (TK_HERE, ExReInitializeRundownProtection(r))
#define ExAcquireRundownProtection(r)        (TK_HERE, ExAcquireRundownProtection(r))
#define ExReleaseRundownProtection(r)        (TK_HERE, ExReleaseRundownProtection(r))
#define ExWaitForRundownProtectionRelease(r) (TK_HERE, ExWaitForRundownProtectionRelease(r))
#define ExRundownCompleted(r)                (TK_HERE, ExRundownCompleted(r))

#define ExInterlockedInsertHeadList(h, e, l) (TK_HERE, ExInterlockedInsertHeadList((h), (e), (l)))
#define ExInterlockedInsertTailList(h, e, l) (TK_HERE, ExInterlockedInsertTailList((h), (e), (l)))
#define ExInterlockedRemoveHeadList(h, l)    (TK_HERE, ExInterlockedRemoveHeadList((h), (l)))

#endif
#endif
