/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * gate.h - a device through which user programs reach objects that Wine opens no names for. Each handle of it stands
 * for one file of another driver: GATE_OPEN opens that, every other I/O control goes there, as it is.
 */
#ifndef WINDOWS_GATE_H
#define WINDOWS_GATE_H

#define GATE_DEVICE L"SfaGate"

/* METHOD_BUFFERED: GATE_NAME in, and a ULONG out that stands for the file where others are opened relative to it. */
#define GATE_OPEN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x810, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* What a kernel client would do with the file: METHOD_NEITHER; a PVOID out, or in. */
#define GATE_TAKE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x811, METHOD_NEITHER, FILE_ANY_ACCESS)
#define GATE_GIVE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x812, METHOD_NEITHER, FILE_ANY_ACCESS)

typedef struct GATE_NAME {
    WCHAR Driver[32]; /* its first device; as in L"\\Driver\\pureks" */
    ULONG Parent;     /* what GATE_OPEN gave for another handle, or 0 */
    ULONG Bytes;
    UCHAR Name[256];
} GATE_NAME;

#endif
