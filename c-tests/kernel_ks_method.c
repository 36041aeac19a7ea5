/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: methods, from the client's buffers to the handler and back. */
#include "ksobject.h"
#include "tkks_requests.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { READ = 1, WRITE, MODIFY, NONE, SOURCE, LONG_ID, EMPTY };

static const GUID set_guid = {SET}, no_guid = {0x44444444, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}};
static ULONG calls, got;
static KSIDENTIFIER seen;
static ULONG seen_tail;
static PVOID slots[4], seen_data;
static NTSTATUS answer;

static NTSTATUS note(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    ULONG i;
    calls++;
    CHECK((ULONG_PTR)request % 8 == 0 && (ULONG_PTR)data % 8 == 0);
    seen = *request;
    seen_data = data;
    for (i = 0; i < 4; i++)
        slots[i] = irp->Tail.Overlay.DriverContext[i];
    return answer;
}

static NTSTATUS take(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    got = *(ULONG *)data;
    return note(irp, request, data);
}

static NTSTATUS give(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    CHECK(*(ULONG *)data == 0); /* nothing of the pool's */
    *(ULONG *)data = 0x600D;
    irp->IoStatus.Information = sizeof(ULONG);
    return note(irp, request, data);
}

static NTSTATUS change(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    *(ULONG *)data += 1;
    irp->IoStatus.Information = sizeof(ULONG);
    return note(irp, request, data);
}

static NTSTATUS long_id(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    seen_tail = ((KSM_NODE *)request)->NodeId;
    return note(irp, request, data);
}

static DEFINE_KSMETHOD_TABLE(items){
    DEFINE_KSMETHOD_ITEM(READ, KSMETHOD_TYPE_READ, take, sizeof(KSMETHOD), sizeof(ULONG), NULL),
    DEFINE_KSMETHOD_ITEM(WRITE, KSMETHOD_TYPE_WRITE, give, sizeof(KSMETHOD), sizeof(ULONG), NULL),
    DEFINE_KSMETHOD_ITEM(MODIFY, KSMETHOD_TYPE_MODIFY, change, sizeof(KSMETHOD), sizeof(ULONG), NULL),
    DEFINE_KSMETHOD_ITEM(NONE, KSMETHOD_TYPE_NONE, note, sizeof(KSMETHOD), 0, NULL),
    DEFINE_KSMETHOD_ITEM(SOURCE, KSMETHOD_TYPE_SOURCE, note, sizeof(KSMETHOD), 0, NULL),
    DEFINE_KSMETHOD_ITEM(LONG_ID, KSMETHOD_TYPE_READ, long_id, sizeof(KSM_NODE), 0, NULL),
    DEFINE_KSMETHOD_ITEM(EMPTY, KSMETHOD_TYPE_NONE, NULL, sizeof(KSMETHOD), 0, NULL),
};
static const KSMETHOD_SET sets[] = {{&set_guid, SIZEOF_ARRAY(items), items, 0, NULL}};

static void begin(KPROCESSOR_MODE mode)
{
    KsObjectMethods = sets;
    KsObjectMethodSets = 1;
    KsObjectOpen(mode);
}

static KSMETHOD method(ULONG id, ULONG flags)
{
    KSMETHOD m;
    m.Set = set_guid;
    m.Id = id;
    m.Flags = flags;
    return m;
}

static NTSTATUS send(ULONG id, ULONG flags, PVOID data, ULONG bytes, ULONG_PTR *information)
{
    KSMETHOD m = method(id, flags);
    return KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, data, bytes, information);
}

TEST(a_method_reads_writes_or_changes_data)
{
    ULONG data = 5;
    ULONG_PTR information;
    begin(KernelMode);
    CHECK_STATUS(send(READ, KSMETHOD_TYPE_SEND, &data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(got == 5 && data == 5 && information == 0 && seen.Id == READ && seen_data != &data);
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_SEND, &data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(data == 0x600D && information == sizeof data);
    CHECK_STATUS(send(MODIFY, KSMETHOD_TYPE_SEND, &data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(data == 0x600E && information == sizeof data);
    CHECK_STATUS(send(NONE, KSMETHOD_TYPE_SEND, &data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(seen_data == NULL && information == 0 && calls == 4);
    CHECK_STATUS(send(SOURCE, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_NOT_IMPLEMENTED);
    CHECK(calls == 4);
    KsObjectClose();
}

TEST(a_handlers_error_is_the_answer_and_nothing_is_written)
{
    ULONG data = 5;
    begin(KernelMode);
    answer = STATUS_DEVICE_NOT_READY;
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_DEVICE_NOT_READY);
    CHECK(data == 5 && calls == 1);
    KsObjectClose();
}

TEST(a_method_that_is_not_there_has_a_status_of_its_own)
{
    KSMETHOD m = method(READ, KSMETHOD_TYPE_SEND);
    ULONG data = 5;
    ULONG_PTR information = 1;
    begin(KernelMode);
    m.Set = no_guid;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, &data, sizeof data, &information),
                 STATUS_PROPSET_NOT_FOUND);
    CHECK(information == 0);
    CHECK_STATUS(send(99, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_NOT_FOUND);
    CHECK_STATUS(send(EMPTY, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_NOT_FOUND);
    TkKsRequests()->StatusUnknownSet = STATUS_NO_MATCH;
    TkKsRequests()->StatusUnknownId = STATUS_INVALID_PARAMETER;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, &data, sizeof data, NULL), STATUS_NO_MATCH);
    CHECK_STATUS(send(99, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    CHECK(calls == 0);
    KsObjectClose();
}

TEST(lengths_are_checked_before_anything_is_read)
{
    KSM_NODE node = {{{{{SET}, LONG_ID, KSMETHOD_TYPE_SEND}}}, 77, 0};
    ULONG data[2] = {5, 6};
    begin(KernelMode);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, (PVOID)8, sizeof(KSMETHOD) - 1, data, sizeof data, NULL),
                 STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, NULL, 0, data, sizeof data, NULL), STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &node, sizeof node - 1, data, sizeof data, NULL),
                 STATUS_INVALID_BUFFER_SIZE);
    node.Method.Flags |= KSMETHOD_TYPE_TOPOLOGY;
    node.Method.Id = READ;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &node, sizeof(KSMETHOD), data, sizeof data, NULL),
                 STATUS_INVALID_BUFFER_SIZE);
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_SEND, data, sizeof(ULONG) - 1, NULL), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(send(READ, KSMETHOD_TYPE_SEND, NULL, 0, NULL), STATUS_BUFFER_TOO_SMALL);
    CHECK(calls == 0 && data[0] == 5);
    node.Method.Id = LONG_ID;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &node, sizeof node, data, 3, NULL), STATUS_SUCCESS);
    CHECK(seen_tail == 77 && calls == 1);
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_SEND, data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(data[0] == 0x600D && data[1] == 6); /* Information bytes, no more */
    KsObjectClose();
}

TEST(request_flags_of_a_method_are_those_of_its_item_as_well)
{
    static const ULONG refused[] = {0, 4, 7, 0x100 | 1, 0x200 | 2, 0x300, 0x400, 0x80000000};
    ULONG data = 0, i;
    begin(KernelMode);
    for (i = 1; i <= 3; i++)
        CHECK_STATUS(send(READ, i, &data, sizeof data, NULL), STATUS_SUCCESS);
    for (i = 0; i < SIZEOF_ARRAY(refused); i++)
        CHECK_STATUS(send(READ, refused[i], &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    TkKsRequests()->MethodFlagsStrict = TRUE;
    CHECK_STATUS(send(READ, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_WRITE, &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    CHECK(calls == 4);
    KsObjectClose();
}

/* The program's other thread: whatever was read, it changes afterwards. */
static VOID change_set(const VOID *Address, SIZE_T Bytes, PVOID Context)
{
    KSM_NODE *node = Context;
    if (Address == (PUCHAR)node + sizeof(KSMETHOD)) {
        node->Method.Set = no_guid;
        node->Method.Id = WRITE;
    }
    CHECK(Bytes != 0);
}

TEST(a_user_request_is_read_once_and_the_copy_decides)
{
    PUCHAR user;
    KSM_NODE *node;
    ULONG *data;
    begin(UserMode);
    user = TkUserAllocate(KsObjectProcess, PAGE_SIZE, TkReadWrite);
    node = (KSM_NODE *)(PVOID)user;
    data = (ULONG *)(PVOID)(user + 101); /* need not be aligned */
    node->Method = method(LONG_ID, KSMETHOD_TYPE_SEND);
    node->NodeId = 9;
    TkSetReadHook(change_set, node);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, node, sizeof *node, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK(seen.Id == LONG_ID && seen.Set.Data1 == set_guid.Data1 && seen_tail == 9 && node->Method.Id == WRITE);
    TkSetReadHook(NULL, NULL);
    node->Method = method(MODIFY, KSMETHOD_TYPE_SEND);
    user[101] = 7;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, node, sizeof(KSMETHOD), data, sizeof *data, NULL), STATUS_SUCCESS);
    CHECK(user[101] == 8 && user[102] == 0);
    KsObjectClose();
}

TEST(pointers_that_the_client_may_not_use_are_refused)
{
    PUCHAR user, constant, no;
    KSMETHOD *m, mine = method(WRITE, KSMETHOD_TYPE_SEND);
    begin(UserMode);
    user = TkUserAllocate(KsObjectProcess, 2 * PAGE_SIZE, TkReadWrite);
    TkUserProtect(user + PAGE_SIZE, PAGE_SIZE, TkNoAccess);
    constant = TkUserAllocate(KsObjectProcess, PAGE_SIZE, TkReadOnly);
    no = TkUserAllocate(KsObjectProcess, PAGE_SIZE, TkNoAccess);
    m = (KSMETHOD *)(PVOID)user;
    *m = mine;
#define SEND(in, bytes, out) KsObjectIoctl(IOCTL_KS_METHOD, (in), (bytes), (out), sizeof(ULONG), NULL)
    CHECK_STATUS(SEND(NULL, sizeof *m, user), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(SEND(&mine, sizeof *m, user), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(SEND(no, sizeof *m, user), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(SEND(user + 1, sizeof *m, user), STATUS_DATATYPE_MISALIGNMENT);
    CHECK_STATUS(SEND(user, PAGE_SIZE + 1, user), STATUS_ACCESS_VIOLATION); /* the tail */
    CHECK_STATUS(SEND(m, sizeof *m, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(SEND(m, sizeof *m, &mine), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(SEND(m, sizeof *m, constant), STATUS_ACCESS_VIOLATION);
    m->Id = READ;
    CHECK_STATUS(SEND(m, sizeof *m, no), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(SEND(m, sizeof *m, (PVOID) ~(ULONG_PTR)0), STATUS_ACCESS_VIOLATION);
    CHECK(calls == 0);
    CHECK_STATUS(SEND(m, sizeof *m, constant), STATUS_SUCCESS);
    KsObjectClose();
}

TEST(a_kernel_clients_null_is_caught_as_on_windows)
{
    KSMETHOD m = method(READ, KSMETHOD_TYPE_SEND);
    begin(KernelMode);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, NULL, sizeof m, NULL, 0, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, NULL, 4, NULL), STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, (PUCHAR)&m + 2, sizeof m, NULL, 4, NULL), STATUS_DATATYPE_MISALIGNMENT);
    CHECK(calls == 0);
    KsObjectClose();
}

TEST(without_memory_a_request_fails_before_the_handler)
{
    ULONG data = 5;
    begin(KernelMode);
    TkFail("ExAllocatePool2", 1);
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_INSUFFICIENT_RESOURCES);
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_SEND, &data, 0xFFFFFFF0, NULL), STATUS_INSUFFICIENT_RESOURCES);
    CHECK(calls == 0 && data == 5);
    KsObjectClose();
}

TEST(the_slots_of_an_irp_name_set_type_and_with_a_size_of_items_the_item)
{
    ULONG data = 0;
    begin(KernelMode);
    CHECK_STATUS(send(READ, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(slots[0] == (PVOID)sets && slots[1] == NULL && slots[2] == (PVOID)KSMETHOD_TYPE_READ && slots[3] == NULL);
    TkKsRequests()->ItemPointerAlways = TRUE;
    CHECK_STATUS(send(WRITE, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(slots[3] == (PVOID)&items[WRITE - 1]);
    TkKsRequests()->ItemPointerAlways = FALSE;
    KsObjectItemSize = sizeof(KSMETHOD_ITEM);
    CHECK_STATUS(send(READ, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(slots[3] == (PVOID)&items[READ - 1]);
    KsObjectItemSize = sizeof(KSMETHOD_ITEM) + 4;
    CHECK_STATUS(send(READ, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    KsObjectItemSize = sizeof(KSMETHOD_ITEM) - 8;
    CHECK_STATUS(send(READ, KSMETHOD_TYPE_SEND, &data, sizeof data, NULL), STATUS_INVALID_PARAMETER);
    KsObjectClose();
}
