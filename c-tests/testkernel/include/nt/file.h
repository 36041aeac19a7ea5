/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* File objects: one for each successful open. The object manager counts references and handles. */
#ifndef NT_FILE_H
#define NT_FILE_H

#include "dispatcher.h"
#include "io.h"
#include "pool.h"

#define IO_TYPE_FILE 5

/* FILE_OBJECT.Flags */
#define FO_SYNCHRONOUS_IO   0x00000002
#define FO_CLEANUP_COMPLETE 0x00004000
#define FO_HANDLE_CREATED   0x00040000

#define FILE_READ_DATA        0x0001
#define FILE_WRITE_DATA       0x0002
#define READ_CONTROL          0x00020000u
#define WRITE_DAC             0x00040000u
#define WRITE_OWNER           0x00080000u
#define FILE_GENERIC_READ     0x00120089u
#define FILE_GENERIC_WRITE    0x00120116u
#define FILE_ALL_ACCESS       0x001F01FFu
#define GENERIC_READ          0x80000000u
#define GENERIC_WRITE         0x40000000u
#define GENERIC_EXECUTE       0x20000000u
#define GENERIC_ALL           0x10000000u
#define FILE_SHARE_READ       0x00000001
#define FILE_SHARE_WRITE      0x00000002
#define FILE_ATTRIBUTE_NORMAL 0x00000080
#define FILE_OPEN             0x00000001
#define FILE_OPENED           0x00000001

typedef struct _IO_STATUS_BLOCK {
    TK_EXTENSION union {
        NTSTATUS Status;
        PVOID Pointer;
    };
    ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

/* RelatedFileObject and FileName are there during IRP_MJ_CREATE only, as documented. */
typedef struct _FILE_OBJECT {
    CSHORT Type;
    CSHORT Size;
    PDEVICE_OBJECT DeviceObject;
    PVOID Vpb;
    PVOID FsContext;
    PVOID FsContext2;
    PVOID SectionObjectPointer;
    PVOID PrivateCacheMap;
    NTSTATUS FinalStatus;
    struct _FILE_OBJECT *RelatedFileObject;
    BOOLEAN LockOperation;
    BOOLEAN DeletePending;
    BOOLEAN ReadAccess;
    BOOLEAN WriteAccess;
    BOOLEAN DeleteAccess;
    BOOLEAN SharedRead;
    BOOLEAN SharedWrite;
    BOOLEAN SharedDelete;
    ULONG Flags;
    UNICODE_STRING FileName;
    LARGE_INTEGER CurrentByteOffset;
    ULONG Waiters;
    ULONG Busy;
    PVOID LastLock;
    KEVENT Lock;
    KEVENT Event;
    PVOID CompletionContext;
    KSPIN_LOCK IrpListLock;
    LIST_ENTRY IrpList;
    PVOID FileObjectExtension;
} FILE_OBJECT;

C_ASSERT(sizeof(void *) != 8 || (sizeof(IO_STATUS_BLOCK) == 16 && offsetof(IO_STATUS_BLOCK, Information) == 8));
C_ASSERT(sizeof(void *) != 8 || (sizeof(FILE_OBJECT) == 216 && offsetof(FILE_OBJECT, DeviceObject) == 8));
C_ASSERT(sizeof(void *) != 8 || (offsetof(FILE_OBJECT, FsContext) == 24 && offsetof(FILE_OBJECT, FsContext2) == 32));
C_ASSERT(sizeof(void *) != 8 || offsetof(FILE_OBJECT, RelatedFileObject) == 64);
C_ASSERT(sizeof(void *) != 8 || offsetof(FILE_OBJECT, FileName) == 88);

EXTERN_C_START
/* Only relative to an open file: ObjectAttributes->RootDirectory. The name is passed on as it is. */
NTSTATUS NTAPI ZwCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                            PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER AllocationSize, ULONG FileAttributes,
                            ULONG ShareAccess, ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
                            ULONG EaLength);
PDEVICE_OBJECT NTAPI IoGetRelatedDeviceObject(PFILE_OBJECT FileObject);
EXTERN_C_END

#endif
