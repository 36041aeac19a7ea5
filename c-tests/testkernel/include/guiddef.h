/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* GUID and its comparison. Definitions are made where INITGUID is set, declarations elsewhere. */
#ifndef GUIDDEF_H
#define GUIDDEF_H

#include "ntdef.h"

typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID, *LPGUID, CLSID, IID;
typedef const GUID *LPCGUID;
C_ASSERT(sizeof(GUID) == 16);

#ifdef __cplusplus
#define REFGUID const GUID &
#else
#define REFGUID const GUID *
#endif

FORCEINLINE int TkIsEqualGuid(const GUID *a, const GUID *b)
{
    int i, differ = a->Data1 != b->Data1 || a->Data2 != b->Data2 || a->Data3 != b->Data3;
    for (i = 0; i < 8; i++)
        differ |= a->Data4[i] != b->Data4[i];
    return !differ;
}

#ifdef __cplusplus
#define IsEqualGUID(a, b)        TkIsEqualGuid(&(a), &(b))
#define IsEqualGUIDAligned(a, b) TkIsEqualGuid(&(a), &(b))
#else
#define IsEqualGUID(a, b)        TkIsEqualGuid((a), (b))
/* The aligned form takes lvalues in C as well, as in the WDK's wdm.h. */
#define IsEqualGUIDAligned(a, b) TkIsEqualGuid(&(a), &(b))
#endif

#endif

/* Outside the guard: initguid.h may set INITGUID after a first inclusion. */
#undef DEFINE_GUID
#ifdef INITGUID
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                                                   \
    EXTERN_C const GUID name;                                                                                          \
    const GUID name = {l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_C const GUID name
#endif
