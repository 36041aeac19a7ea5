/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events: what a client hands in, the tables that name them, and the entries that KS makes of both. */
#ifndef KS_EVENT_H
#define KS_EVENT_H

#include "handler.h"
#include "worker.h"

#define KSEVENT_TYPE_ENABLE         0x00000001
#define KSEVENT_TYPE_ONESHOT        0x00000002
#define KSEVENT_TYPE_ENABLEBUFFERED 0x00000004
#define KSEVENT_TYPE_SETSUPPORT     0x00000100
#define KSEVENT_TYPE_BASICSUPPORT   0x00000200
#define KSEVENT_TYPE_QUERYBUFFER    0x00000400
#define KSEVENT_TYPE_TOPOLOGY       0x10000000

#define KSEVENTF_EVENT_HANDLE     0x00000001
#define KSEVENTF_SEMAPHORE_HANDLE 0x00000002
/* These from kernel mode only. 0x40 is none. */
#define KSEVENTF_EVENT_OBJECT     0x00000004
#define KSEVENTF_SEMAPHORE_OBJECT 0x00000008
#define KSEVENTF_DPC              0x00000010
#define KSEVENTF_WORKITEM         0x00000020
#define KSEVENTF_KSWORKITEM       0x00000080

#define KSEVENT_ENTRY_DELETED  1
#define KSEVENT_ENTRY_ONESHOT  2
#define KSEVENT_ENTRY_BUFFERED 4

/* Its address in the client is the identity of an enabled event. */
typedef struct {
    ULONG NotificationType;
    TK_EXTENSION union {
        struct {
            HANDLE Event;
            ULONG_PTR Reserved[2];
        } EventHandle;
        struct {
            HANDLE Semaphore;
            ULONG Reserved;
            LONG Adjustment;
        } SemaphoreHandle;
        struct {
            PVOID Event;
            KPRIORITY Increment;
            ULONG_PTR Reserved;
        } EventObject;
        struct {
            PVOID Semaphore;
            KPRIORITY Increment;
            LONG Adjustment;
        } SemaphoreObject;
        struct {
            PKDPC Dpc;
            ULONG ReferenceCount;
            ULONG_PTR Reserved;
        } Dpc;
        struct {
            PWORK_QUEUE_ITEM WorkQueueItem;
            WORK_QUEUE_TYPE WorkQueueType;
            ULONG_PTR Reserved;
        } WorkItem;
        struct {
            PWORK_QUEUE_ITEM WorkQueueItem;
            PKSWORKER KsWorkerObject;
            ULONG_PTR Reserved;
        } KsWorkItem;
        struct {
            PVOID Unused;
            LONG_PTR Alignment[2];
        } Alignment;
    };
} KSEVENTDATA, *PKSEVENTDATA;
KS_SIZE(KSEVENTDATA, 32, 16);
KS_OFFSET(KSEVENTDATA, SemaphoreHandle.Adjustment, 20, 12);
KS_OFFSET(KSEVENTDATA, SemaphoreObject.Increment, 16, 8);
KS_OFFSET(KSEVENTDATA, SemaphoreObject.Adjustment, 20, 12);
KS_OFFSET(KSEVENTDATA, Dpc.ReferenceCount, 16, 8);
KS_OFFSET(KSEVENTDATA, KsWorkItem.Reserved, 24, 12);
KS_OFFSET(KSEVENTDATA, Alignment.Alignment, 16, 8);

typedef struct {
    KSEVENT Event;
    PKSEVENTDATA EventData;
    PVOID Reserved;
} KSQUERYBUFFER, *PKSQUERYBUFFER;
KS_SIZE(KSQUERYBUFFER, 40, 32);

typedef struct {
    ULONG Size;
    ULONG Flags;
    TK_EXTENSION union {
        HANDLE ObjectHandle;
        PVOID ObjectPointer;
    };
    PVOID Reserved;
    KSEVENT Event;
    KSEVENTDATA EventData;
} KSRELATIVEEVENT;
KS_SIZE(KSRELATIVEEVENT, 80, 56);
KS_OFFSET(KSRELATIVEEVENT, Event, 24, 16);

/* Notifies where a raised IRQL forbids it. Counts from 1; the last one to leave frees it. */
typedef struct {
    KDPC Dpc;
    ULONG ReferenceCount;
    KSPIN_LOCK AccessLock;
} KSDPC_ITEM, *PKSDPC_ITEM;
typedef struct {
    KSDPC_ITEM DpcItem;
    LIST_ENTRY BufferList;
} KSBUFFER_ITEM, *PKSBUFFER_ITEM;
KS_SIZE(KSDPC_ITEM, 80, 40);
KS_OFFSET(KSDPC_ITEM, AccessLock, 72, 36);
KS_SIZE(KSBUFFER_ITEM, 96, 48);

typedef struct _KSEVENT_ENTRY KSEVENT_ENTRY, *PKSEVENT_ENTRY;
typedef NTSTATUS (*PFNKSADDEVENT)(PIRP Irp, PKSEVENTDATA EventData, struct _KSEVENT_ENTRY *EventEntry);
typedef VOID (*PFNKSREMOVEEVENT)(PFILE_OBJECT FileObject, struct _KSEVENT_ENTRY *EventEntry);

typedef struct {
    ULONG EventId;
    ULONG DataInput;
    ULONG ExtraEntryData; /* bytes that directly follow the entry */
    PFNKSADDEVENT AddHandler;
    PFNKSREMOVEEVENT RemoveHandler;
    PFNKSHANDLER SupportHandler;
} KSEVENT_ITEM, *PKSEVENT_ITEM;
KS_SIZE(KSEVENT_ITEM, 40, 24);
KS_OFFSET(KSEVENT_ITEM, AddHandler, 16, 12);

typedef struct {
    const GUID *Set;
    ULONG EventsCount;
    const KSEVENT_ITEM *EventItem;
} KSEVENT_SET, *PKSEVENT_SET;
KS_SIZE(KSEVENT_SET, 24, 12);

/* Opaque but for the link and FileObject. */
struct _KSEVENT_ENTRY {
    LIST_ENTRY ListEntry;
    PVOID Object;
    TK_EXTENSION union {
        PKSDPC_ITEM DpcItem;
        PKSBUFFER_ITEM BufferItem;
    };
    PKSEVENTDATA EventData; /* the client's pointer: never followed */
    ULONG NotificationType;
    const KSEVENT_SET *EventSet;
    const KSEVENT_ITEM *EventItem;
    PFILE_OBJECT FileObject;
    ULONG SemaphoreAdjustment;
    ULONG Reserved;
    ULONG Flags;
};
KS_SIZE(KSEVENT_ENTRY, 88, 48);
KS_OFFSET(KSEVENT_ENTRY, Object, 16, 8);
KS_OFFSET(KSEVENT_ENTRY, DpcItem, 24, 12);
KS_OFFSET(KSEVENT_ENTRY, EventData, 32, 16);
KS_OFFSET(KSEVENT_ENTRY, NotificationType, 40, 20);
KS_OFFSET(KSEVENT_ENTRY, EventSet, 48, 24);
KS_OFFSET(KSEVENT_ENTRY, EventItem, 56, 28);
KS_OFFSET(KSEVENT_ENTRY, FileObject, 64, 32);
KS_OFFSET(KSEVENT_ENTRY, SemaphoreAdjustment, 72, 36);
KS_OFFSET(KSEVENT_ENTRY, Flags, 80, 44);

#define DEFINE_KSEVENT_TABLE(tablename)     const KSEVENT_ITEM tablename[] =
#define DEFINE_KSEVENT_SET_TABLE(tablename) const KSEVENT_SET tablename[] =
#define DEFINE_KSEVENT_ITEM(EventId, DataInput, ExtraEntryData, AddHandler, RemoveHandler, SupportHandler)             \
    {(ULONG)(EventId),                                                                                                 \
     (DataInput),                                                                                                      \
     (ExtraEntryData),                                                                                                 \
     (PFNKSADDEVENT)(AddHandler),                                                                                      \
     (PFNKSREMOVEEVENT)(RemoveHandler),                                                                                \
     (PFNKSHANDLER)(SupportHandler)}
#define DEFINE_KSEVENT_SET(Set, EventsCount, EventItem) {(Set), (ULONG)(EventsCount), (EventItem)}

#endif
