/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: properties, got, set and asked about. */
#include "ksobject.h"
#include "tkks_requests.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { BOTH = 1, GET_ONLY, SET_ONLY, FREE_SIZE, LONG_ID, WAITS, SUPPORTED, HALF, TYPED, FAST };

static const GUID set_guid = {SET};
static ULONG value, calls, node_id;
static PVOID slots[4], seen_data;
static PIRP waiting;

static void note(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    ULONG i;
    calls++;
    CHECK((ULONG_PTR)request % 8 == 0 && (ULONG_PTR)data % 8 == 0);
    seen_data = data;
    for (i = 0; i < 4; i++)
        slots[i] = irp->Tail.Overlay.DriverContext[i];
}

static NTSTATUS get(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    note(irp, request, data);
    CHECK(*(ULONG *)data == 0); /* nothing of the pool's */
    *(ULONG *)data = value;
    irp->IoStatus.Information = sizeof value;
    return STATUS_SUCCESS;
}

static NTSTATUS set(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    note(irp, request, data);
    value = *(ULONG *)data;
    return STATUS_SUCCESS;
}

static NTSTATUS size_is_mine(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    ULONG room = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.OutputBufferLength;
    note(irp, request, data);
    irp->IoStatus.Information = 12;
    if (room == 0) {
        CHECK(data == NULL);
        return STATUS_BUFFER_OVERFLOW;
    }
    RtlFillMemory(data, 12, 3);
    return STATUS_SUCCESS;
}

static NTSTATUS long_id(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    note(irp, request, data);
    node_id = ((KSP_NODE *)(PVOID)request)->NodeId;
    return STATUS_SUCCESS;
}

static NTSTATUS wait(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    note(irp, request, data);
    IoMarkIrpPending(irp);
    waiting = irp;
    return STATUS_PENDING;
}

static NTSTATUS tell(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    note(irp, request, data);
    *(ULONG *)data = 0xABC;
    irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static NTSTATUS leave(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    note(irp, request, data);
    return STATUS_SOME_NOT_MAPPED;
}

static BOOLEAN fast_get(PFILE_OBJECT file, PKSIDENTIFIER request, ULONG length, PVOID data, ULONG bytes,
                        struct _IO_STATUS_BLOCK *status)
{
    (void)file, (void)request, (void)length, (void)data, (void)bytes;
    status->Information = 0xFA57;
    return TRUE;
}

static const KSPROPERTY_VALUES values = {{{{{0x33333333, 0, 0, {0}}, 2, 0}}}, 0, NULL};
#define ITEM(id, get, minimum, data, set, values, support)                                                             \
    DEFINE_KSPROPERTY_ITEM(id, get, minimum, data, set, values, 0, NULL, support, 0)
static DEFINE_KSPROPERTY_TABLE(items){
    ITEM(BOTH, get, sizeof(KSPROPERTY), sizeof(ULONG), set, NULL, NULL),
    ITEM(GET_ONLY, get, sizeof(KSPROPERTY), sizeof(ULONG), NULL, NULL, NULL),
    ITEM(SET_ONLY, NULL, sizeof(KSPROPERTY), sizeof(ULONG), set, NULL, NULL),
    ITEM(FREE_SIZE, size_is_mine, sizeof(KSPROPERTY), 0, NULL, NULL, NULL),
    ITEM(LONG_ID, long_id, sizeof(KSP_NODE), 0, NULL, NULL, NULL),
    ITEM(WAITS, wait, sizeof(KSPROPERTY), sizeof(ULONG), NULL, NULL, NULL),
    ITEM(SUPPORTED, get, sizeof(KSPROPERTY), 100, set, NULL, tell),
    ITEM(HALF, get, sizeof(KSPROPERTY), 100, NULL, NULL, leave),
    ITEM(TYPED, get, sizeof(KSPROPERTY), 100, NULL, &values, NULL),
};
static const KSFASTPROPERTY_ITEM fast_items[] = {{FAST, {fast_get}, {NULL}, 0}};
static const KSPROPERTY_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items, SIZEOF_ARRAY(fast_items), fast_items}};

static void begin(void)
{
    KsObjectProperties = sets;
    KsObjectPropertySets = 1;
    KsObjectOpen(KernelMode);
}

static NTSTATUS send(ULONG id, ULONG flags, PVOID data, ULONG bytes, ULONG_PTR *information)
{
    KSPROPERTY p;
    p.Set = set_guid;
    p.Id = id;
    p.Flags = flags;
    return KsObjectIoctl(IOCTL_KS_PROPERTY, &p, sizeof p, data, bytes, information);
}
#define GET(id, data, bytes, information) send((id), KSPROPERTY_TYPE_GET, (data), (bytes), (information))

TEST(a_property_is_got_and_set)
{
    ULONG data[2] = {7, 8};
    ULONG_PTR information = 1;
    begin();
    CHECK_STATUS(send(BOTH, KSPROPERTY_TYPE_SET, data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(value == 7 && information == 0 && data[0] == 7);
    value = 9;
    CHECK_STATUS(GET(BOTH, data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(data[0] == 9 && data[1] == 8 && information == sizeof(ULONG));
    CHECK(slots[0] == (PVOID)sets && slots[1] == NULL && slots[2] == NULL && slots[3] == NULL);
    CHECK_STATUS(send(BOTH, KSPROPERTY_TYPE_GET | KSPROPERTY_TYPE_HIGHPRIORITY, data, sizeof data, NULL),
                 STATUS_SUCCESS);
    KsObjectClose();
}

TEST(a_get_without_room_asks_for_the_size)
{
    ULONG data = 5;
    ULONG_PTR information = 0;
    begin();
    CHECK_STATUS(GET(BOTH, NULL, 0, &information), STATUS_BUFFER_OVERFLOW);
    CHECK(information == sizeof(ULONG) && calls == 0);
    CHECK_STATUS(GET(BOTH, &data, sizeof data - 1, &information), STATUS_BUFFER_TOO_SMALL);
    CHECK(information == 0 && data == 5 && calls == 0);
    CHECK_STATUS(send(BOTH, KSPROPERTY_TYPE_SET, NULL, 0, &information), STATUS_BUFFER_TOO_SMALL);
    CHECK(information == 0 && calls == 0);
    KsObjectClose();
}

TEST(a_handler_may_answer_the_size_itself)
{
    UCHAR data[16] = {0};
    ULONG_PTR information = 0;
    begin();
    CHECK_STATUS(GET(FREE_SIZE, NULL, 0, &information), STATUS_BUFFER_OVERFLOW);
    CHECK(information == 12);
    CHECK_STATUS(GET(FREE_SIZE, data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(data[11] == 3 && data[12] == 0 && information == 12);
    KsObjectClose();
}

TEST(what_a_property_cannot_do_is_refused)
{
    static const ULONG absent[] = {0x4, 0x400, 0x800, 0x1000, 0x2000, 0x4000, 0x8000, 0x10000};
    static const ULONG nonsense[] = {0, 3, 0x300, 0x101, 0x40000000};
    ULONG data = 5, i;
    begin();
    CHECK_STATUS(send(GET_ONLY, KSPROPERTY_TYPE_SET, &data, sizeof data, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(GET(SET_ONLY, &data, sizeof data, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(GET(99, &data, sizeof data, NULL), STATUS_NOT_FOUND);
    for (i = 0; i < SIZEOF_ARRAY(absent); i++)
        CHECK_STATUS(send(BOTH, absent[i], &data, sizeof data, NULL), STATUS_NOT_SUPPORTED);
    for (i = 0; i < SIZEOF_ARRAY(nonsense); i++)
        CHECK_STATUS(send(BOTH, nonsense[i], &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    TkKsRequests()->StatusUnknownId = STATUS_NO_MATCH;
    CHECK_STATUS(GET(99, &data, sizeof data, NULL), STATUS_NO_MATCH);
    CHECK(calls == 0 && data == 5);
    KsObjectClose();
}

TEST(a_longer_property_request_is_handed_over_whole)
{
    KSP_NODE node = {{{{{SET}, LONG_ID, KSPROPERTY_TYPE_GET | KSPROPERTY_TYPE_TOPOLOGY}}}, 77, 0};
    begin();
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_PROPERTY, &node, sizeof node - 1, NULL, 0, NULL), STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_PROPERTY, &node, 23, NULL, 0, NULL), STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(GET(LONG_ID, NULL, 0, NULL), STATUS_INVALID_BUFFER_SIZE);
    CHECK(calls == 0);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_PROPERTY, &node, sizeof node, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK(node_id == 77 && seen_data == NULL);
    KsObjectClose();
}

TEST(basic_support_says_what_can_be_done)
{
    KSPROPERTY_DESCRIPTION d;
    ULONG_PTR information = 0;
    begin();
    RtlFillMemory(&d, sizeof d, 0xEE);
    CHECK_STATUS(send(BOTH, KSPROPERTY_TYPE_BASICSUPPORT, &d, sizeof(ULONG), &information), STATUS_SUCCESS);
    CHECK(d.AccessFlags == 3 && information == sizeof(ULONG) && d.DescriptionSize == 0xEEEEEEEE);
    CHECK_STATUS(send(GET_ONLY, KSPROPERTY_TYPE_BASICSUPPORT, &d, sizeof d, &information), STATUS_SUCCESS);
    CHECK(d.AccessFlags == 1 && information == sizeof d && d.DescriptionSize == sizeof d);
    CHECK(d.PropTypeSet.Set.Data1 == 0 && d.MembersListCount == 0 && d.Reserved == 0);
    CHECK_STATUS(send(TYPED, KSPROPERTY_TYPE_BASICSUPPORT, &d, sizeof d, NULL), STATUS_SUCCESS);
    CHECK(d.PropTypeSet.Set.Data1 == 0x33333333 && d.PropTypeSet.Id == 2);
    CHECK_STATUS(send(SET_ONLY, KSPROPERTY_TYPE_BASICSUPPORT, NULL, 0, &information), STATUS_BUFFER_OVERFLOW);
    CHECK(information == sizeof d);
    CHECK_STATUS(send(SET_ONLY, KSPROPERTY_TYPE_BASICSUPPORT, &d, 3, NULL), STATUS_BUFFER_TOO_SMALL);
    CHECK(calls == 0);
    CHECK_STATUS(send(SUPPORTED, KSPROPERTY_TYPE_BASICSUPPORT, &d, sizeof d, &information), STATUS_SUCCESS);
    CHECK(d.AccessFlags == 0xABC && information == sizeof(ULONG));
    CHECK_STATUS(send(HALF, KSPROPERTY_TYPE_BASICSUPPORT, &d, sizeof d, NULL), STATUS_SUCCESS);
    CHECK(d.AccessFlags == 1 && calls == 2);
    KsObjectClose();
}

TEST(a_property_that_waits_is_finished_later)
{
    KSPROPERTY p = {{{{SET}, WAITS, KSPROPERTY_TYPE_GET}}};
    ULONG data = 0;
    TK_IOCTL ioctl;
    PTK_REQUEST request;
    begin();
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = KsObjectFile;
    ioctl.Code = IOCTL_KS_PROPERTY;
    ioctl.In = &p;
    ioctl.InBytes = sizeof p;
    ioctl.Out = &data;
    ioctl.OutBytes = sizeof data;
    request = TkIoctl(&ioctl);
    value = 12;
    waiting->IoStatus.Status = KsDispatchSpecificProperty(waiting, get);
    IoCompleteRequest(waiting, IO_NO_INCREMENT);
    CHECK_STATUS(TkWaitRequest(request), STATUS_SUCCESS);
    CHECK(data == 12 && calls == 2);
    TkFreeRequest(request);
    KsObjectClose();
}

TEST(extended_items_are_longer_and_named_in_the_irp)
{
    typedef struct {
        KSPROPERTY_ITEM item;
        ULONG_PTR mine;
    } EXTENDED;
    static const EXTENDED extended[] = {{{1, {NULL}, 0, 0, {NULL}, NULL, 0, NULL, NULL, 0}, 1},
                                        {{2, {get}, 24, 4, {NULL}, NULL, 0, NULL, NULL, 0}, 2}};
    static const KSPROPERTY_SET extended_set = {&set_guid, 2, &extended[0].item, 0, NULL};
    ULONG data = 0;
    begin();
    KsObjectProperties = &extended_set;
    KsObjectItemSize = sizeof(EXTENDED);
    CHECK_STATUS(GET(2, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(slots[3] == (PVOID)&extended[1] && ((const EXTENDED *)slots[3])->mine == 2);
    KsObjectItemSize = sizeof(EXTENDED) + 1;
    CHECK_STATUS(GET(2, &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    KsObjectItemSize = 8;
    CHECK_STATUS(GET(2, &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    KsObjectClose();
}

TEST(fast_properties_need_no_irp)
{
    KSPROPERTY p = {{{{SET}, FAST, KSPROPERTY_TYPE_GET}}};
    IO_STATUS_BLOCK status = {{0}, 0};
    CHECK(KsFastPropertyHandler((PFILE_OBJECT)&p, &p, sizeof p, NULL, 0, &status, 1, sets));
    CHECK(status.Information == 0xFA57);
    p.Flags = KSPROPERTY_TYPE_SET;
    CHECK(!KsFastPropertyHandler((PFILE_OBJECT)&p, &p, sizeof p, NULL, 0, &status, 1, sets));
}

TEST_BREACH(a_handler_that_answers_more_than_there_is_room_for, "irp-information-too-large")
{
    ULONG data;
    begin();
    (void)GET(FREE_SIZE, &data, sizeof data, NULL);
}

TEST_BREACH(a_property_at_a_raised_irql, "irql-too-high")
{
    KIRQL irql;
    KeRaiseIrql(APC_LEVEL, &irql);
    (void)KsPropertyHandler(NULL, 0, NULL);
}
