/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * I/O request packets. What the WDK has as inline functions are calls here, so that they can look at
 * the packet first: see README.md for the rules.
 */
#ifndef NT_IRP_H
#define NT_IRP_H

#include "file.h"

#define IO_TYPE_IRP 6

/* IRP.Flags */
#define IRP_NOCACHE           0x00000001
#define IRP_SYNCHRONOUS_API   0x00000004
#define IRP_BUFFERED_IO       0x00000010
#define IRP_DEALLOCATE_BUFFER 0x00000020
#define IRP_INPUT_OPERATION   0x00000040
#define IRP_CREATE_OPERATION  0x00000080
#define IRP_READ_OPERATION    0x00000100
#define IRP_WRITE_OPERATION   0x00000200
#define IRP_CLOSE_OPERATION   0x00000400

/* IO_STACK_LOCATION.Control */
#define SL_PENDING_RETURNED  0x01
#define SL_ERROR_RETURNED    0x02
#define SL_INVOKE_ON_CANCEL  0x20
#define SL_INVOKE_ON_SUCCESS 0x40
#define SL_INVOKE_ON_ERROR   0x80

#define STATUS_CONTINUE_COMPLETION STATUS_SUCCESS
#define IO_SOUND_INCREMENT         8
#define IO_VIDEO_INCREMENT         1
#define EVENT_QUERY_STATE          0x0001

typedef VOID NTAPI DRIVER_CANCEL(PDEVICE_OBJECT DeviceObject, struct _IRP *Irp);
typedef DRIVER_CANCEL *PDRIVER_CANCEL;
typedef NTSTATUS NTAPI IO_COMPLETION_ROUTINE(PDEVICE_OBJECT DeviceObject, struct _IRP *Irp, PVOID Context);
typedef IO_COMPLETION_ROUTINE *PIO_COMPLETION_ROUTINE;
typedef VOID NTAPI IO_APC_ROUTINE(PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, ULONG Reserved);
typedef IO_APC_ROUTINE *PIO_APC_ROUTINE;

typedef struct _KDEVICE_QUEUE_ENTRY {
    LIST_ENTRY DeviceListEntry;
    ULONG SortKey;
    BOOLEAN Inserted;
} KDEVICE_QUEUE_ENTRY, *PKDEVICE_QUEUE_ENTRY;

typedef struct DECLSPEC_ALIGN(MEMORY_ALLOCATION_ALIGNMENT) _IRP {
    CSHORT Type;
    USHORT Size;
    PMDL MdlAddress;
    ULONG Flags;
    union {
        struct _IRP *MasterIrp;
        LONG IrpCount;
        PVOID SystemBuffer;
    } AssociatedIrp;
    LIST_ENTRY ThreadListEntry;
    IO_STATUS_BLOCK IoStatus;
    KPROCESSOR_MODE RequestorMode;
    BOOLEAN PendingReturned;
    CHAR StackCount;
    CHAR CurrentLocation;
    BOOLEAN Cancel;
    KIRQL CancelIrql;
    CCHAR ApcEnvironment;
    UCHAR AllocationFlags;
    PIO_STATUS_BLOCK UserIosb;
    PKEVENT UserEvent;
    union {
        struct {
            PIO_APC_ROUTINE UserApcRoutine;
            PVOID UserApcContext;
        } AsynchronousParameters;
        LARGE_INTEGER AllocationSize;
    } Overlay;
    PDRIVER_CANCEL CancelRoutine;
    PVOID UserBuffer;
    union {
        struct {
            TK_EXTENSION union {
                KDEVICE_QUEUE_ENTRY DeviceQueueEntry;
                PVOID DriverContext[4];
            };
            PETHREAD Thread;
            PCHAR AuxiliaryBuffer;
            LIST_ENTRY ListEntry;
            TK_EXTENSION union {
                struct _IO_STACK_LOCATION *CurrentStackLocation;
                ULONG PacketType;
            };
            PFILE_OBJECT OriginalFileObject;
        } Overlay;
        PVOID Apc[sizeof(PVOID) == 8 ? 11 : 12];
        PVOID CompletionKey;
    } Tail;
} IRP;

/* Opaque, except for the access that is asked for. */
typedef struct _IO_SECURITY_CONTEXT {
    PVOID SecurityQos;
    PVOID AccessState;
    ACCESS_MASK DesiredAccess;
    ULONG FullCreateOptions;
} IO_SECURITY_CONTEXT, *PIO_SECURITY_CONTEXT;

#if defined(_WIN32) && !defined(_WIN64)
#pragma pack(push, 4)
#endif
typedef struct _IO_STACK_LOCATION {
    UCHAR MajorFunction;
    UCHAR MinorFunction;
    UCHAR Flags;
    UCHAR Control;
    union {
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            POINTER_ALIGNMENT USHORT FileAttributes;
            USHORT ShareAccess;
            POINTER_ALIGNMENT ULONG EaLength;
        } Create;
        struct {
            ULONG Length;
            POINTER_ALIGNMENT ULONG Key;
            LARGE_INTEGER ByteOffset;
        } Read;
        struct {
            ULONG Length;
            POINTER_ALIGNMENT ULONG Key;
            LARGE_INTEGER ByteOffset;
        } Write;
        struct {
            ULONG OutputBufferLength;
            POINTER_ALIGNMENT ULONG InputBufferLength;
            POINTER_ALIGNMENT ULONG IoControlCode;
            PVOID Type3InputBuffer;
        } DeviceIoControl;
        struct {
            ULONG SecurityInformation;
            POINTER_ALIGNMENT ULONG Length;
        } QuerySecurity;
        struct {
            ULONG SecurityInformation;
            PVOID SecurityDescriptor;
        } SetSecurity;
        struct {
            PVOID AllocatedResources;
            PVOID AllocatedResourcesTranslated;
        } StartDevice;
        struct {
            PVOID Argument1;
            PVOID Argument2;
            PVOID Argument3;
            PVOID Argument4;
        } Others;
    } Parameters;
    PDEVICE_OBJECT DeviceObject;
    PFILE_OBJECT FileObject;
    PIO_COMPLETION_ROUTINE CompletionRoutine;
    PVOID Context;
} IO_STACK_LOCATION;
#if defined(_WIN32) && !defined(_WIN64)
#pragma pack(pop)
#endif

C_ASSERT(sizeof(void *) != 8 || (sizeof(IRP) == 208 && offsetof(IRP, IoStatus) == 48));
C_ASSERT(sizeof(void *) != 8 || (offsetof(IRP, Cancel) == 68 && offsetof(IRP, CancelRoutine) == 104));
C_ASSERT(sizeof(void *) != 8 || (offsetof(IRP, UserBuffer) == 112 && offsetof(IRP, Tail) == 120));
C_ASSERT(sizeof(void *) != 8 || offsetof(IRP, Tail.Overlay.Thread) == 152);
C_ASSERT(sizeof(void *) != 8 || offsetof(IRP, Tail.Overlay.ListEntry) == 168);
C_ASSERT(sizeof(void *) != 8 || offsetof(IRP, Tail.Overlay.CurrentStackLocation) == 184);
C_ASSERT(sizeof(void *) != 8 || offsetof(IRP, Tail.Overlay.OriginalFileObject) == 192);
C_ASSERT(sizeof(void *) != 8 || sizeof(IO_STACK_LOCATION) == 72);
C_ASSERT(sizeof(void *) != 8 || offsetof(IO_STACK_LOCATION, Parameters.DeviceIoControl.InputBufferLength) == 16);
C_ASSERT(sizeof(void *) != 8 || offsetof(IO_STACK_LOCATION, Parameters.DeviceIoControl.IoControlCode) == 24);
C_ASSERT(sizeof(void *) != 8 || offsetof(IO_STACK_LOCATION, Parameters.DeviceIoControl.Type3InputBuffer) == 32);
C_ASSERT(sizeof(void *) != 8 || offsetof(IO_STACK_LOCATION, Parameters.Create.ShareAccess) == 26);
C_ASSERT(sizeof(void *) != 8 || offsetof(IO_STACK_LOCATION, DeviceObject) == 40);
C_ASSERT(sizeof(void *) != 8 || offsetof(IO_STACK_LOCATION, CompletionRoutine) == 56);

EXTERN_C_START
PIRP NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota);
VOID NTAPI IoFreeIrp(PIRP Irp);
VOID NTAPI IoReuseIrp(PIRP Irp, NTSTATUS Iostatus);
USHORT NTAPI IoSizeOfIrp(CCHAR StackSize);

PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp);
PIO_STACK_LOCATION IoGetNextIrpStackLocation(PIRP Irp);
VOID IoSetNextIrpStackLocation(PIRP Irp);
VOID IoSkipCurrentIrpStackLocation(PIRP Irp);
VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp);
VOID IoMarkIrpPending(PIRP Irp);
VOID IoSetCompletionRoutine(PIRP Irp, PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context, BOOLEAN InvokeOnSuccess,
                            BOOLEAN InvokeOnError, BOOLEAN InvokeOnCancel);

NTSTATUS FASTCALL IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
VOID FASTCALL IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost);

PDRIVER_CANCEL IoSetCancelRoutine(PIRP Irp, PDRIVER_CANCEL CancelRoutine);
VOID NTAPI IoAcquireCancelSpinLock(PKIRQL Irql);
VOID NTAPI IoReleaseCancelSpinLock(KIRQL Irql);
BOOLEAN NTAPI IoCancelIrp(PIRP Irp);

PEPROCESS NTAPI IoGetRequestorProcess(PIRP Irp);
EXTERN_C_END

#define IoCallDriver(DeviceObject, Irp)       IofCallDriver((DeviceObject), (Irp))
#define IoCompleteRequest(Irp, PriorityBoost) IofCompleteRequest((Irp), (PriorityBoost))

#endif
