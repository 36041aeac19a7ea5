/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Basic Windows types with their Windows sizes on every host. `long` carries data nowhere: it is
 * 32 bits wide on Windows and 64 elsewhere. On Windows itself LONG stays `long`, as in the WDK, so
 * that a mismatch between ULONG* and unsigned int* shows in the cross build.
 */
#ifndef NTDEF_H
#define NTDEF_H

#include <stddef.h>
#include <stdint.h>
#include "sal_none.h"

#ifdef __cplusplus
#define EXTERN_C       extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END   }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

/* The proof, for tests, that the test kernel's headers were found and not an SDK's. */
#define TESTKERNEL_NTDDK 1

/* Nameless members are C11; in C99 and C++ they are an extension that gcc and clang must be told about. */
#if defined(__GNUC__) || defined(__clang__)
#define TK_EXTENSION __extension__
#else
#define TK_EXTENSION
#endif

#if defined(_WIN32)
#define NTAPI             __stdcall
#define FASTCALL          __fastcall
#define DECLSPEC_NORETURN __declspec(noreturn)
#else
#define NTAPI
#define FASTCALL
#define DECLSPEC_NORETURN __attribute__((noreturn))
#endif
#if defined(_MSC_VER)
#define DECLSPEC_ALIGN(n) __declspec(align(n))
#else
#define DECLSPEC_ALIGN(n) __attribute__((aligned(n))) /* gcc for Windows ignores the other form before a type */
#endif
#if defined(_WIN64) || (defined(__SIZEOF_POINTER__) && __SIZEOF_POINTER__ == 8)
#define POINTER_ALIGNMENT DECLSPEC_ALIGN(8)
#else
#define POINTER_ALIGNMENT
#endif
#define NTSYSAPI
#define NTKERNELAPI
#define DECLSPEC_IMPORT
#if defined(_MSC_VER)
#define FORCEINLINE static __forceinline
#elif defined(__GNUC__)
#define FORCEINLINE static __inline__ __attribute__((always_inline, unused))
#else
#define FORCEINLINE static inline
#endif

#ifndef IN
#define IN
#define OUT
#define OPTIONAL
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef VOID
#define VOID void
#endif
#ifndef TRUE
#define TRUE  1
#define FALSE 0
#endif

typedef char CHAR, CCHAR, *PCHAR, *PSTR;
typedef const char *PCSTR, *PCSZ;
typedef unsigned char UCHAR, BOOLEAN, *PUCHAR, *PBOOLEAN;
typedef short SHORT, CSHORT, *PSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef int INT, *PINT;
#if defined(_WIN32)
typedef long LONG, *PLONG;
typedef unsigned long ULONG, *PULONG;
#else
typedef int LONG, *PLONG;
typedef unsigned int ULONG, *PULONG;
#endif
typedef long long LONGLONG, LONG64, *PLONGLONG, *PLONG64;
typedef unsigned long long ULONGLONG, ULONG64, *PULONGLONG, *PULONG64;
#if defined(_WIN32) && !defined(_WIN64)
typedef long LONG_PTR, SSIZE_T, *PLONG_PTR; /* which intptr_t is not there */
typedef unsigned long ULONG_PTR, SIZE_T, *PULONG_PTR, *PSIZE_T;
#else
typedef intptr_t LONG_PTR, SSIZE_T, *PLONG_PTR;
typedef uintptr_t ULONG_PTR, SIZE_T, *PULONG_PTR, *PSIZE_T;
#endif
/* L"..." has 16-bit units on Windows and under -fshort-wchar; elsewhere there is no literal for WCHAR. */
#if defined(_WIN32) || (defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2)
typedef wchar_t WCHAR;
#else
typedef unsigned short WCHAR;
#endif
typedef WCHAR *PWCH, *PWCHAR, *PWSTR;
typedef const WCHAR *PCWSTR, *PCWCH;
typedef void *PVOID, *HANDLE;
typedef HANDLE *PHANDLE;
typedef LONG NTSTATUS, *PNTSTATUS, KPRIORITY;
typedef ULONG ACCESS_MASK, LOGICAL;
typedef UCHAR KIRQL, *PKIRQL;
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK, KAFFINITY, *PKAFFINITY;
typedef CCHAR KPROCESSOR_MODE;
typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

typedef union _LARGE_INTEGER {
    TK_EXTENSION struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER, PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef union _ULARGE_INTEGER {
    TK_EXTENSION struct {
        ULONG LowPart;
        ULONG HighPart;
    };
    struct {
        ULONG LowPart;
        ULONG HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWCH Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, ANSI_STRING, *PSTRING, *PANSI_STRING;

typedef struct _OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;

#define OBJ_KERNEL_HANDLE    0x00000200
#define OBJ_CASE_INSENSITIVE 0x00000040
#define InitializeObjectAttributes(p, n, a, r, s)                                                                      \
    ((p)->Length = sizeof(OBJECT_ATTRIBUTES), (p)->RootDirectory = (r), (p)->Attributes = (a), (p)->ObjectName = (n),  \
     (p)->SecurityDescriptor = (s), (p)->SecurityQualityOfService = NULL)

typedef struct _CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

typedef struct _PROCESSOR_NUMBER {
    USHORT Group;
    UCHAR Number;
    UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

#if defined(__cplusplus)
#define C_ASSERT(e) static_assert((e), #e)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define C_ASSERT(e) _Static_assert((e), #e)
#else
#define C_ASSERT(e) extern char tk_c_assert_[(e) ? 1 : -1]
#endif

#define NT_SUCCESS(Status)                      (((NTSTATUS)(Status)) >= 0)
#define NT_INFORMATION(Status)                  ((((ULONG)(Status)) >> 30) == 1)
#define NT_WARNING(Status)                      ((((ULONG)(Status)) >> 30) == 2)
#define NT_ERROR(Status)                        ((((ULONG)(Status)) >> 30) == 3)
#define UNREFERENCED_PARAMETER(P)               ((void)(P))
#define DBG_UNREFERENCED_PARAMETER(P)           ((void)(P))
#define FIELD_OFFSET(type, field)               ((LONG)offsetof(type, field))
#define RTL_NUMBER_OF(a)                        (sizeof(a) / sizeof((a)[0]))
#define ARRAYSIZE(a)                            RTL_NUMBER_OF(a)
#define RTL_FIELD_SIZE(type, field)             (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field)   (offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define CONTAINING_RECORD(address, type, field) ((type *)(void *)((PCHAR)(address) - offsetof(type, field)))
#define MAXUSHORT                               0xffff
#define MAXULONG                                0xffffffffu
#define MAXLONG                                 0x7fffffff
#define MAXLONGLONG                             0x7fffffffffffffffLL
#define MAXULONG_PTR                            (~(ULONG_PTR)0)

C_ASSERT(sizeof(LONG) == 4 && sizeof(ULONG) == 4 && sizeof(NTSTATUS) == 4);
C_ASSERT(sizeof(LONGLONG) == 8 && sizeof(LARGE_INTEGER) == 8 && sizeof(WCHAR) == 2);
C_ASSERT(sizeof(ULONG_PTR) == sizeof(void *) && sizeof(KSPIN_LOCK) == sizeof(void *));
C_ASSERT(sizeof(KIRQL) == 1 && sizeof(BOOLEAN) == 1);
C_ASSERT(sizeof(void *) != 8 || (sizeof(LIST_ENTRY) == 16 && sizeof(UNICODE_STRING) == 16));
C_ASSERT(sizeof(void *) != 8 || sizeof(OBJECT_ATTRIBUTES) == 48);

#endif
