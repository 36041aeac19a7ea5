/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Call sites, as nt/calls.h has them, for the functions of Kernel Streaming. */
#ifndef KS_CALLS_H
#define KS_CALLS_H
#ifndef TESTKERNEL_BUILD

#define KsMethodHandler(a, b, c)                    (TK_HERE, KsMethodHandler((a), (b), (c)))
#define KsMethodHandlerWithAllocator(a, b, c, d, e) (TK_HERE, KsMethodHandlerWithAllocator((a), (b), (c), (d), (e)))
#define KsDispatchSpecificMethod(a, b)              (TK_HERE, KsDispatchSpecificMethod((a), (b)))
#define KsFastMethodHandler(a, b, c, d, e, f, g, h)                                                                    \
    (TK_HERE, KsFastMethodHandler((a), (b), (c), (d), (e), (f), (g), (h)))

#define KsPropertyHandler(a, b, c)                    (TK_HERE, KsPropertyHandler((a), (b), (c)))
#define KsPropertyHandlerWithAllocator(a, b, c, d, e) (TK_HERE, KsPropertyHandlerWithAllocator((a), (b), (c), (d), (e)))
#define KsDispatchSpecificProperty(a, b)              (TK_HERE, KsDispatchSpecificProperty((a), (b)))
#define KsFastPropertyHandler(a, b, c, d, e, f, g, h)                                                                  \
    (TK_HERE, KsFastPropertyHandler((a), (b), (c), (d), (e), (f), (g), (h)))

#define KsRegisterWorker(a, b)           (TK_HERE, KsRegisterWorker((a), (b)))
#define KsRegisterCountedWorker(a, b, c) (TK_HERE, KsRegisterCountedWorker((a), (b), (c)))
#define KsUnregisterWorker(a)            (TK_HERE, KsUnregisterWorker(a))
#define KsQueueWorkItem(a, b)            (TK_HERE, KsQueueWorkItem((a), (b)))
#define KsIncrementCountedWorker(a)      (TK_HERE, KsIncrementCountedWorker(a))
#define KsDecrementCountedWorker(a)      (TK_HERE, KsDecrementCountedWorker(a))

#define KsEnableEvent(a, b, c, d, e, f) (TK_HERE, KsEnableEvent((a), (b), (c), (d), (e), (f)))
#define KsEnableEventWithAllocator(a, b, c, d, e, f, g, h)                                                             \
    (TK_HERE, KsEnableEventWithAllocator((a), (b), (c), (d), (e), (f), (g), (h)))
#define KsDisableEvent(a, b, c, d)            (TK_HERE, KsDisableEvent((a), (b), (c), (d)))
#define KsFreeEventList(a, b, c, d)           (TK_HERE, KsFreeEventList((a), (b), (c), (d)))
#define KsDiscardEvent(a)                     (TK_HERE, KsDiscardEvent(a))
#define KsGenerateEvent(a)                    (TK_HERE, KsGenerateEvent(a))
#define KsGenerateDataEvent(a, b, c)          (TK_HERE, KsGenerateDataEvent((a), (b), (c)))
#define KsGenerateEventList(a, b, c, d, e)    (TK_HERE, KsGenerateEventList((a), (b), (c), (d), (e)))
#define KsGenerateEvents(a, b, c, d, e, f, g) (TK_HERE, KsGenerateEvents((a), (b), (c), (d), (e), (f), (g)))
#define KsAddEvent(a, b)                      (TK_HERE, KsAddEvent((a), (b)))
#define KsDefaultAddEventHandler(a, b, c)     (TK_HERE, KsDefaultAddEventHandler((a), (b), (c)))

#define KsAddIrpToCancelableQueue(a, b, c, d, e)   (TK_HERE, KsAddIrpToCancelableQueue((a), (b), (c), (d), (e)))
#define KsRemoveIrpFromCancelableQueue(a, b, c, d) (TK_HERE, KsRemoveIrpFromCancelableQueue((a), (b), (c), (d)))
#define KsRemoveSpecificIrpFromCancelableQueue(a)  (TK_HERE, KsRemoveSpecificIrpFromCancelableQueue(a))
#define KsReleaseIrpOnCancelableQueue(a, b)        (TK_HERE, KsReleaseIrpOnCancelableQueue((a), (b)))
#define KsMoveIrpsOnCancelableQueue(a, b, c, d, e, f, g)                                                               \
    (TK_HERE, KsMoveIrpsOnCancelableQueue((a), (b), (c), (d), (e), (f), (g)))
#define KsCancelIo(a, b)      (TK_HERE, KsCancelIo((a), (b)))
#define KsCancelRoutine(a, b) (TK_HERE, KsCancelRoutine((a), (b)))

#define KsSetMajorFunctionHandler(a, b)      (TK_HERE, KsSetMajorFunctionHandler((a), (b)))
#define KsDispatchIrp(a, b)                  (TK_HERE, KsDispatchIrp((a), (b)))
#define KsDispatchInvalidDeviceRequest(a, b) (TK_HERE, KsDispatchInvalidDeviceRequest((a), (b)))
#define KsDefaultDeviceIoCompletion(a, b)    (TK_HERE, KsDefaultDeviceIoCompletion((a), (b)))
#define KsDispatchQuerySecurity(a, b)        (TK_HERE, KsDispatchQuerySecurity((a), (b)))
#define KsDispatchSetSecurity(a, b)          (TK_HERE, KsDispatchSetSecurity((a), (b)))
#define KsDispatchFastIoDeviceControlFailure(a, b, c, d, e, f, g, h, i)                                                \
    (TK_HERE, KsDispatchFastIoDeviceControlFailure((a), (b), (c), (d), (e), (f), (g), (h), (i)))
#define KsDispatchFastReadFailure(a, b, c, d, e, f, g, h)                                                              \
    (TK_HERE, KsDispatchFastReadFailure((a), (b), (c), (d), (e), (f), (g), (h)))
#define KsAllocateDeviceHeader(a, b, c)       (TK_HERE, KsAllocateDeviceHeader((a), (b), (c)))
#define KsFreeDeviceHeader(a)                 (TK_HERE, KsFreeDeviceHeader(a))
#define KsAllocateObjectHeader(a, b, c, d, e) (TK_HERE, KsAllocateObjectHeader((a), (b), (c), (d), (e)))
#define KsFreeObjectHeader(a)                 (TK_HERE, KsFreeObjectHeader(a))
#define KsAddObjectCreateItemToDeviceHeader(a, b, c, d, e)                                                             \
    (TK_HERE, KsAddObjectCreateItemToDeviceHeader((a), (b), (c), (d), (e)))
#define KsAddObjectCreateItemToObjectHeader(a, b, c, d, e)                                                             \
    (TK_HERE, KsAddObjectCreateItemToObjectHeader((a), (b), (c), (d), (e)))
#define KsQueryObjectCreateItem(a) (TK_HERE, KsQueryObjectCreateItem(a))
#define KsQueryObjectAccessMask(a) (TK_HERE, KsQueryObjectAccessMask(a))

#define KsStreamIo(a, b, c, d, e, f, g, h, i, j, k)                                                                    \
    (TK_HERE, KsStreamIo((a), (b), (c), (d), (e), (f), (g), (h), (i), (j), (k)))

#define KsValidateAllocatorCreateRequest(a, b)       (TK_HERE, KsValidateAllocatorCreateRequest((a), (b)))
#define KsCreateDefaultAllocator(a)                  (TK_HERE, KsCreateDefaultAllocator(a))
#define KsCreateDefaultAllocatorEx(a, b, c, d, e, f) (TK_HERE, KsCreateDefaultAllocatorEx((a), (b), (c), (d), (e), (f)))
#define KsCreateAllocator(a, b, c)                   (TK_HERE, KsCreateAllocator((a), (b), (c)))

#define KsGetObjectTypeFromIrp(a)           (TK_HERE, KsGetObjectTypeFromIrp(a))
#define KsGetObjectTypeFromFileObject(a)    (TK_HERE, KsGetObjectTypeFromFileObject(a))
#define KsGetObjectFromFileObject(a)        (TK_HERE, KsGetObjectFromFileObject(a))
#define KsAcquireControl(a)                 (TK_HERE, KsAcquireControl(a))
#define KsReleaseControl(a)                 (TK_HERE, KsReleaseControl(a))
#define KsAddItemToObjectBag(a, b, c)       (TK_HERE, KsAddItemToObjectBag((a), (b), (c)))
#define KsRemoveItemFromObjectBag(a, b, c)  (TK_HERE, KsRemoveItemFromObjectBag((a), (b), (c)))
#define _KsEdit(a, b, c, d, e)              (TK_HERE, _KsEdit((a), (b), (c), (d), (e)))
#define KsMergeAutomationTables(a, b, c, d) (TK_HERE, KsMergeAutomationTables((a), (b), (c), (d)))
#define KsCompletePendingRequest(a)         (TK_HERE, KsCompletePendingRequest(a))

#define KsGetPinFromIrp(a)                       (TK_HERE, KsGetPinFromIrp(a))
#define KsPinGetParentFilter(a)                  (TK_HERE, KsPinGetParentFilter(a))
#define KsPinAttemptProcessing(a, b)             (TK_HERE, KsPinAttemptProcessing((a), (b)))
#define KsValidateConnectRequest(a, b, c, d)     (TK_HERE, KsValidateConnectRequest((a), (b), (c), (d)))
#define KsGetPinFromFileObject(a)                (TK_HERE, KsGetPinFromFileObject(a))
#define KsPinAddEvent(a, b)                      (TK_HERE, KsPinAddEvent((a), (b)))
#define KsPinGenerateEvents(a, b, c, d, e, f, g) (TK_HERE, KsPinGenerateEvents((a), (b), (c), (d), (e), (f), (g)))
#define KsPinAcquireControl(a)                   (TK_HERE, KsPinAcquireControl(a))
#define KsPinReleaseControl(a)                   (TK_HERE, KsPinReleaseControl(a))

#define KsGetFilterFromIrp(a)                       (TK_HERE, KsGetFilterFromIrp(a))
#define KsFilterFactoryAddCreateItem(a, b, c, d)    (TK_HERE, KsFilterFactoryAddCreateItem((a), (b), (c), (d)))
#define KsGetFilterFromFileObject(a)                (TK_HERE, KsGetFilterFromFileObject(a))
#define KsFilterAddEvent(a, b)                      (TK_HERE, KsFilterAddEvent((a), (b)))
#define KsFilterGenerateEvents(a, b, c, d, e, f, g) (TK_HERE, KsFilterGenerateEvents((a), (b), (c), (d), (e), (f), (g)))
#define KsFilterAcquireControl(a)                   (TK_HERE, KsFilterAcquireControl(a))
#define KsFilterReleaseControl(a)                   (TK_HERE, KsFilterReleaseControl(a))

#define KsInitializeDriver(a, b, c)   (TK_HERE, KsInitializeDriver((a), (b), (c)))
#define KsGetDeviceForDeviceObject(a) (TK_HERE, KsGetDeviceForDeviceObject(a))
#define KsGetDevice(a)                (TK_HERE, KsGetDevice(a))
#define KsAcquireDevice(a)            (TK_HERE, KsAcquireDevice(a))
#define KsReleaseDevice(a)            (TK_HERE, KsReleaseDevice(a))
#define KsPinGetDevice(a)             (TK_HERE, KsPinGetDevice(a))
#define KsFilterGetDevice(a)          (TK_HERE, KsFilterGetDevice(a))

#endif
#endif
