/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a request asks for: set, id and flags, the I/O control codes, and the states of streaming. */
#ifndef KS_IDENTIFIER_H
#define KS_IDENTIFIER_H

#include "guid.h"

/* 8-aligned on x86 as well, by its LONGLONG. */
TK_EXTENSION typedef struct {
    TK_EXTENSION union {
        TK_EXTENSION struct {
            GUID Set;
            ULONG Id;
            ULONG Flags;
        };
        LONGLONG Alignment;
    };
} KSIDENTIFIER, *PKSIDENTIFIER;
typedef KSIDENTIFIER KSPROPERTY, *PKSPROPERTY, KSMETHOD, *PKSMETHOD, KSEVENT, *PKSEVENT, KSDEGRADE, *PKSDEGRADE;
typedef KSIDENTIFIER KSPIN_INTERFACE, *PKSPIN_INTERFACE, KSPIN_MEDIUM, *PKSPIN_MEDIUM;

KS_SIZE(KSIDENTIFIER, 24, 24);
KS_OFFSET(KSIDENTIFIER, Id, 16, 16);
KS_OFFSET(KSIDENTIFIER, Flags, 20, 20);

typedef struct {
    KSPROPERTY Property;
    ULONG NodeId;
    ULONG Reserved;
} KSP_NODE, *PKSP_NODE;
typedef struct {
    KSMETHOD Method;
    ULONG NodeId;
    ULONG Reserved;
} KSM_NODE, *PKSM_NODE;
typedef struct {
    KSEVENT Event;
    ULONG NodeId;
    ULONG Reserved;
} KSE_NODE, *PKSE_NODE;
KS_SIZE(KSE_NODE, 32, 32);

/* FILE_DEVICE_KS, METHOD_NEITHER; any access but for the two that move data. */
#define IOCTL_KS_PROPERTY      0x002f0003
#define IOCTL_KS_ENABLE_EVENT  0x002f0007
#define IOCTL_KS_DISABLE_EVENT 0x002f000b
#define IOCTL_KS_METHOD        0x002f000f
#define IOCTL_KS_WRITE_STREAM  0x002f8013
#define IOCTL_KS_READ_STREAM   0x002f4017
#define IOCTL_KS_RESET_STATE   0x002f001b
#define IOCTL_KS_HANDSHAKE     0x002f001f

typedef enum { KSSTATE_STOP, KSSTATE_ACQUIRE, KSSTATE_PAUSE, KSSTATE_RUN } KSSTATE, *PKSSTATE;
typedef enum { KSRESET_BEGIN, KSRESET_END } KSRESET;

typedef struct {
    ULONG PriorityClass;
    ULONG PrioritySubClass;
} KSPRIORITY, *PKSPRIORITY;

typedef struct {
    ULONG Size;
    ULONG Count;
} KSMULTIPLE_ITEM, *PKSMULTIPLE_ITEM;
KS_SIZE(KSMULTIPLE_ITEM, 8, 8);

#endif
