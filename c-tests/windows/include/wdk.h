/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Forced into every file that is compiled against mingw-w64's DDK headers: those headers in an order that works, what
 * they lack of Microsoft's, and the few places where code that is inline there cannot run under Wine.
 */
#ifndef WINDOWS_WDK_H
#define WINDOWS_WDK_H

/* There twice, and once extern: every object would define them. */
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntifs.h>
#include <windef.h>
#include <ks.h>
typedef WCHAR TCHAR; /* which ksmedia.h wants */

#ifdef __cplusplus
#define WDK_C extern "C"
#else
#define WDK_C
#endif
#ifndef EXTERN_C_START
#ifdef __cplusplus
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END   }
#else
#define EXTERN_C_START
#define EXTERN_C_END
#endif
#endif

/* --- IRQL: on x64 these are inline and touch CR8, which Wine traps, reads as 0 and does not write. --- */

WDK_C KIRQL NTAPI WineShimGetCurrentIrql(VOID);
WDK_C KIRQL NTAPI WineShimRaiseIrql(KIRQL NewIrql);
WDK_C VOID NTAPI WineShimLowerIrql(KIRQL NewIrql);
#undef KeRaiseIrql
#define KeGetCurrentIrql          WineShimGetCurrentIrql
#define KfRaiseIrql               WineShimRaiseIrql
#define KeLowerIrql               WineShimLowerIrql
#define KeRaiseIrql(NewIrql, Old) ((VOID)(*(Old) = WineShimRaiseIrql(NewIrql)))
#define KeRaiseIrqlToDpcLevel()   WineShimRaiseIrql(DISPATCH_LEVEL)

/* --- The current thread: inline there, and read from behind GS, where Wine has a thread environment block. --- */

extern PVOID(NTAPI *WdkCurrentThread)(VOID) __asm__("__imp_PsGetCurrentThread");
#define KeGetCurrentThread() ((PKTHREAD)WdkCurrentThread())
#define PsGetCurrentThread() ((PETHREAD)WdkCurrentThread())

/* --- Interrupt time: inline there, at an address of the kernel's that Wine maps to nothing. --- */

WDK_C ULONGLONG NTAPI WineShimQueryInterruptTime(VOID);
#undef KeQueryInterruptTime
#define KeQueryInterruptTime() WineShimQueryInterruptTime()

/* --- Object types: declared dllimport, which Microsoft's are not, so that one indirection is missing. --- */

#define PsThreadType          ((POBJECT_TYPE *)&PsThreadType)
#define ExEventObjectType     ((POBJECT_TYPE *)&ExEventObjectType)
#define ExSemaphoreObjectType ((POBJECT_TYPE *)&ExSemaphoreObjectType)

/* --- Pool: Windows 10 2004 --- */

#ifndef NTDDI_WIN10_VB
#define NTDDI_WIN10_VB 0x0A000008
#endif
#ifndef POOL_FLAG_NON_PAGED
typedef ULONG64 POOL_FLAGS;
#define POOL_FLAG_USE_QUOTA        0x0000000000000001ULL
#define POOL_FLAG_UNINITIALIZED    0x0000000000000002ULL
#define POOL_FLAG_CACHE_ALIGNED    0x0000000000000008ULL
#define POOL_FLAG_RAISE_ON_FAILURE 0x0000000000000020ULL
#define POOL_FLAG_NON_PAGED        0x0000000000000040ULL
#define POOL_FLAG_PAGED            0x0000000000000100ULL
WDK_C PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
/* As Microsoft's wdm.h has it for new targets. */
FORCEINLINE PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return ExAllocatePool2((PoolType & PagedPool) != 0 ? POOL_FLAG_PAGED : POOL_FLAG_NON_PAGED, NumberOfBytes, Tag);
}
#endif

/* --- Atomic reads and writes --- */

#define WDK_READ(name, type, order)                                                                                    \
    FORCEINLINE type name(type const volatile *Source)                                                                 \
    {                                                                                                                  \
        return __atomic_load_n(Source, order);                                                                         \
    }
#define WDK_WRITE(name, type, order)                                                                                   \
    FORCEINLINE VOID name(type volatile *Destination, type Value)                                                      \
    {                                                                                                                  \
        __atomic_store_n(Destination, Value, order);                                                                   \
    }
WDK_READ(ReadAcquire, LONG, __ATOMIC_ACQUIRE)
WDK_READ(ReadNoFence, LONG, __ATOMIC_RELAXED)
WDK_READ(ReadAcquire64, LONG64, __ATOMIC_ACQUIRE)
WDK_READ(ReadNoFence64, LONG64, __ATOMIC_RELAXED)
WDK_READ(ReadPointerAcquire, PVOID, __ATOMIC_ACQUIRE)
WDK_WRITE(WriteRelease, LONG, __ATOMIC_RELEASE)
WDK_WRITE(WriteNoFence, LONG, __ATOMIC_RELAXED)
WDK_WRITE(WriteRelease64, LONG64, __ATOMIC_RELEASE)
WDK_WRITE(WriteNoFence64, LONG64, __ATOMIC_RELAXED)
WDK_WRITE(WritePointerRelease, PVOID, __ATOMIC_RELEASE)

/* --- Kernel Streaming: newer than these headers --- */

#ifndef KSPROPERTY_TYPE_GETPAYLOADSIZE
#define KSPROPERTY_TYPE_GETPAYLOADSIZE 0x00000004
#define KSPROPERTY_TYPE_HIGHPRIORITY   0x08000000
#endif

#ifndef KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED
#define KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED 0x00008000
#define FramePitch                          FileAlignment /* in Windows a LONG, in a union with it */
#endif

#endif
