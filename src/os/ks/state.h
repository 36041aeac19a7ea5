/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What an allocator has for ks.sys.
 *
 * Lifetime. The state is made by the first function that needs it and freed by SfaDetachState, when SfaDestroy() has
 * made sure that no call is inside. Three calls may outlive the last IRP of their file object, because completing
 * a request can take the last reference off it. The library counts a turn for each, and plug-in C's object is
 * referenced:
 *
 *   a turn of the worker   the library counts it until SfaTakeTurn ends; plug-in C's object is referenced meanwhile
 *   the thread of an ALLOC   has a turn counted before the request is queued, and takes it when it is
 */
#ifndef SFA_STATE_H
#define SFA_STATE_H

/* Where an event was put, and so where it is fired. */
enum sfa_source { SFA_OWN_LIST, SFA_LENT_LIST, SFA_PIN, SFA_SOURCES };

struct sfa_object;

typedef struct sfa_state {
    PSFA_ALLOCATOR Allocator;
    struct sfa_object *Object; /* plug-in C, or NULL */

    LIST_ENTRY Queue; /* IRPs that wait */
    KSPIN_LOCK QueueLock;
    ULONG WaitLimit;    /* in milliseconds; 0: none */
    LIST_ENTRY Leaving; /* IRPs that leave before their turn; under QueueLock */
    KTIMER Timer;
    KDPC TimerDpc;
    BOOLEAN Armed;    /* the timer is set, or its DPC has not looked yet; under QueueLock */
    ULONG Due;        /* when, as SfaMilliseconds() counts; under QueueLock */
    BOOLEAN Detached; /* it is never set again */
    WORK_QUEUE_ITEM Item;
    PKSWORKER Worker;

    LONG Source; /* enum sfa_source: where new events go; under EventLock */
    volatile LONG Subscribers[SFA_SOURCES];
    volatile LONG Closed; /* no new events; raised under EventLock */
    LIST_ENTRY Events;    /* the allocator's own list */
    KSPIN_LOCK EventLock;
    PLIST_ENTRY LentList;
    KSEVENTS_LOCKTYPE LentType;
    PVOID LentLock;
    volatile LONG Fires; /* of the lent list, owed by the worker */
    PKSPIN Pin;
    EX_RUNDOWN_REF PinUsers; /* run down while a pin is being detached */
} SFA_STATE;

/* A call of ours that ks.sys is in: it calls back with nothing but the IRP. */
typedef struct sfa_call {
    LIST_ENTRY Link;
    PIRP Irp;
    SFA_STATE *State;
    PVOID Frame;
    BOOLEAN Taken;
} SFA_CALL;

#define SFA_TAG_STATE  0x4B616653 /* 'SfaK' as a debugger shows it */
#define SFA_TAG_OBJECT 0x43616653 /* 'SfaC' */

static NTSTATUS SfaNeedState(PSFA_ALLOCATOR Allocator, SFA_STATE **State);
static SFA_STATE *SfaFindState(PSFA_ALLOCATOR Allocator);
static BOOLEAN SfaNamesUserMemory(PIRP Irp);
static BOOLEAN SfaIsRaised(volatile LONG *Flag);
static void SfaBeginCall(SFA_CALL *Call);
static void SfaEndCall(SFA_CALL *Call);
static SFA_CALL *SfaFindCall(PIRP Irp);
static void SfaInitializeQueue(SFA_STATE *State);
static void SfaInitializeEvents(SFA_STATE *State);
static void SfaInitializeLimit(SFA_STATE *State);
static void SfaEndLimit(SFA_STATE *State);
static ULONG SfaStamp(SFA_STATE *State, PIRP Irp);
static void SfaArm(SFA_STATE *State, ULONG Stamp);
static void SfaComplete(PIRP Irp, NTSTATUS Status);
static void SfaFireLent(SFA_STATE *State);
static void SfaReferenceObject(struct sfa_object *Object);
static void SfaReleaseObject(struct sfa_object *Object);
static void SFAAPI SfaFire(PVOID Context);
static PVOID SFAAPI SfaNextWaiter(PVOID Context);
static void SFAAPI SfaGiveFrame(PVOID Context, PVOID Waiter, PVOID Frame);
static void SFAAPI SfaDismissWaiter(PVOID Context, PVOID Waiter, NTSTATUS Status);
static void SFAAPI SfaAskForTurn(PVOID Context);
static void SfaWork(PVOID Context);

#endif
