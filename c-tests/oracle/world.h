/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The world that the oracle is compiled in: Microsoft's names from a DDK's headers (ORACLE_DDK), or the test kernel's.
 * Each macro is one claim, and one line of oracle.c.
 */
#ifndef ORACLE_WORLD_H
#define ORACLE_WORLD_H

#ifdef ORACLE_DDK
#include <ntifs.h>
#include <windef.h>
#include <ks.h>
#else
#include "ntddk.h"
#include "windef.h"
#include "ks.h"
#endif
#include <stddef.h>

#ifdef __MINGW64_VERSION_MAJOR
#define ORACLE_MINGW
#endif
#if defined(ORACLE_DDK) && !defined(_WIN64)
#define ORACLE_DDK_X86
#ifdef ORACLE_MINGW
#define ORACLE_MINGW_X86
#endif
#endif

#ifdef __cplusplus
#define SAYS(condition, name) static_assert(condition, name)
#else
#define SAYS(condition, name) _Static_assert(condition, name)
#endif

/* Two columns: 64-bit machines, which are all alike, and x86. On others than Windows only the first is meant. */
#if defined(_WIN64) || (defined(__SIZEOF_POINTER__) && __SIZEOF_POINTER__ == 8)
#define COLUMN(on64, on32) (on64)
#else
#define COLUMN(on64, on32) (on32)
#endif
#if defined(_WIN32) || COLUMN(1, 0)
#define LAYOUT(condition, name) SAYS(condition, name)
#else
#define LAYOUT(condition, name) SAYS(1, name)
#endif

#define VALUE(name, value)     SAYS((long long)(name) == (long long)(value), #name)
#define SIZE(type, on64, on32) LAYOUT(sizeof(type) == COLUMN(on64, on32), #type)
#define IS_AT(type, field, at, size)                                                                                   \
    LAYOUT(offsetof(type, field) == (at) && sizeof(((type *)0)->field) == (size), #type "." #field)
#define FIELD(type, field, at64, size64, at32, size32) IS_AT(type, field, COLUMN(at64, at32), COLUMN(size64, size32))
#if COLUMN(1, 0)
#define FIELD64(type, field, at, size) IS_AT(type, field, at, size)
#define FIELD32(type, field, at, size) SAYS(1, #type)
#else
#define FIELD64(type, field, at, size) SAYS(1, #type)
#define FIELD32(type, field, at, size) IS_AT(type, field, at, size)
#endif

/* Types, where C can compare them: long is not 32 bits elsewhere. The parentheses keep a macro of that name away. */
#ifdef __cplusplus
#define FUNCTION(name, pointer) SAYS(1, #name)
#else
#define FUNCTION(name, pointer) SAYS(_Generic(&(name), pointer: 1, default: 0), #name)
#endif
#if defined(_WIN32) && !defined(__cplusplus)
#define ALIAS(name, pointer) SAYS(_Generic((name *)0, pointer: 1, default: 0), #name)
#else
#define ALIAS(name, pointer) SAYS(1, #name)
#endif
#if COLUMN(1, 0)
#define ALIAS64(name, pointer) ALIAS(name, pointer)
#define ALIAS32(name, pointer) SAYS(1, #name)
#else
#define ALIAS64(name, pointer) SAYS(1, #name)
#define ALIAS32(name, pointer) ALIAS(name, pointer)
#endif

/* What is a macro somewhere has no type; it can be called with arguments of these types. */
#ifdef __cplusplus
#define CALLABLE(name, result, parameters, arguments) SAYS(1, #name)
#define CALLABLE_VOID(name, parameters, arguments)    SAYS(1, #name)
#else
#define CALLABLE(name, result, parameters, arguments)                                                                  \
    result Oracle_##name parameters;                                                                                   \
    result Oracle_##name parameters                                                                                    \
    {                                                                                                                  \
        return name arguments;                                                                                         \
    }                                                                                                                  \
    SAYS(1, #name)
#define CALLABLE_VOID(name, parameters, arguments)                                                                     \
    void Oracle_##name parameters;                                                                                     \
    void Oracle_##name parameters                                                                                      \
    {                                                                                                                  \
        name arguments;                                                                                                \
    }                                                                                                                  \
    SAYS(1, #name)
#endif

/* GUIDs and strings, where C++ can read them at compile time. */
#ifdef __cplusplus
constexpr bool Same(const GUID &a, const GUID &b)
{
    return a.Data1 == b.Data1 && a.Data2 == b.Data2 && a.Data3 == b.Data3 && a.Data4[0] == b.Data4[0] &&
           a.Data4[1] == b.Data4[1] && a.Data4[2] == b.Data4[2] && a.Data4[3] == b.Data4[3] &&
           a.Data4[4] == b.Data4[4] && a.Data4[5] == b.Data4[5] && a.Data4[6] == b.Data4[6] && a.Data4[7] == b.Data4[7];
}
template <class C, class D> constexpr bool Alike(const C *a, const D *b)
{
    return *a == static_cast<C>(*b) && (*a == 0 || Alike(a + 1, b + 1));
}
#define GUID_IS(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                                                       \
    SAYS(Same(GUID{name}, GUID{l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}), #name)
#define STRING_IS(name, text) SAYS(sizeof(name) == 2 * sizeof(text) && Alike(name, text), #name)
#else
#define GUID_IS(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) SAYS(1, #name)
#define STRING_IS(name, text)                                    SAYS(sizeof(name) == 2 * sizeof(text), #name)
#endif

#endif
