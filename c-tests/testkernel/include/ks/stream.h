/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What streams carry and how pins are described to graph managers: formats, headers, the properties of a connection. */
#ifndef KS_STREAM_H
#define KS_STREAM_H

#include "identifier.h"

typedef union {
    TK_EXTENSION struct {
        ULONG FormatSize;
        ULONG Flags;
        ULONG SampleSize;
        ULONG Reserved;
        GUID MajorFormat;
        GUID SubFormat;
        GUID Specifier;
    };
    LONGLONG Alignment;
} KSDATAFORMAT, *PKSDATAFORMAT, KSDATARANGE, *PKSDATARANGE;
KS_SIZE(KSDATAFORMAT, 64, 64);

typedef enum { KSPIN_DATAFLOW_IN = 1, KSPIN_DATAFLOW_OUT } KSPIN_DATAFLOW, *PKSPIN_DATAFLOW;
typedef enum {
    KSPIN_COMMUNICATION_NONE,
    KSPIN_COMMUNICATION_SINK,
    KSPIN_COMMUNICATION_SOURCE,
    KSPIN_COMMUNICATION_BOTH,
    KSPIN_COMMUNICATION_BRIDGE
} KSPIN_COMMUNICATION,
    *PKSPIN_COMMUNICATION;

typedef struct {
    KSPIN_INTERFACE Interface;
    KSPIN_MEDIUM Medium;
    ULONG PinId;
    HANDLE PinToHandle;
    KSPRIORITY Priority;
} KSPIN_CONNECT, *PKSPIN_CONNECT;

typedef struct {
    LONGLONG Time;
    ULONG Numerator;
    ULONG Denominator;
} KSTIME, *PKSTIME;

typedef struct {
    ULONG Size;
    ULONG TypeSpecificFlags;
    KSTIME PresentationTime;
    LONGLONG Duration;
    ULONG FrameExtent;
    ULONG DataUsed;
    PVOID Data;
    ULONG OptionsFlags;
#if defined(_WIN64) || (defined(__SIZEOF_POINTER__) && __SIZEOF_POINTER__ == 8)
    ULONG Reserved;
#endif
} KSSTREAM_HEADER, *PKSSTREAM_HEADER;
KS_SIZE(KSSTREAM_HEADER, 56, 48);
KS_OFFSET(KSSTREAM_HEADER, Data, 40, 40);
KS_OFFSET(KSSTREAM_HEADER, OptionsFlags, 48, 44);

/* Ids of KSPROPSETID_Connection and KSPROPSETID_Stream. */
typedef enum {
    KSPROPERTY_CONNECTION_STATE,
    KSPROPERTY_CONNECTION_PRIORITY,
    KSPROPERTY_CONNECTION_DATAFORMAT,
    KSPROPERTY_CONNECTION_ALLOCATORFRAMING,
    KSPROPERTY_CONNECTION_PROPOSEDATAFORMAT,
    KSPROPERTY_CONNECTION_ACQUIREORDERING,
    KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX,
    KSPROPERTY_CONNECTION_STARTAT
} KSPROPERTY_CONNECTION;
#define KSPROPERTY_STREAM_ALLOCATOR 0
#define KSPROPERTY_STREAM_PIPE_ID   10

typedef enum { KsInvokeOnSuccess = 1, KsInvokeOnError = 2, KsInvokeOnCancel = 4 } KSCOMPLETION_INVOCATION;

EXTERN_C_START
NTSTATUS NTAPI KsStreamIo(PFILE_OBJECT FileObject, PKEVENT Event, PVOID PortContext,
                          PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID CompletionContext,
                          KSCOMPLETION_INVOCATION InvokeFlags, PIO_STATUS_BLOCK IoStatusBlock, PVOID StreamHeaders,
                          ULONG Length, ULONG Flags, KPROCESSOR_MODE RequestorMode);
EXTERN_C_END

#endif
