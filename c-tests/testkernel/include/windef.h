/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The user-mode names of the basic types, which ks.h expects to find. */
#ifndef WINDEF_H
#define WINDEF_H

#include "ntdef.h"

typedef unsigned int UINT, *PUINT;
typedef int BOOL, *PBOOL, *LPBOOL;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef ULONG DWORD, *PDWORD, *LPDWORD;
typedef float FLOAT, *PFLOAT;
typedef void *LPVOID;
typedef const void *LPCVOID;

#ifndef MAX_PATH
#define MAX_PATH 260
#endif

typedef struct tagRECT {
    LONG left, top, right, bottom;
} RECT, *PRECT;
typedef struct tagPOINT {
    LONG x, y;
} POINT, *PPOINT;
typedef struct tagSIZE {
    LONG cx, cy;
} SIZE, *PSIZE;

#endif
