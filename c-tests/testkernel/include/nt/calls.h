/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Every kernel function is a function-like macro as well, which notes the call site and then calls
 * the function of the same name. Without the parenthesis it is no macro, so taking the address works.
 */
#ifndef NT_CALLS_H
#define NT_CALLS_H
#ifndef TESTKERNEL_BUILD

#define ExAllocatePoolWithTag(t, n, g) (TK_HERE, ExAllocatePoolWithTag((t), (n), (g)))
/* With POOL_ZERO_DOWN_LEVEL_SUPPORT the WDK's inline zeroes only after ExInitializeDriverRuntime. */
#ifdef POOL_ZERO_DOWN_LEVEL_SUPPORT
#define ExAllocatePoolZero(t, n, g) (TK_HERE, TkNeedDriverRuntime(), ExAllocatePoolZero((t), (n), (g)))
#else
#define ExAllocatePoolZero(t, n, g) (TK_HERE, ExAllocatePoolZero((t), (n), (g)))
#endif
#define ExAllocatePoolUninitialized(t, n, g) (TK_HERE, ExAllocatePoolUninitialized((t), (n), (g)))
#define ExAllocatePool2(f, n, g)             (TK_HERE, ExAllocatePool2((f), (n), (g)))
#define ExFreePoolWithTag(p, g)              (TK_HERE, ExFreePoolWithTag((p), (g)))
#define ExFreePool(p)                        (TK_HERE, ExFreePool(p))
#define ExInitializeDriverRuntime(f)         (TK_HERE, ExInitializeDriverRuntime(f))

#define KfRaiseIrql(l)          (TK_HERE, KfRaiseIrql(l))
#define KeRaiseIrqlToDpcLevel() (TK_HERE, KeRaiseIrqlToDpcLevel())
#define KeLowerIrql(l)          (TK_HERE, KeLowerIrql(l))

#define KeInitializeSpinLock(l)             (TK_HERE, KeInitializeSpinLock(l))
#define KeAcquireSpinLockRaiseToDpc(l)      (TK_HERE, KeAcquireSpinLockRaiseToDpc(l))
#define KeReleaseSpinLock(l, i)             (TK_HERE, KeReleaseSpinLock((l), (i)))
#define KeAcquireSpinLockAtDpcLevel(l)      (TK_HERE, KeAcquireSpinLockAtDpcLevel(l))
#define KeReleaseSpinLockFromDpcLevel(l)    (TK_HERE, KeReleaseSpinLockFromDpcLevel(l))
#define KeTryToAcquireSpinLockAtDpcLevel(l) (TK_HERE, KeTryToAcquireSpinLockAtDpcLevel(l))

#define KeInitializeEvent(e, t, s)           (TK_HERE, KeInitializeEvent((e), (t), (s)))
#define KeSetEvent(e, i, w)                  (TK_HERE, KeSetEvent((e), (i), (w)))
#define KeClearEvent(e)                      (TK_HERE, KeClearEvent(e))
#define KeResetEvent(e)                      (TK_HERE, KeResetEvent(e))
#define KeReadStateEvent(e)                  (TK_HERE, KeReadStateEvent(e))
#define KeInitializeSemaphore(s, c, l)       (TK_HERE, KeInitializeSemaphore((s), (c), (l)))
#define KeReleaseSemaphore(s, i, a, w)       (TK_HERE, KeReleaseSemaphore((s), (i), (a), (w)))
#define KeReadStateSemaphore(s)              (TK_HERE, KeReadStateSemaphore(s))
#define KeWaitForSingleObject(o, r, m, a, t) (TK_HERE, KeWaitForSingleObject((o), (r), (m), (a), (t)))
#define KeWaitForMultipleObjects(c, o, y, r, m, a, t, b)                                                               \
    (TK_HERE, KeWaitForMultipleObjects((c), (o), (y), (r), (m), (a), (t), (b)))

#define KeInitializeDpc(d, r, c)        (TK_HERE, KeInitializeDpc((d), (r), (c)))
#define KeInsertQueueDpc(d, a, b)       (TK_HERE, KeInsertQueueDpc((d), (a), (b)))
#define KeRemoveQueueDpc(d)             (TK_HERE, KeRemoveQueueDpc(d))
#define KeFlushQueuedDpcs()             (TK_HERE, KeFlushQueuedDpcs())
#define KeSetTargetProcessorDpc(d, n)   (TK_HERE, KeSetTargetProcessorDpc((d), (n)))
#define KeSetTargetProcessorDpcEx(d, n) (TK_HERE, KeSetTargetProcessorDpcEx((d), (n)))
#define KeSetImportanceDpc(d, i)        (TK_HERE, KeSetImportanceDpc((d), (i)))

#define IoConnectInterrupt(o, r, c, l, v, i, s, m, h, a, f)                                                            \
    (TK_HERE, IoConnectInterrupt((o), (r), (c), (l), (v), (i), (s), (m), (h), (a), (f)))
#define IoDisconnectInterrupt(o)         (TK_HERE, IoDisconnectInterrupt(o))
#define KeSynchronizeExecution(o, r, c)  (TK_HERE, KeSynchronizeExecution((o), (r), (c)))
#define KeAcquireInterruptSpinLock(o)    (TK_HERE, KeAcquireInterruptSpinLock(o))
#define KeReleaseInterruptSpinLock(o, i) (TK_HERE, KeReleaseInterruptSpinLock((o), (i)))

#define KeInitializeTimer(t)            (TK_HERE, KeInitializeTimer(t))
#define KeInitializeTimerEx(t, y)       (TK_HERE, KeInitializeTimerEx((t), (y)))
#define KeSetTimer(t, d, c)             (TK_HERE, KeSetTimer((t), (d), (c)))
#define KeSetTimerEx(t, d, p, c)        (TK_HERE, KeSetTimerEx((t), (d), (p), (c)))
#define KeCancelTimer(t)                (TK_HERE, KeCancelTimer(t))
#define KeReadStateTimer(t)             (TK_HERE, KeReadStateTimer(t))
#define KeStallExecutionProcessor(n)    (TK_HERE, KeStallExecutionProcessor(n))
#define KeDelayExecutionThread(m, a, i) (TK_HERE, KeDelayExecutionThread((m), (a), (i)))

#define PsCreateSystemThread(h, a, o, p, c, r, x)   (TK_HERE, PsCreateSystemThread((h), (a), (o), (p), (c), (r), (x)))
#define PsTerminateSystemThread(s)                  (TK_HERE, PsTerminateSystemThread(s))
#define KeSetPriorityThread(t, p)                   (TK_HERE, KeSetPriorityThread((t), (p)))
#define ObReferenceObjectByHandle(h, a, t, m, o, i) (TK_HERE, ObReferenceObjectByHandle((h), (a), (t), (m), (o), (i)))
#define ObfReferenceObject(o)                       (TK_HERE, ObfReferenceObject(o))
#define ObfDereferenceObject(o)                     (TK_HERE, ObfDereferenceObject(o))
#define ZwClose(h)                                  (TK_HERE, ZwClose(h))

#define ExInitializeWorkItem(i, r, c) (TK_HERE, ExInitializeWorkItem((i), (r), (c)))
#define ExQueueWorkItem(i, q)         (TK_HERE, ExQueueWorkItem((i), (q)))
#define TkTryQueueWorkItem(i, q)      (TK_HERE, TkTryQueueWorkItem((i), (q)))
#define IoAllocateWorkItem(d)         (TK_HERE, IoAllocateWorkItem(d))
#define IoFreeWorkItem(w)             (TK_HERE, IoFreeWorkItem(w))
#define IoQueueWorkItem(w, r, q, c)   (TK_HERE, IoQueueWorkItem((w), (r), (q), (c)))
#define IoQueueWorkItemEx(w, r, q, c) (TK_HERE, IoQueueWorkItemEx((w), (r), (q), (c)))

#define RtlCopyMemory(d, s, n)      (TK_HERE, RtlCopyMemory((d), (s), (n)))
#define KeBugCheckEx(c, p, q, r, s) (TK_HERE, KeBugCheckEx((c), (p), (q), (r), (s)))
#define KeBugCheck(c)               (TK_HERE, KeBugCheck(c))
#define DbgPrint(...)               (TK_HERE, DbgPrint(__VA_ARGS__))
#define DbgPrintEx(...)             (TK_HERE, DbgPrintEx(__VA_ARGS__))

#endif
#endif
