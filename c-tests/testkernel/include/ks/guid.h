/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The GUIDs of Kernel Streaming. STATIC_NAME is the value, for initialisers; NAME is an object, which on
 * Windows comes from ksguid.lib and here from ks/guids.c.
 */
#ifndef KS_GUID_H
#define KS_GUID_H

#include "../guiddef.h"

/* A size on 64-bit and on 32-bit Windows. Other 32-bit systems align LONGLONG differently and are not checked. */
#if defined(_WIN32)
#define KS_SIZE(type, size64, size32) C_ASSERT(sizeof(type) == (sizeof(void *) == 8 ? (size64) : (size32)))
#define KS_OFFSET(type, field, offset64, off32)                                                                        \
    C_ASSERT(offsetof(type, field) == (sizeof(void *) == 8 ? (offset64) : (off32)))
#else
#define KS_SIZE(type, size64, size32)           C_ASSERT(sizeof(void *) != 8 || sizeof(type) == (size64))
#define KS_OFFSET(type, field, offset64, off32) C_ASSERT(sizeof(void *) != 8 || offsetof(type, field) == (offset64))
#endif

/* A literal of WCHAR. L"..." is one on Windows only; elsewhere u"..." is, from C11 and C++11 on. */
#if defined(_WIN32) || (defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2)
#define TK_WIDE(s) L##s
#else
#define TK_WIDE(s) u##s
#endif

#define DEFINE_GUIDEX(name)           EXTERN_C const GUID name
#define DEFINE_GUIDSTRUCT(guid, name) DEFINE_GUIDEX(name)
#define DEFINE_GUIDNAMED(name)        name

#ifndef SIZEOF_ARRAY
#define SIZEOF_ARRAY(a) (sizeof(a) / sizeof((a)[0]))
#endif

#define STATIC_GUID_NULL 0x00000000, 0x0000, 0x0000, {0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00}
DEFINE_GUIDSTRUCT("00000000-0000-0000-0000-000000000000", GUID_NULL);

#define STATIC_KSPROPSETID_StreamAllocator 0xcf6e4342, 0xec87, 0x11cf, {0xa1, 0x30, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}
DEFINE_GUIDSTRUCT("cf6e4342-ec87-11cf-a130-0020afd156e4", KSPROPSETID_StreamAllocator);
#define STATIC_KSMETHODSETID_StreamAllocator                                                                           \
    0xcf6e4341, 0xec87, 0x11cf, {0xa1, 0x30, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}
DEFINE_GUIDSTRUCT("cf6e4341-ec87-11cf-a130-0020afd156e4", KSMETHODSETID_StreamAllocator);
#define STATIC_KSEVENTSETID_StreamAllocator 0x75d95571, 0x073c, 0x11d0, {0xa1, 0x61, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}
DEFINE_GUIDSTRUCT("75d95571-073c-11d0-a161-0020afd156e4", KSEVENTSETID_StreamAllocator);

#define STATIC_KSPROPSETID_Connection 0x1D58C920, 0xAC9B, 0x11CF, {0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00}
DEFINE_GUIDSTRUCT("1D58C920-AC9B-11CF-A5D6-28DB04C10000", KSPROPSETID_Connection);
#define STATIC_KSPROPSETID_Stream 0x65aaba60, 0x98ae, 0x11cf, {0xa1, 0x0d, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}
DEFINE_GUIDSTRUCT("65aaba60-98ae-11cf-a10d-0020afd156e4", KSPROPSETID_Stream);
#define STATIC_KSPROPSETID_MemoryTransport 0x0A3D1C5D, 0x5243, 0x4819, {0x9E, 0xD0, 0xAE, 0xE8, 0x04, 0x4C, 0xEE, 0x2B}
DEFINE_GUIDSTRUCT("0A3D1C5D-5243-4819-9ED0-AEE8044CEE2B", KSPROPSETID_MemoryTransport);

/* What a create request names. The string form is what create items and file names carry. */
#define STATIC_KSNAME_Filter 0x9b365890, 0x165f, 0x11d0, {0xa1, 0x95, 0x00, 0x20, 0xaf, 0xd1, 0x56, 0xe4}
DEFINE_GUIDSTRUCT("9b365890-165f-11d0-a195-0020afd156e4", KSNAME_Filter);
#define KSSTRING_Filter   TK_WIDE("{9B365890-165F-11D0-A195-0020AFD156E4}")
#define STATIC_KSNAME_Pin 0x146F1A80, 0x4791, 0x11D0, {0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00}
DEFINE_GUIDSTRUCT("146F1A80-4791-11D0-A5D6-28DB04C10000", KSNAME_Pin);
#define KSSTRING_Pin        TK_WIDE("{146F1A80-4791-11D0-A5D6-28DB04C10000}")
#define STATIC_KSNAME_Clock 0x53172480, 0x4791, 0x11D0, {0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00}
DEFINE_GUIDSTRUCT("53172480-4791-11D0-A5D6-28DB04C10000", KSNAME_Clock);
#define KSSTRING_Clock          TK_WIDE("{53172480-4791-11D0-A5D6-28DB04C10000}")
#define STATIC_KSNAME_Allocator 0x642F5D00, 0x4791, 0x11D0, {0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00}
DEFINE_GUIDSTRUCT("642F5D00-4791-11D0-A5D6-28DB04C10000", KSNAME_Allocator);
#define KSSTRING_Allocator   TK_WIDE("{642F5D00-4791-11D0-A5D6-28DB04C10000}")
#define KSSTRING_AllocatorEx TK_WIDE("{091BB63B-603F-11D1-B067-00A0C9062802}")

#define STATIC_KSMEMORY_TYPE_WILDCARD  STATIC_GUID_NULL
#define KSMEMORY_TYPE_WILDCARD         GUID_NULL
#define STATIC_KSMEMORY_TYPE_DONT_CARE STATIC_GUID_NULL
#define KSMEMORY_TYPE_DONT_CARE        GUID_NULL
#define STATIC_KS_TYPE_DONT_CARE       STATIC_GUID_NULL
#define KS_TYPE_DONT_CARE              GUID_NULL
#define STATIC_KSMEMORY_TYPE_SYSTEM    0x091bb638, 0x603f, 0x11d1, {0xb0, 0x67, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02}
DEFINE_GUIDSTRUCT("091bb638-603f-11d1-b067-00a0c9062802", KSMEMORY_TYPE_SYSTEM);
#define STATIC_KSMEMORY_TYPE_USER 0x8cb0fc28, 0x7893, 0x11d1, {0xb0, 0x69, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02}
DEFINE_GUIDSTRUCT("8cb0fc28-7893-11d1-b069-00a0c9062802", KSMEMORY_TYPE_USER);
#define STATIC_KSMEMORY_TYPE_KERNEL_PAGED 0xd833f8f8, 0x7894, 0x11d1, {0xb0, 0x69, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02}
DEFINE_GUIDSTRUCT("d833f8f8-7894-11d1-b069-00a0c9062802", KSMEMORY_TYPE_KERNEL_PAGED);
#define STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED                                                                           \
    0x4a6d5fc4, 0x7895, 0x11d1, {0xb0, 0x69, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02}
DEFINE_GUIDSTRUCT("4a6d5fc4-7895-11d1-b069-00a0c9062802", KSMEMORY_TYPE_KERNEL_NONPAGED);
#define STATIC_KSMEMORY_TYPE_DEVICE_UNKNOWN 0x091bb639, 0x603f, 0x11d1, {0xb0, 0x67, 0x00, 0xa0, 0xc9, 0x06, 0x28, 0x02}
DEFINE_GUIDSTRUCT("091bb639-603f-11d1-b067-00a0c9062802", KSMEMORY_TYPE_DEVICE_UNKNOWN);

#endif
