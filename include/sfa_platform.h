/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sfa_platform.h - what sfa.h needs from the platform.
 *
 * In a driver that is the WDK: ntddk.h, windef.h and ks.h, in the order that ks.h wants (Visual Studio 2017 or later;
 * with an older compiler include ntddk.h first). Where there is no ntddk.h, or SFA_HOST is defined, a stand-in of the
 * few types that sfa.h names, so that it can be read anywhere. To run driver logic off Windows use c-tests/testkernel.
 */
#ifndef SFA_PLATFORM_H
#define SFA_PLATFORM_H

#if !defined(SFA_HOST)
#if defined(_NTDDK_) || defined(_WDMDDK_) || defined(_KERNEL_MODE)
#define SFA_WDK 1
#elif defined(__has_include)
#if __has_include(<ntddk.h>)
#define SFA_WDK 1
#endif
#endif
#endif

/* One calling convention on every side: x86 drivers are compiled with /Gz, which would make it __stdcall. */
#if defined(_WIN32) && (defined(_M_IX86) || defined(__i386__))
#define SFAAPI __cdecl
#else
#define SFAAPI
#endif

#if defined(SFA_WDK)

#include <ntddk.h>
#include <windef.h>
#include <ks.h>

#else

#include <stddef.h>
#include <stdint.h>

#ifndef _NTDEF_
typedef int32_t NTSTATUS;
typedef int64_t LONGLONG;
typedef uint8_t UCHAR;
typedef uint16_t USHORT;
typedef uint32_t ULONG;
typedef uint64_t ULONG64;
typedef size_t SIZE_T;
typedef void *PVOID;
typedef union _LARGE_INTEGER {
    LONGLONG QuadPart;
} LARGE_INTEGER;
typedef LARGE_INTEGER PHYSICAL_ADDRESS;
#endif

/* https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing (the side of a create). */
typedef struct KSALLOCATOR_FRAMING {
    ULONG OptionsFlags;
    ULONG PoolType;
    ULONG Frames;
    ULONG FrameSize;
    ULONG FileAlignment;
    ULONG Reserved;
} KSALLOCATOR_FRAMING;

/* https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing_ex and the pages it names. */
#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID;
#endif
typedef struct KS_FRAMING_RANGE {
    ULONG MinFrameSize;
    ULONG MaxFrameSize;
    ULONG Stepping;
} KS_FRAMING_RANGE;
typedef struct KS_FRAMING_RANGE_WEIGHTED {
    KS_FRAMING_RANGE Range;
    ULONG InPlaceWeight;
    ULONG NotInPlaceWeight;
} KS_FRAMING_RANGE_WEIGHTED;
typedef struct KS_COMPRESSION {
    ULONG RatioNumerator;
    ULONG RatioDenominator;
    ULONG RatioConstantMargin;
} KS_COMPRESSION;
typedef struct KS_FRAMING_ITEM {
    GUID MemoryType;
    GUID BusType;
    ULONG MemoryFlags;
    ULONG BusFlags;
    ULONG Flags;
    ULONG Frames;
    ULONG FileAlignment; /* ks.h joins it to LONG FramePitch in a union without a name, which C99 does not know */
    ULONG MemoryTypeWeight;
    KS_FRAMING_RANGE PhysicalRange;
    KS_FRAMING_RANGE_WEIGHTED FramingRange;
} KS_FRAMING_ITEM;
typedef struct KSALLOCATOR_FRAMING_EX {
    ULONG CountItems;
    ULONG PinFlags;
    KS_COMPRESSION OutputCompression;
    ULONG PinWeight;
    KS_FRAMING_ITEM FramingItem[1]; /* CountItems of them */
} KSALLOCATOR_FRAMING_EX;

#define KSALLOCATOR_OPTIONF_COMPATIBLE    0x00000001
#define KSALLOCATOR_OPTIONF_SYSTEM_MEMORY 0x00000002
#define SFA_HOST_POOL_NONPAGED_NX         0x200

#endif

/* Annotations that a compiler without SAL, or the stand-in, does not know. */
#ifndef _In_
#define _In_
#endif
#ifndef _In_opt_
#define _In_opt_
#endif
#ifndef _Inout_
#define _Inout_
#endif
#ifndef _Out_
#define _Out_
#endif
#ifndef _Out_opt_
#define _Out_opt_
#endif
#ifndef _Outptr_
#define _Outptr_
#endif
#ifndef _Outptr_result_nullonfailure_
#define _Outptr_result_nullonfailure_
#endif
#ifndef _Outptr_result_bytebuffer_
#define _Outptr_result_bytebuffer_(bytes)
#endif
#ifndef _In_reads_
#define _In_reads_(count)
#endif
#ifndef _In_reads_bytes_
#define _In_reads_bytes_(bytes)
#endif
#ifndef _Out_writes_all_
#define _Out_writes_all_(count)
#endif
#ifndef _Out_writes_to_
#define _Out_writes_to_(size, count)
#endif
#ifndef _Must_inspect_result_
#define _Must_inspect_result_
#endif
#ifndef _IRQL_requires_
#define _IRQL_requires_(level)
#endif
#ifndef _Use_decl_annotations_
#define _Use_decl_annotations_
#endif
#ifndef _Function_class_
#define _Function_class_(name)
#endif
#ifndef _IRQL_requires_same_
#define _IRQL_requires_same_
#endif
#ifndef _IRQL_saves_
#define _IRQL_saves_
#endif
#ifndef _IRQL_restores_
#define _IRQL_restores_
#endif
#ifndef _IRQL_raises_
#define _IRQL_raises_(level)
#endif
#ifndef _Acquires_lock_
#define _Acquires_lock_(lock)
#endif
#ifndef _Releases_lock_
#define _Releases_lock_(lock)
#endif
#ifndef _IRQL_requires_max_
#define _IRQL_requires_max_(level)
#endif

/* A promise that the compiler keeps: the build stops where it is broken. */
#define SFA_ASSERT_JOIN_(a, b) a##b
#define SFA_ASSERT_NAME_(line) SFA_ASSERT_JOIN_(sfa_assert_line_, line)
#define SFA_ASSERT(condition)  typedef char SFA_ASSERT_NAME_(__LINE__)[(condition) ? 1 : -1]

#endif /* SFA_PLATFORM_H */
