/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* sfa_ks_object.h - plug-ins A, B and C: what goes into a driver's tables. sfa_ks.h includes it. */
#ifndef SFA_KS_OBJECT_H
#define SFA_KS_OBJECT_H

#include "sfa.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- A and B: frames for an allocator object of ks.sys ------------------------------------------------------------ */

/**
 * For KSPIN_DISPATCH.Allocator. ks.sys calls it if the graph manager picks this pin's allocator, which it need not do:
 * https://learn.microsoft.com/windows-hardware/drivers/stream/avstream-allocators
 * Object, requests and events are then those of ks.sys; frames come from SfaCreate() with the default configuration and
 * SfaCommitTolerant(). The pin is not kept: frames may outlive it.
 */
extern const KSALLOCATOR_DISPATCH SfaPinAllocatorDispatch;

/**
 * For the create item of KSSTRING_Allocator in a pure KS driver (PDRIVER_DISPATCH): KsCreateDefaultAllocatorEx over
 * frames of this library. ks.sys stores the create item in the file object: it must be static.
 *
 * The item's Context is a const SFA_CONFIG *, or NULL for the defaults. It is read during the call; its functions and
 * its own Context must stay until the driver unloads. FreeNotify is called when ks.sys's object gives a frame back to
 * the library, at the IRQL of that call. SFA_FLAG_CHECK_ACCESS is ignored; SFA_FLAG_DIRECT_FIRST and
 * SFA_FLAG_SERVE_INLINE change nothing, because requests wait in ks.sys's object.
 *
 * The IRP is completed with STATUS_SUCCESS; STATUS_INVALID_PARAMETER where the framing (FrameSize 0, PoolType, more
 * frames than MaxFrames) or the configuration is wrong; STATUS_NOT_SUPPORTED without KSALLOCATOR_OPTIONF_SYSTEM_MEMORY
 * and memory functions; STATUS_INSUFFICIENT_RESOURCES; or what KsCreateDefaultAllocatorEx answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes the create request, and no other.
 */
_Function_class_(DRIVER_DISPATCH) _IRQL_requires_(PASSIVE_LEVEL) NTSTATUS
    SfaCreateDefault(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp);

/* --- C: the whole object ------------------------------------------------------------------------------------------ */

/**
 * SFA_CONFIG.Flags, for the create item of SfaDispatchCreate() only: ALLOC, FREE and FUNCTIONTABLE on a handle that was
 * opened without FILE_WRITE_DATA answer STATUS_ACCESS_DENIED. SfaCreate() answers STATUS_INVALID_PARAMETER to it.
 */
#define SFA_FLAG_CHECK_ACCESS 0x10000

/**
 * For the create item of KSSTRING_Allocator in a pure KS driver (PDRIVER_DISPATCH): makes an allocator object with
 * methods, properties and events, and commits the frames that the request asks for (SfaCommitTolerant()).
 * SfaHookCleanup() must have been called.
 *
 * The item must be static, as for SfaCreateDefault(). Its Context is a const SFA_CONFIG *, or NULL for the defaults. It
 * is read during the call; its functions and its own Context must stay until the driver unloads. All flags work.
 *
 * The IRP is completed with STATUS_SUCCESS; STATUS_INVALID_DEVICE_STATE before SfaHookCleanup();
 * STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED or STATUS_INSUFFICIENT_RESOURCES as for SfaCreateDefault(); or what
 * KsValidateAllocatorCreateRequest, KsAllocateObjectHeader or KsRegisterCountedWorker answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes the create request, and no other.
 */
_Function_class_(DRIVER_DISPATCH) _IRQL_requires_(PASSIVE_LEVEL) NTSTATUS
    SfaDispatchCreate(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp);

/**
 * Routes IRP_MJ_CLEANUP of allocator objects to the library, and all others to where they went before: KS has no
 * cleanup slot, and without it requests that wait would keep their object alive for ever. In DriverEntry, after the
 * last KsSetMajorFunctionHandler call for this driver object, whoever makes it, and after the driver has set an
 * IRP_MJ_CLEANUP function of its own. A second call does nothing: ks.c knows one driver object. If DriverEntry fails
 * after this call, it calls SfaUnload() before it returns, because DriverUnload is not called then.
 *
 * @param[in] DriverObject  The driver.
 *
 * IRQL: PASSIVE_LEVEL.  In DriverEntry only.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI SfaHookCleanup(_In_ PDRIVER_OBJECT DriverObject);

/**
 * Plug-in C: undoes SfaHookCleanup(), in DriverUnload and in a DriverEntry that fails after that call. Waits until the
 * objects that were closed are torn down: afterwards no function of the driver is called any more.
 *
 * @param[in] DriverObject  The driver.
 *
 * IRQL: PASSIVE_LEVEL.  In DriverUnload and DriverEntry only. Windows may call DriverUnload on a system worker thread;
 * the wait is for work items of DelayedWorkQueue, which other threads run.  Locks: none.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI SfaUnload(_In_ PDRIVER_OBJECT DriverObject);

/**
 * Plug-in C: SfaShutdown() for every allocator object that was opened on a device: surprise removal,
 * IRP_MN_STOP_DEVICE. The objects answer FREE, STATUS and DISABLE until they are closed; they get no frames again, and
 * their events are freed. A create request that it meets fails with Reason, or makes an object that is shut. One that
 * is only just entering SfaDispatchCreate() is not met, and those that come later the driver refuses, until the device
 * is started again. So a driver whose memory functions need the device holds run-down protection around
 * SfaDispatchCreate(), and waits for its release before this call (docs/driver-guide.md).
 *
 * @param[in] DeviceObject  The driver's functional device object: the one that create requests are sent to, and that
 *                          SfaDispatchCreate() got. Not the physical device object, nor the one below that it is
 *                          attached to.
 * @param[in] Reason        What requests that wait are completed with: an error status. Anything else, a success for
 *                          instance, stands for STATUS_DEVICE_REMOVED.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI SfaShutdownDevice(_In_ PDEVICE_OBJECT DeviceObject, _In_ NTSTATUS Reason);

/**
 * Plug-in C: waits until every allocator object of a device that was closed is torn down. That is done by a work item
 * after IRP_MJ_CLOSE, and calls the memory and trace functions of the configuration: a driver whose functions need the
 * device calls this in IRP_MN_REMOVE_DEVICE, before it gives up what they need. Objects that are still open are not
 * waited for, and those of plug-in D are not known here.
 *
 * @param[in] DeviceObject  The device, as for SfaShutdownDevice().
 * @param[in] Timeout       As for KeWaitForSingleObject: in units of 100 ns, negative is relative; NULL waits for ever.
 *
 * @retval STATUS_SUCCESS               No object of the device is between its close and its end.
 * @retval STATUS_TIMEOUT               One still is. (NT_SUCCESS of it is true.)
 * @retval STATUS_INVALID_PARAMETER     DeviceObject is NULL.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe, but not in a memory function or a completion routine.  Locks: none.  Completes no
 * request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaDrainDevice(_In_ PDEVICE_OBJECT DeviceObject, _In_opt_ PLARGE_INTEGER Timeout);

/**
 * Plug-in C: returns the allocator of an object, for statistics and direct calls; NULL for any other file object.
 * Valid for as long as the caller has a reference to the file object.
 *
 * @param[in] FileObject  The file object.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL) PSFA_ALLOCATOR SFAAPI SfaAllocatorOf(_In_ PFILE_OBJECT FileObject);

/**
 * Plug-ins A, B and C: returns how many frames were still out when their allocator object was closed, since the driver
 * was loaded. Nobody can give them back any more, somebody may still write to them: their memory is left alone for
 * ever. Where the allocator itself could not be ended, because another call was inside (in FreeNotify, for instance) or
 * somebody subscribes (SfaSubscribe()), it is left alone, too, and all of its frames count. Not 0: a driver leaks.
 *
 * IRQL: any.  Thread-safe.  Locks: any.  Completes no request.
 */
ULONG SFAAPI SfaLeakedFrames(void);

#ifdef __cplusplus
}
#endif

#endif /* SFA_KS_OBJECT_H */
