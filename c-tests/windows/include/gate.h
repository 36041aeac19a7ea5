/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * gate.h - a device through which user programs reach objects that Wine opens no names for. Each handle of it stands
 * for one file of another driver: GATE_OPEN opens that, every other I/O control goes there, as it is.
 *
 * Wine copies what a program's addresses name and hands drivers the copies. So the gate has memory of its own where
 * drivers run, some of it hostile, and sends requests with addresses there: these reach a driver as they are.
 */
#ifndef WINDOWS_GATE_H
#define WINDOWS_GATE_H

#define GATE_DEVICE         L"SfaGate"
#define GATE_BUFFERED(code) CTL_CODE(FILE_DEVICE_UNKNOWN, (code), METHOD_BUFFERED, FILE_ANY_ACCESS)

/* GATE_NAME in, and a ULONG out that stands for the file where others are opened relative to it. */
#define GATE_OPEN GATE_BUFFERED(0x810)
/* What a kernel client would do with the file: METHOD_NEITHER; a PVOID out, or in. */
#define GATE_TAKE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x811, METHOD_NEITHER, FILE_ANY_ACCESS)
#define GATE_GIVE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x812, METHOD_NEITHER, FILE_ANY_ACCESS)
/* What the Plug and Play manager does with a driver; the name of one in. Adds a device and starts it; removes it. */
#define GATE_START  GATE_BUFFERED(0x813)
#define GATE_REMOVE GATE_BUFFERED(0x814)
/* GATE_ARENA out: made at the first time, and there until the gate is unloaded. */
#define GATE_MEMORY GATE_BUFFERED(0x815)
/* GATE_COPY in, bytes out; GATE_COPY with bytes behind it in. Anywhere where drivers run. */
#define GATE_READ  GATE_BUFFERED(0x816)
#define GATE_WRITE GATE_BUFFERED(0x817)
/* GATE_SENT in and out, as many as there is room for; sent to the file one after the other. */
#define GATE_SEND GATE_BUFFERED(0x818)
/* GATE_COUNTS out. */
#define GATE_COUNT GATE_BUFFERED(0x819)

typedef struct GATE_NAME {
    WCHAR Driver[32]; /* its first device; as in L"\\Driver\\pureks" */
    ULONG Parent;     /* what GATE_OPEN gave for another handle, or 0 */
    ULONG Kernel;     /* opened by a kernel client, not a program */
    ULONG Bytes;
    UCHAR Name[256];
} GATE_NAME;

#define GATE_PAGE 4096

/* Addresses. Behind each but NoAccess nothing is mapped. */
typedef struct GATE_ARENA {
    ULONG64 Writable; /* two pages */
    ULONG64 ReadOnly; /* one */
    ULONG64 Crossing; /* one that can be written, then one that cannot */
    ULONG64 NoAccess; /* one, there but shut */
    ULONG64 Nothing;  /* where no page is */
} GATE_ARENA;

typedef struct GATE_COPY {
    ULONG64 Address;
    ULONG Bytes;
    ULONG Unused;
} GATE_COPY;

/* GATE_SENT.Damage */
#define GATE_BEYOND  1 /* changed what the request did not say was its to change */
#define GATE_CLAIMED 2 /* claims to have written more than there was room for */

typedef struct GATE_SENT {
    ULONG Code;
    ULONG Kernel; /* sent by a kernel client */
    ULONG64 In, Out;
    ULONG InBytes, OutBytes;
    UCHAR Before[32]; /* written to In before, and Data to Out, as far as they can be */
    UCHAR Data[32];
    ULONG BeforeBytes, DataBytes;
    ULONG Status; /* the answer */
    ULONG Damage;
    ULONG64 Information;
    ULONG Pended; /* and was cancelled because it did not end by itself */
    ULONG Unused;
} GATE_SENT;

typedef struct GATE_COUNTS {
    ULONG Forwarded;  /* requests of programs that went to another driver, ever */
    ULONG Requests;   /* of them, that are not complete */
    ULONG Files;      /* of the gate's making, that are referenced */
    ULONG Semaphores; /* that handles named and that are referenced */
    ULONG Events;     /* of ks.sys: enabled */
    ULONG Handles;    /* of the process in which drivers run */
    ULONG Blocks;     /* of pool, but the gate's own */
    ULONG Tag;        /* of one of them */
} GATE_COUNTS;

#endif
