/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests that the I/O manager sends and waits for: create, clean-up, close, Plug and Play. */
#include "packet.h"
#include "tkio.h"

static VOID finish(PIRP irp, PVOID context)
{
    struct synchronous *request = context;
    request->status = irp->IoStatus;
    if ((irp->Flags & IRP_DEALLOCATE_BUFFER) != 0 && irp->AssociatedIrp.SystemBuffer != NULL)
        ExFreePool(irp->AssociatedIrp.SystemBuffer);
}

/* When the event is set the request, on the waiter's stack, may be gone. */
static VOID after(PVOID context)
{
    struct synchronous *request = context;
    TK_LOCK();
    request->done.Header.SignalState = 1;
    tk_signalled();
    TK_UNLOCK();
}

static PIO_STACK_LOCATION begin(struct synchronous *request, PDEVICE_OBJECT device, UCHAR major, UCHAR minor,
                                PFILE_OBJECT file)
{
    struct packet_end end;
    PIO_STACK_LOCATION stack;
    end.finish = finish;
    end.after = after;
    end.context = request;
    request->irp = IRP_OF(packet_make((ULONG)device->StackSize, &end));
    request->irp->IoStatus.Status = STATUS_UNSET;
    request->irp->RequestorMode = KernelMode;
    request->irp->Flags = IRP_SYNCHRONOUS_API;
    request->irp->Tail.Overlay.Thread = tk_self();
    request->irp->Tail.Overlay.OriginalFileObject = file;
    TK_LOCK();
    tk_object_init(&request->done.Header, NotificationEvent, 0, sizeof request->done);
    TK_UNLOCK();
    stack = request->irp->Tail.Overlay.CurrentStackLocation - 1;
    stack->MajorFunction = major;
    stack->MinorFunction = minor;
    stack->FileObject = file;
    return stack;
}

PIO_STACK_LOCATION synchronous_begin(struct synchronous *request, UCHAR major, UCHAR minor, PFILE_OBJECT file)
{
    return begin(request, file->DeviceObject, major, minor, file);
}

NTSTATUS synchronous_send(struct synchronous *request, PDEVICE_OBJECT device)
{
    (void)packet_send(PACKET_OF(request->irp), device);
    TK_LOCK();
    tk_wait_for(&request->done.Header, "a request of the I/O manager");
    TK_UNLOCK();
    return request->status.Status;
}

NTSTATUS TkSendPnp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction)
{
    struct synchronous request;
    tk_require_irql(PASSIVE_LEVEL, "TkSendPnp");
    (void)begin(&request, DeviceObject, IRP_MJ_PNP, MinorFunction, NULL);
    request.irp->IoStatus.Status = STATUS_NOT_SUPPORTED; /* as documented for Plug and Play */
    return synchronous_send(&request, DeviceObject);
}
