/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The driver of an interrupt. As a service routine may, it walks the list that its lock guards. */
#include "ksinterrupt.h"

PKINTERRUPT KsInterrupt;
ULONG KsInterruptServed;

static ULONG wanted;
static NTSTATUS answered;
static KDPC holder;
static LONG holding, open_gate;

static BOOLEAN NTAPI service(PKINTERRUPT Interrupt, PVOID Context)
{
    PLIST_ENTRY list = Context, link, next;
    UNREFERENCED_PARAMETER(Interrupt);
    KsInterruptServed++;
    for (link = list->Flink; link != list; link = next) {
        PKSEVENT_ENTRY entry = CONTAINING_RECORD(link, KSEVENT_ENTRY, ListEntry);
        next = link->Flink; /* a one-shot event is gone when it has fired */
        if (entry->EventItem->EventId == wanted)
            answered = KsGenerateEvent(entry);
    }
    return TRUE;
}

void KsInterruptOpen(KPROCESSOR_MODE Mode)
{
    CHECK_STATUS(IoConnectInterrupt(&KsInterrupt, service, &KsObjectEventList, NULL, 5, KSINTERRUPT_LEVEL,
                                    KSINTERRUPT_LEVEL, LevelSensitive, TRUE, 1, FALSE),
                 STATUS_SUCCESS);
    KsObjectEventLockType = KSEVENTS_INTERRUPT;
    KsObjectEventLock = KsInterrupt;
    KsObjectOpen(Mode);
}

void KsInterruptClose(void)
{
    KsObjectClose();
    IoDisconnectInterrupt(KsInterrupt);
}

NTSTATUS KsInterruptFire(ULONG Id)
{
    wanted = Id;
    answered = STATUS_NOT_FOUND;
    CHECK(TkInterrupt(KsInterrupt));
    return answered;
}

static VOID NTAPI hold(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (void)Dpc, (void)Context, (void)Argument1, (void)Argument2;
    WriteRelease(&holding, 1);
    while (ReadAcquire(&open_gate) == 0)
        YieldProcessor();
}

void KsInterruptHoldDpcs(void)
{
    WriteRelease(&open_gate, 0);
    WriteRelease(&holding, 0);
    KeInitializeDpc(&holder, hold, NULL);
    (void)KeInsertQueueDpc(&holder, NULL, NULL);
    while (ReadAcquire(&holding) == 0)
        YieldProcessor();
}

void KsInterruptRunDpcs(void)
{
    WriteRelease(&open_gate, 1);
    TkSettle();
}
