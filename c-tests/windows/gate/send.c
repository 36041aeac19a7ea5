/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests with addresses as they are: each is sent, waited for, and what it changed is looked at. */
#include "parts.h"

#define PATIENCE (-(LONGLONG)200 * 10000) /* of a request that pends */
#define PAGES    3                        /* of the arena, that can be written */
#define WORDS    (GATE_PAGE / sizeof(ULONG64))

/* Each of them, and as it was before the request. The gate's requests come one at a time. */
static ULONG64 *pages[PAGES], was[PAGES][WORDS];

static VOID look(VOID)
{
    ULONG i;
    for (i = 0; i < PAGES; i++)
        RtlCopyMemory(was[i], pages[i], GATE_PAGE);
}

/* Without a way out on the way, which makes it much faster. */
static BOOLEAN differs(const ULONG64 *Now, const ULONG64 *Was)
{
    ULONG64 bits = 0;
    ULONG i;
    for (i = 0; i < WORDS; i++)
        bits |= Now[i] ^ Was[i];
    return (BOOLEAN)(bits != 0);
}

/* Whether a byte changed that is none of the first ones of the output buffer. */
static BOOLEAN beyond(ULONG Page, ULONG64 Out, ULONG64 Bytes)
{
    const UCHAR *now = (const UCHAR *)pages[Page], *before = (const UCHAR *)was[Page];
    ULONG i;
    for (i = 0; i < GATE_PAGE; i++)
        if (now[i] != before[i] && (ULONG64)(now + i) - Out >= Bytes)
            return TRUE;
    return FALSE;
}

/* Only of a request that succeeded, and only the bytes that it says it wrote, may have changed. */
static ULONG damage(const GATE_SENT *Sent)
{
    ULONG64 written = NT_SUCCESS((NTSTATUS)Sent->Status) ? Sent->Information : 0;
    ULONG i;
    for (i = 0; i < PAGES; i++)
        if (differs(pages[i], was[i]) && beyond(i, Sent->Out, written))
            return GATE_BEYOND;
    return written > Sent->OutBytes ? GATE_CLAIMED : 0;
}

static VOID write(ULONG64 To, const VOID *From, SIZE_T Bytes)
{
    if (GateRoom(To, Bytes) == Bytes)
        RtlCopyMemory((PVOID)To, From, Bytes);
}

static NTSTATUS NTAPI ended(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    if (Irp->PendingReturned)
        (VOID) KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID wait(PIRP Irp, PKEVENT Done, GATE_SENT *Sent)
{
    LARGE_INTEGER patience;
    patience.QuadPart = PATIENCE;
    if (KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, &patience) != STATUS_TIMEOUT)
        return;
    Sent->Pended = 1;
    (VOID) IoCancelIrp(Irp);
    (VOID) KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, NULL);
}

static VOID send(PFILE_OBJECT File, GATE_SENT *Sent)
{
    PIRP irp = IoAllocateIrp(File->DeviceObject->StackSize, FALSE);
    PIO_STACK_LOCATION stack;
    KEVENT done;
    if (irp == NULL) {
        Sent->Status = (ULONG)STATUS_INSUFFICIENT_RESOURCES;
        return;
    }
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp->RequestorMode = Sent->Kernel ? KernelMode : UserMode;
    irp->UserBuffer = (PVOID)Sent->Out;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    irp->Tail.Overlay.OriginalFileObject = File;
    stack = IoGetNextIrpStackLocation(irp);
    stack->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    stack->FileObject = File;
    stack->Parameters.DeviceIoControl.IoControlCode = Sent->Code;
    stack->Parameters.DeviceIoControl.Type3InputBuffer = (PVOID)Sent->In;
    stack->Parameters.DeviceIoControl.InputBufferLength = Sent->InBytes;
    stack->Parameters.DeviceIoControl.OutputBufferLength = Sent->OutBytes;
    IoSetCompletionRoutine(irp, ended, &done, TRUE, TRUE, TRUE);
    if (IoCallDriver(File->DeviceObject, irp) == STATUS_PENDING)
        wait(irp, &done, Sent);
    GateFinish(irp);
    Sent->Status = (ULONG)irp->IoStatus.Status;
    Sent->Information = irp->IoStatus.Information;
    IoFreeIrp(irp);
}

static NTSTATUS find_pages(VOID)
{
    GATE_ARENA arena;
    NTSTATUS status = GateArena(&arena);
    pages[0] = (ULONG64 *)arena.Writable;
    pages[1] = (ULONG64 *)(arena.Writable + GATE_PAGE);
    pages[2] = (ULONG64 *)arena.Crossing;
    return status;
}

VOID GateSend(PFILE_OBJECT File, GATE_SENT *Sent, ULONG Count)
{
    NTSTATUS status = find_pages();
    ULONG i;
    for (i = 0; i < Count; i++, Sent++) {
        Sent->Pended = 0;
        Sent->Damage = 0;
        Sent->Status = (ULONG)status;
        if (!NT_SUCCESS(status))
            continue;
        write(Sent->Out, Sent->Data, Sent->DataBytes);
        write(Sent->In, Sent->Before, Sent->BeforeBytes);
        look();
        send(File, Sent);
        Sent->Damage = damage(Sent);
    }
}
