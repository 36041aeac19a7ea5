/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Calls of ours that ks.sys is in. Handlers get the IRP and nothing else that leads back to the allocator: FsContext
 * may be the driver's, DriverContext is KS's. So a call puts a record on its stack into this list, and the handler
 * finds it by the IRP. The list is as long as there are such calls at this moment.
 */
static KSPIN_LOCK SfaCallLock; /* 0 is an initialised spin lock */
static LIST_ENTRY SfaCalls = {&SfaCalls, &SfaCalls};

static void SfaBeginCall(SFA_CALL *Call)
{
    KIRQL irql;
    KeAcquireSpinLock(&SfaCallLock, &irql);
    InsertHeadList(&SfaCalls, &Call->Link);
    KeReleaseSpinLock(&SfaCallLock, irql);
}

static void SfaEndCall(SFA_CALL *Call)
{
    KIRQL irql;
    KeAcquireSpinLock(&SfaCallLock, &irql);
    (void)RemoveEntryList(&Call->Link);
    KeReleaseSpinLock(&SfaCallLock, irql);
}

/* Inside the call that this IRP belongs to: the record stays while its handler runs. */
static SFA_CALL *SfaFindCall(PIRP Irp)
{
    SFA_CALL *found = NULL;
    PLIST_ENTRY link;
    KIRQL irql;
    KeAcquireSpinLock(&SfaCallLock, &irql);
    for (link = SfaCalls.Flink; link != &SfaCalls && found == NULL; link = link->Flink) {
        SFA_CALL *call = CONTAINING_RECORD(link, SFA_CALL, Link);
        if (call->Irp == Irp) {
            found = call;
        }
    }
    KeReleaseSpinLock(&SfaCallLock, irql);
    return found;
}
