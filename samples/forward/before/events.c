/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KSEVENTSETID_StreamAllocator on the pin. */
#include "pin.h"

static const GUID EventSet = {STATIC_KSEVENTSETID_StreamAllocator};

/* Behind each entry: RemoveHandler has no IRP to find the pin by. */
typedef struct _FREE_FRAME_ENTRY {
    PCAPTURE_PIN Capture;
} FREE_FRAME_ENTRY, *PFREE_FRAME_ENTRY;

static NTSTATUS AddFreeFrame(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    PFREE_FRAME_ENTRY extra = (PFREE_FRAME_ENTRY)(Entry + 1);
    PKSPIN pin = KsGetPinFromIrp(Irp);
    PCAPTURE_PIN capture;
    NTSTATUS status;

    if (pin == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    capture = (PCAPTURE_PIN)pin->Context;
    extra->Capture = capture;
    /* Before the entry is on the list: a frame that comes back right after that must be signalled. */
    (void)InterlockedIncrement(&capture->Listeners);
    status = KsDefaultAddEventHandler(Irp, EventData, Entry);
    if (!NT_SUCCESS(status)) {
        (void)InterlockedDecrement(&capture->Listeners);
    }
    return status; /* the entry may be gone: it was a one-shot event, and a frame came back */
}

/* With or without the list's lock, perhaps at DISPATCH_LEVEL. */
static VOID RemoveFreeFrame(PFILE_OBJECT FileObject, PKSEVENT_ENTRY Entry)
{
    PFREE_FRAME_ENTRY extra = (PFREE_FRAME_ENTRY)(Entry + 1);

    UNREFERENCED_PARAMETER(FileObject);
    (void)RemoveEntryList(&Entry->ListEntry);
    (void)InterlockedDecrement(&extra->Capture->Listeners);
}

/* Requests do not wait for frames here: there is nothing that the event could be for. */
static NTSTATUS AddInternalFreeFrame(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY Entry)
{
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(EventData);
    UNREFERENCED_PARAMETER(Entry);
    return STATUS_INVALID_DEVICE_REQUEST;
}

VOID PinSignalFreeFrame(PCAPTURE_PIN Capture)
{
    if (Capture->Listeners > 0) {
        KsPinGenerateEvents(Capture->Pin, &EventSet, KSEVENT_STREAMALLOCATOR_FREEFRAME, 0, NULL, NULL, NULL);
    }
}

static DEFINE_KSEVENT_TABLE(PinEvents){
    DEFINE_KSEVENT_ITEM(KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, sizeof(KSEVENTDATA), 0, AddInternalFreeFrame, NULL,
                        NULL),
    DEFINE_KSEVENT_ITEM(KSEVENT_STREAMALLOCATOR_FREEFRAME, sizeof(KSEVENTDATA), sizeof(FREE_FRAME_ENTRY), AddFreeFrame,
                        RemoveFreeFrame, NULL),
};

const KSEVENT_SET PinEventSets[1] = {DEFINE_KSEVENT_SET(&EventSet, SIZEOF_ARRAY(PinEvents), PinEvents)};
