/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: what may come with IOCTL_KS_ENABLE_EVENT, and what it asks without enabling anything. */
#include "ksobject.h"
#include "tkks_events.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { PLAIN = 1, LONG_DATA, SUPPORTED };

static const GUID set_guid = {SET};
static KSEVENTDATA data;
static ULONG supported;
static UCHAR last_byte;

static NTSTATUS keep_tail(PIRP irp, PKSEVENTDATA event_data, PKSEVENT_ENTRY entry)
{
    (void)irp, (void)entry;
    last_byte = ((UCHAR *)event_data)[sizeof(KSEVENTDATA) + 7];
    return STATUS_NOT_SUPPORTED;
}

static NTSTATUS support(PIRP irp, PKSIDENTIFIER request, PVOID answer)
{
    CHECK(KSEVENT_SET_IRP_STORAGE(irp) == KsObjectEvents && request->Id == SUPPORTED);
    supported++;
    *(ULONG *)answer = 0x600D;
    irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static DEFINE_KSEVENT_TABLE(items){
    DEFINE_KSEVENT_ITEM(PLAIN, sizeof(KSEVENTDATA), 0, NULL, NULL, NULL),
    DEFINE_KSEVENT_ITEM(LONG_DATA, sizeof(KSEVENTDATA) + 8, 0, keep_tail, NULL, NULL),
    DEFINE_KSEVENT_ITEM(SUPPORTED, sizeof(KSEVENTDATA), 0, NULL, NULL, support),
};
static const KSEVENT_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items}};

static void begin(KPROCESSOR_MODE mode)
{
    KsObjectEvents = sets;
    KsObjectEventSets = SIZEOF_ARRAY(sets);
    KsObjectOpen(mode);
}

static NTSTATUS ask(ULONG id, ULONG flags, PVOID out, ULONG bytes, ULONG_PTR *information)
{
    return KsObjectEnable(&set_guid, id, flags, out, bytes, information);
}

static NTSTATUS enable(KSEVENTDATA *event_data)
{
    return ask(PLAIN, KSEVENT_TYPE_ENABLE, event_data, sizeof *event_data, NULL);
}

TEST(lengths_sets_and_flags_of_an_enable_are_checked)
{
    UCHAR longer[sizeof(KSEVENTDATA) + 8] = {KSEVENTF_EVENT_OBJECT};
    KEVENT event;
    begin(KernelMode);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    ((KSEVENTDATA *)(PVOID)longer)->EventObject.Event = &event;
    longer[sizeof longer - 1] = 99;
    CHECK_STATUS(ask(PLAIN, KSEVENT_TYPE_ENABLE, longer, sizeof(KSEVENTDATA) - 1, NULL), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(ask(LONG_DATA, KSEVENT_TYPE_ENABLE, longer, sizeof(KSEVENTDATA), NULL), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(ask(LONG_DATA, KSEVENT_TYPE_ENABLE, longer, sizeof longer, NULL), STATUS_NOT_SUPPORTED);
    CHECK(last_byte == 99);
    CHECK_STATUS(ask(77, KSEVENT_TYPE_ENABLE, longer, sizeof longer, NULL), STATUS_PROPSET_NOT_FOUND);
    TkKsEvents()->StatusUnknownId = STATUS_NOT_FOUND;
    CHECK_STATUS(ask(77, KSEVENT_TYPE_ENABLE, longer, sizeof longer, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(ask(PLAIN, 0, longer, sizeof longer, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ask(PLAIN, KSEVENT_TYPE_ENABLEBUFFERED, longer, sizeof longer, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ask(PLAIN, KSEVENT_TYPE_ENABLE | KSEVENT_TYPE_TOPOLOGY, longer, sizeof longer, NULL),
                 STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_DISABLE_EVENT, longer, 4, NULL, 0, NULL), STATUS_INVALID_BUFFER_SIZE);
    KsObjectClose();
}

TEST(a_buffer_is_asked_for_by_the_address_of_the_event)
{
    KSQUERYBUFFER query;
    KEVENT event;
    begin(KernelMode);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    data.NotificationType = KSEVENTF_EVENT_OBJECT;
    data.EventObject.Event = &event;
    CHECK_STATUS(enable(&data), STATUS_SUCCESS);
    RtlZeroMemory(&query, sizeof query);
    query.Event.Set = set_guid;
    query.Event.Id = PLAIN;
    query.Event.Flags = KSEVENT_TYPE_QUERYBUFFER;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_ENABLE_EVENT, &query, sizeof query, NULL, 0, NULL), STATUS_NOT_FOUND);
    query.EventData = &data;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_ENABLE_EVENT, &query, sizeof query, NULL, 0, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_ENABLE_EVENT, &query, sizeof(KSEVENT), NULL, 0, NULL),
                 STATUS_INVALID_BUFFER_SIZE);
    KsObjectClose();
}

TEST(sets_and_events_answer_for_their_support)
{
    ULONG answer = 0;
    ULONG_PTR information;
    begin(KernelMode);
    CHECK_STATUS(ask(0, KSEVENT_TYPE_SETSUPPORT, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ask(PLAIN, KSEVENT_TYPE_BASICSUPPORT, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ask(SUPPORTED, KSEVENT_TYPE_BASICSUPPORT, &answer, sizeof answer, &information), STATUS_SUCCESS);
    CHECK(supported == 1 && answer == 0x600D && information == sizeof answer && TkKsEvents()->Entries == 0);
    KsObjectClose();
}
