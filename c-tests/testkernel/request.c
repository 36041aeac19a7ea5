/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Requests of clients: built, sent, watched, cancelled, and what the I/O manager does when one is complete. */
#include "object.h"
#include "packet.h"
#include "tkio.h"

#define TAG 0x6F496B54u /* 'TkIo' */

struct _TK_REQUEST {
    PTK_REQUEST next, *link; /* in the list, and what points here */
    TK_IOCTL what;
    TK_REQUEST_STATE state;
    struct packet *packet; /* NULL: complete */
    IO_STATUS_BLOCK status;
    KEVENT event;
    struct tk_site made;
};

static PTK_REQUEST requests;

/* The I/O manager copies into the client's buffer, in the client's context, and forgives no driver. */
static VOID copy_out(PTK_REQUEST request, PIRP irp)
{
    PKTHREAD self = tk_self();
    ULONG_PTR size = irp->IoStatus.Information;
    ULONG both = IRP_BUFFERED_IO | IRP_INPUT_OPERATION;
    request->status = irp->IoStatus;
    if ((irp->Flags & both) != both || NT_ERROR(irp->IoStatus.Status) || size == 0)
        return;
    if (size > request->what.OutBytes)
        tk_breach("irp-information-too-large", &request->made, "sent here",
                  "an IRP is completed with %I64u bytes for a buffer of %u", (ULONG64)size, request->what.OutBytes);
    if (irp->RequestorMode == KernelMode)
        host_move(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, size);
    else {
        PEPROCESS before = self->in.process;
        self->in.process = request->packet->process;
        if (!NT_SUCCESS(tk_user_write(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, size, 1)))
            request->status.Status = STATUS_ACCESS_VIOLATION;
        self->in.process = before;
    }
}

static VOID finish(PIRP irp, PVOID context)
{
    PTK_REQUEST request = context;
    PKTHREAD self = tk_self();
    copy_out(request, irp);
    if ((irp->Flags & IRP_DEALLOCATE_BUFFER) != 0 && irp->AssociatedIrp.SystemBuffer != NULL)
        ExFreePool(irp->AssociatedIrp.SystemBuffer);
    if (irp->UserIosb != NULL)
        *irp->UserIosb = request->status;
    TK_LOCK();
    request->packet = NULL;
    request->state.Irp = NULL;
    request->state.Status = request->status.Status;
    request->state.Information = request->status.Information;
    request->state.Thread = self;
    request->state.Irql = self->irql;
    request->state.Completions++;
    TK_UNLOCK();
}

/* Completed is set last, with the event: then the client may free the request. */
static VOID after(PVOID context)
{
    PTK_REQUEST request = context;
    PFILE_OBJECT file = request->what.FileObject;
    if (request->what.Done != NULL)
        request->what.Done(request, request->state.Status, request->state.Information, request->what.Context);
    TK_LOCK();
    request->state.Completed = TRUE;
    request->event.Header.SignalState = 1;
    tk_signalled();
    TK_UNLOCK();
    tk_object_release(file, "the end of a request"); /* IRP_MJ_CLOSE may go out from here */
}

static PTK_REQUEST make(const TK_IOCTL *what)
{
    PTK_REQUEST request = host_allocate(sizeof *request, 16);
    host_fill(request, 0, sizeof *request);
    request->what = *what;
    request->made = tk_here();
    TK_LOCK();
    tk_object_init(&request->event.Header, NotificationEvent, 0, sizeof request->event);
    tk_object_live(what->FileObject, "a request")->references++;
    request->next = requests;
    request->link = &requests;
    if (requests != NULL)
        requests->link = &request->next;
    requests = request;
    TK_UNLOCK();
    return request;
}

static VOID buffer_in(PIRP irp, const TK_IOCTL *what)
{
    ULONG size = what->InBytes > what->OutBytes ? what->InBytes : what->OutBytes;
    if (size == 0)
        return;
    irp->AssociatedIrp.SystemBuffer = tk_pool_allocate(size, TAG);
    irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | (what->OutBytes > 0 ? IRP_INPUT_OPERATION : 0);
    if (what->InBytes > 0)
        host_move(irp->AssociatedIrp.SystemBuffer, what->In, what->InBytes);
}

static VOID fill_ioctl(PIRP irp, PIO_STACK_LOCATION stack, const TK_IOCTL *what)
{
    ULONG method = what->Code & 3;
    stack->Parameters.DeviceIoControl.OutputBufferLength = what->OutBytes;
    stack->Parameters.DeviceIoControl.InputBufferLength = what->InBytes;
    stack->Parameters.DeviceIoControl.IoControlCode = what->Code;
    if (method == METHOD_NEITHER)
        stack->Parameters.DeviceIoControl.Type3InputBuffer = what->In;
    else if (method == METHOD_BUFFERED)
        buffer_in(irp, what);
    else
        tk_breach("request-method", NULL, NULL, "requests with MDLs are not simulated");
}

static struct packet *build(PTK_REQUEST request, UCHAR major)
{
    const TK_IOCTL *what = &request->what;
    struct packet_end end;
    struct packet *packet;
    PIO_STACK_LOCATION stack;
    PIRP irp;
    end.finish = finish;
    end.after = after;
    end.context = request;
    packet = packet_make((ULONG)what->FileObject->DeviceObject->StackSize, &end);
    irp = IRP_OF(packet);
    irp->IoStatus.Status = STATUS_UNSET;
    irp->RequestorMode = what->Mode;
    irp->Cancel = what->Cancelled;
    irp->UserIosb = &request->status;
    irp->UserEvent = &request->event;
    irp->UserBuffer = what->Out;
    irp->Tail.Overlay.Thread = tk_self();
    irp->Tail.Overlay.OriginalFileObject = what->FileObject;
    stack = irp->Tail.Overlay.CurrentStackLocation - 1;
    stack->MajorFunction = major;
    stack->FileObject = what->FileObject;
    if (major == IRP_MJ_DEVICE_CONTROL)
        fill_ioctl(irp, stack, what);
    else if (major == IRP_MJ_READ || major == IRP_MJ_WRITE)
        stack->Parameters.Read.Length = what->OutBytes; /* Write has the same shape */
    TK_LOCK();
    request->packet = packet;
    request->state.Irp = irp;
    TK_UNLOCK();
    return packet;
}

PTK_REQUEST TkSend(UCHAR MajorFunction, const TK_IOCTL *Ioctl)
{
    PKTHREAD self = tk_self();
    PEPROCESS before = self->in.process;
    PTK_REQUEST request;
    NTSTATUS status;
    tk_require_irql(Ioctl->Mode == KernelMode ? DISPATCH_LEVEL : PASSIVE_LEVEL, "TkSend");
    tk_require_begun("TkSend");
    if (Ioctl->Process != NULL)
        self->in.process = Ioctl->Process;
    request = make(Ioctl);
    status = packet_send(build(request, MajorFunction), Ioctl->FileObject->DeviceObject);
    self->in.process = before;
    TK_LOCK();
    request->state.Returned = status;
    TK_UNLOCK();
    return request;
}

PTK_REQUEST TkIoctl(const TK_IOCTL *Ioctl)
{
    return TkSend(IRP_MJ_DEVICE_CONTROL, Ioctl);
}

NTSTATUS TkIoctlWait(const TK_IOCTL *Ioctl, ULONG_PTR *Information)
{
    PTK_REQUEST request = TkIoctl(Ioctl);
    NTSTATUS status = TkWaitRequest(request);
    if (Information != NULL)
        *Information = request->state.Information;
    TkFreeRequest(request);
    return status;
}

VOID TkQueryRequest(PTK_REQUEST Request, TK_REQUEST_STATE *State)
{
    tk_require_irql(DISPATCH_LEVEL, "TkQueryRequest");
    TK_LOCK();
    *State = Request->state;
    TK_UNLOCK();
}

BOOLEAN TkRequestCompleted(PTK_REQUEST Request)
{
    TK_REQUEST_STATE state;
    TkQueryRequest(Request, &state);
    return state.Completed;
}

NTSTATUS TkWaitRequest(PTK_REQUEST Request)
{
    NTSTATUS status;
    tk_require_irql(PASSIVE_LEVEL, "TkWaitRequest");
    TK_LOCK();
    tk_wait_for(&Request->event.Header, "TkWaitRequest");
    status = Request->state.Status;
    TK_UNLOCK();
    return status;
}

BOOLEAN TkCancelRequest(PTK_REQUEST Request)
{
    struct packet *packet;
    BOOLEAN called;
    tk_require_irql(DISPATCH_LEVEL, "TkCancelRequest");
    TK_LOCK();
    packet = Request->packet;
    if (packet != NULL)
        packet_use(packet);
    TK_UNLOCK();
    if (packet == NULL)
        return FALSE;
    called = packet_cancel(packet);
    TK_LOCK();
    packet_unuse(packet);
    TK_UNLOCK();
    return called;
}

VOID TkFreeRequest(PTK_REQUEST Request)
{
    (void)tk_self();
    TK_LOCK();
    if (!Request->state.Completed)
        tk_breach("request-pending", &Request->made, "sent here", "TkFreeRequest of a request that is not complete");
    *Request->link = Request->next;
    if (Request->next != NULL)
        Request->next->link = Request->link;
    TK_UNLOCK();
    host_free(Request);
}

VOID requests_end(VOID)
{
    if (requests != NULL)
        tk_breach("request-leak", &requests->made, "sent here", "a request was not freed before TkEnd");
}
