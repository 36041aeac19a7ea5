/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: questions about methods, and memory and paths of the driver's own. */
#include "ksobject.h"

#define SET 0x11111111, 0x2222, 0x3333, {1, 2, 3, 4, 5, 6, 7, 8}
enum { PLAIN = 1, SUPPORTED, HALF, FAST };

static const GUID set_guid = {SET}, other_guid = {0x22222222, 0x2222, 0x3333, {8, 7, 6, 5, 4, 3, 2, 1}};

static NTSTATUS keep(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    (void)irp, (void)request, (void)data;
    CheckFailed("the method is not called", __FILE__, __LINE__);
    return STATUS_SUCCESS;
}

static NTSTATUS tell(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    CHECK(request->Flags == KSMETHOD_TYPE_BASICSUPPORT);
    *(ULONG *)data = 0xABC;
    irp->IoStatus.Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static NTSTATUS leave(PIRP irp, PKSIDENTIFIER request, PVOID data)
{
    (void)irp, (void)request, (void)data;
    return STATUS_SOME_NOT_MAPPED;
}

static BOOLEAN fast(PFILE_OBJECT file, PKSIDENTIFIER request, ULONG length, PVOID data, ULONG bytes,
                    struct _IO_STATUS_BLOCK *status)
{
    CHECK(file == KsObjectFile && length == sizeof *request && bytes == sizeof(ULONG));
    *(ULONG *)data = 0xFA57;
    status->Status = STATUS_SUCCESS;
    status->Information = bytes;
    return TRUE;
}

static DEFINE_KSMETHOD_TABLE(items){
    DEFINE_KSMETHOD_ITEM(PLAIN, KSMETHOD_TYPE_WRITE, keep, sizeof(KSMETHOD), sizeof(ULONG), NULL),
    DEFINE_KSMETHOD_ITEM(SUPPORTED, KSMETHOD_TYPE_READ, keep, sizeof(KSMETHOD), 100, tell),
    DEFINE_KSMETHOD_ITEM(HALF, KSMETHOD_TYPE_MODIFY, keep, sizeof(KSMETHOD), 100, leave),
};
static const KSFASTMETHOD_ITEM fast_items[] = {{FAST, {fast}}};
static const KSMETHOD_SET sets[] = {{&other_guid, 0, NULL, 0, NULL},
                                    {&set_guid, SIZEOF_ARRAY(items), items, SIZEOF_ARRAY(fast_items), fast_items}};

static void begin(KPROCESSOR_MODE mode)
{
    KsObjectMethods = sets;
    KsObjectMethodSets = SIZEOF_ARRAY(sets);
    KsObjectOpen(mode);
}

static NTSTATUS send(ULONG id, ULONG flags, PVOID data, ULONG bytes, ULONG_PTR *information)
{
    KSMETHOD m;
    m.Set = set_guid;
    m.Id = id;
    m.Flags = flags;
    return KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, data, bytes, information);
}

TEST(a_client_can_ask_which_method_sets_there_are)
{
    KSMETHOD m = {{{{STATIC_GUID_NULL}, 0, KSMETHOD_TYPE_SETSUPPORT}}};
    GUID list[3];
    ULONG_PTR information = 0;
    begin(KernelMode);
    RtlZeroMemory(list, sizeof list);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, NULL, 0, &information), STATUS_BUFFER_OVERFLOW);
    CHECK(information == 2 * sizeof(GUID));
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, list, 31, &information), STATUS_BUFFER_TOO_SMALL);
    CHECK(information == 0 && list[0].Data1 == 0);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, list, sizeof list, &information), STATUS_SUCCESS);
    CHECK(information == 2 * sizeof(GUID) && IsEqualGUID(&list[0], &other_guid) && IsEqualGUID(&list[1], &set_guid));
    CHECK(list[2].Data1 == 0);
    m.Set = set_guid;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, NULL, 0, &information), STATUS_SUCCESS);
    CHECK(information == 0);
    m.Set.Data1++;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &m, sizeof m, NULL, 0, NULL), STATUS_PROPSET_NOT_FOUND);
    KsObjectClose();
}

TEST(basic_support_of_a_method_is_its_type_or_what_the_handler_says)
{
    ULONG data = 0;
    ULONG_PTR information = 0;
    begin(KernelMode);
    CHECK_STATUS(send(PLAIN, KSMETHOD_TYPE_BASICSUPPORT, &data, sizeof data, &information), STATUS_SUCCESS);
    CHECK(data == KSMETHOD_TYPE_WRITE && information == sizeof data);
    CHECK_STATUS(send(PLAIN, KSMETHOD_TYPE_BASICSUPPORT, NULL, 0, &information), STATUS_BUFFER_OVERFLOW);
    CHECK(information == sizeof data);
    CHECK_STATUS(send(PLAIN, KSMETHOD_TYPE_BASICSUPPORT, &data, 3, NULL), STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(send(SUPPORTED, KSMETHOD_TYPE_BASICSUPPORT, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(data == 0xABC);
    CHECK_STATUS(send(HALF, KSMETHOD_TYPE_BASICSUPPORT, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(data == KSMETHOD_TYPE_MODIFY);
    CHECK_STATUS(send(99, KSMETHOD_TYPE_BASICSUPPORT, &data, sizeof data, NULL), STATUS_NOT_FOUND);
    KsObjectClose();
}

static PVOID own;
static ULONG own_bytes;
static BOOLEAN own_input;

static NTSTATUS allocator(PIRP irp, ULONG bytes, BOOLEAN input)
{
    own_bytes = bytes;
    own_input = input;
    own = irp->AssociatedIrp.SystemBuffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, bytes, KSOBJECT_TAG);
    return own == NULL ? STATUS_NO_MEMORY : STATUS_SUCCESS;
}

TEST(memory_of_the_drivers_own_is_the_drivers_to_copy_and_to_free)
{
    ULONG data = 5;
    begin(KernelMode);
    KsObjectAllocator = allocator;
    CHECK_STATUS(send(SUPPORTED, KSMETHOD_TYPE_BASICSUPPORT, &data, sizeof data, NULL), STATUS_SUCCESS);
    CHECK(own_input && own_bytes >= sizeof(KSMETHOD) + sizeof data && data == 5 && *(ULONG *)own == 0xABC);
    ExFreePoolWithTag(own, KSOBJECT_TAG);
    TkFail("ExAllocatePool2", 1);
    CHECK_STATUS(send(SUPPORTED, KSMETHOD_TYPE_BASICSUPPORT, &data, sizeof data, NULL), STATUS_NO_MEMORY);
    KsObjectClose();
}

TEST(fast_methods_need_no_irp)
{
    KSMETHOD m = {{{{SET}, FAST, KSMETHOD_TYPE_SEND}}};
    IO_STATUS_BLOCK status;
    ULONG data = 0;
    begin(KernelMode);
#define FAST_SEND(bytes) KsFastMethodHandler(KsObjectFile, &m, (bytes), &data, sizeof data, &status, 2, sets)
    CHECK(FAST_SEND(sizeof m) && data == 0xFA57 && status.Information == sizeof data);
    CHECK(!FAST_SEND(sizeof m - 1));
    m.Id = PLAIN; /* only in the other table */
    CHECK(!FAST_SEND(sizeof m));
    m.Id = FAST;
    m.Flags = KSMETHOD_TYPE_BASICSUPPORT;
    CHECK(!FAST_SEND(sizeof m));
    CHECK(!KsFastMethodHandler(KsObjectFile, (PKSMETHOD)4096, sizeof m, &data, sizeof data, &status, 2, sets));
    KsObjectClose();
}

TEST(what_a_handler_leaves_to_ks_reads_the_client_no_second_time)
{
    KSM_NODE *node;
    begin(UserMode);
    node = TkUserAllocate(KsObjectProcess, PAGE_SIZE, TkReadWrite);
    node->Method.Set = set_guid;
    node->Method.Id = HALF;
    node->Method.Flags = KSMETHOD_TYPE_BASICSUPPORT;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, node, sizeof *node, node + 1, sizeof(ULONG), NULL), STATUS_SUCCESS);
    CHECK(*(ULONG *)(PVOID)(node + 1) == KSMETHOD_TYPE_MODIFY);
    KsObjectClose();
}
