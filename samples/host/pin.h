/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A capture pin: a timer's DPC makes pictures, a thread hands them on, and a stream allocator lends the frames between.
 *
 * pin.c, producer.c and consumer.c are what a driver would have; they need nothing but sfa.h and compile unchanged
 * against a WDK. What a driver finds at its two ends, a device and a reader, is a PIN_CLIENT here.
 */
#ifndef PIN_H
#define PIN_H

#include "sfa.h"

/* Whose frame it is, for the flight recorder; read as pool tags are, first character first. */
#define PIN_TAG(a, b, c, d) ((ULONG)(a) | (ULONG)(b) << 8 | (ULONG)(c) << 16 | (ULONG)(d) << 24)
#define PIN_NOTE_FILLING    PIN_TAG('F', 'I', 'L', 'L')
#define PIN_NOTE_QUEUED     PIN_TAG('Q', 'U', 'E', 'U')
#define PIN_NOTE_CONSUMED   PIN_TAG('C', 'O', 'N', 'S')
/* A note up to here is the number of a picture: the one in the frame or, without a frame, one that was dropped. */
#define PIN_LAST_PICTURE 0x00ffffff

/* The device fills a frame. IRQL: DISPATCH_LEVEL. */
typedef VOID NTAPI PIN_FILL(PVOID Context, ULONG Picture, PVOID Frame);
/* The device had a picture, but there was no frame for it. IRQL: DISPATCH_LEVEL. */
typedef VOID NTAPI PIN_DROP(PVOID Context, ULONG Picture);
/* The reader works on a picture; the frame is no longer its own afterwards. IRQL: PASSIVE_LEVEL. */
typedef VOID NTAPI PIN_DELIVER(PVOID Context, ULONG Picture, const VOID *Frame);

typedef struct _PIN_CLIENT {
    PVOID Context;
    PIN_FILL *Fill;
    PIN_DROP *Drop;
    PIN_DELIVER *Deliver;
} PIN_CLIENT;

typedef struct _PIN_CONFIG {
    ULONG Frames;
    ULONG FrameBytes;
    ULONG Pictures; /* after that many Ended is signalled and no more come */
    ULONG PeriodMs;
    PIN_CLIENT Client;
} PIN_CONFIG;

/* A picture on its way to the consumer. There are as many as frames, and each belongs to the frame of its number. */
typedef struct _PIN_PACKET {
    LIST_ENTRY Link;
    PVOID Frame;
    ULONG Picture;
} PIN_PACKET;

typedef struct _PIN {
    PIN_CONFIG Config;
    PSFA_ALLOCATOR Allocator;
    PIN_PACKET *Packets;

    /* producer.c */
    KTIMER Timer;
    KDPC Dpc;
    KEVENT Ended;
    ULONG NextPicture;
    NTSTATUS Failure; /* the first answer that a working driver never gets */

    /* consumer.c */
    KSPIN_LOCK QueueLock;
    LIST_ENTRY Queue;
    KSEMAPHORE Arrived; /* one for each packet in Queue, and one more to stop */
    PVOID Thread;
} PIN, *PPIN;

_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS PinCreate(_In_ const PIN_CONFIG *Config, _Out_ PPIN *Pin);

/* One step up or down: STOP, ACQUIRE, PAUSE, RUN. */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS
    PinSetDeviceState(_Inout_ PPIN Pin, _In_ KSSTATE ToState, _In_ KSSTATE FromState);

_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS PinClose(_In_ PPIN Pin);

_IRQL_requires_(PASSIVE_LEVEL) VOID ProducerInitialize(_Inout_ PPIN Pin);
_IRQL_requires_(PASSIVE_LEVEL) VOID ProducerStart(_Inout_ PPIN Pin);
_IRQL_requires_(PASSIVE_LEVEL) VOID ProducerStop(_Inout_ PPIN Pin);

_IRQL_requires_(PASSIVE_LEVEL) VOID ConsumerInitialize(_Inout_ PPIN Pin);
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS ConsumerStart(_Inout_ PPIN Pin);
/* Comes back when every packet has been delivered. */
_IRQL_requires_(PASSIVE_LEVEL) VOID ConsumerStop(_Inout_ PPIN Pin);
_IRQL_requires_max_(DISPATCH_LEVEL) VOID ConsumerQueue(_Inout_ PPIN Pin, _Inout_ PIN_PACKET *Packet);

#endif
