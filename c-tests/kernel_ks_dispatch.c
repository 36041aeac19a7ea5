/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's KS half: how requests find their object, and the answers nobody has to write. */
#include "ksobject.h"

#define BYTES(string) ((USHORT)(sizeof(string) - sizeof(WCHAR)))
#define OPEN(name)    open_as(NULL, (name), BYTES(name))

static const WCHAR lower[] = TK_WIDE("{9b365890-165f-11d0-a195-0020afd156e4}");
static PFILE_OBJECT opened;
static HANDLE handle;

static NTSTATUS open_as(PFILE_OBJECT parent, const WCHAR *name, USHORT bytes)
{
    return TkOpen(KsObjectDevice, parent, name, bytes, KernelMode, &handle, &opened);
}

static ULONG_PTR header_item(void)
{
    return (ULONG_PTR)KsQueryObjectCreateItem(KsObjectHeader(opened))->Context;
}

TEST(ks_sets_the_majors_that_the_tables_have)
{
    static const ULONG good[] = {0, 2, 3, 4, 9, 0xe, 0x14, 0x15};
    static DRIVER_OBJECT driver;
    ULONG i;
    for (i = 0; i < SIZEOF_ARRAY(good); i++) {
        CHECK_STATUS(KsSetMajorFunctionHandler(&driver, good[i]), STATUS_SUCCESS);
        CHECK(driver.MajorFunction[good[i]] != NULL);
    }
    CHECK(driver.MajorFunction[IRP_MJ_CLOSE] == KsDispatchIrp);
    CHECK_STATUS(KsSetMajorFunctionHandler(&driver, IRP_MJ_DEVICE_CONTROL | KSDISPATCH_FASTIO), STATUS_SUCCESS);
    CHECK_STATUS(KsSetMajorFunctionHandler(&driver, IRP_MJ_READ | KSDISPATCH_FASTIO), STATUS_SUCCESS);
    CHECK_STATUS(KsSetMajorFunctionHandler(&driver, IRP_MJ_WRITE | KSDISPATCH_FASTIO), STATUS_SUCCESS);
    CHECK_STATUS(KsSetMajorFunctionHandler(&driver, IRP_MJ_CLOSE | KSDISPATCH_FASTIO), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(KsSetMajorFunctionHandler(&driver, IRP_MJ_CLEANUP), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(KsSetMajorFunctionHandler(&driver, IRP_MJ_PNP), STATUS_INVALID_PARAMETER);
    CHECK(driver.MajorFunction[IRP_MJ_CLEANUP] == NULL && driver.MajorFunction[IRP_MJ_PNP] == NULL);
}

TEST(a_create_request_finds_its_item_by_class_in_any_case)
{
    KsObjectLoad(NULL, 0);
    CHECK_STATUS(OPEN(KSSTRING_Filter), STATUS_SUCCESS);
    CHECK(KsQueryObjectCreateItem(KsObjectHeader(opened)) == KsObjectCreatedBy);
    TkClose(handle);
    CHECK_STATUS(OPEN(lower), STATUS_SUCCESS);
    TkClose(handle);
    CHECK_STATUS(OPEN(TK_WIDE("\\{9b365890-165f-11d0-a195-0020afd156e4}")), STATUS_SUCCESS);
    TkClose(handle);
    CHECK_STATUS(OPEN(TK_WIDE("{9b365890-165f-11d0-a195-0020afd156e4}\\bytes")), STATUS_SUCCESS);
    TkClose(handle);
    CHECK_STATUS(open_as(NULL, KSSTRING_Filter TK_WIDE("\\x"), BYTES(KSSTRING_Filter) + 3), STATUS_SUCCESS); /* odd */
    TkClose(handle);
    KsObjectUnload();
}

TEST(a_class_that_nobody_has_is_not_found)
{
    KsObjectLoad(NULL, 0);
    CHECK_STATUS(OPEN(KSSTRING_Pin), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(OPEN(TK_WIDE("{9B365890-165F-11D0-A195-0020AFD156E")), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(OPEN(TK_WIDE("{9B365890-165F-11D0-A195-0020AFD156E4}{")), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(open_as(NULL, NULL, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(OPEN(TK_WIDE("\\")), STATUS_OBJECT_NAME_NOT_FOUND);
    KsObjectUnload();
}

TEST(a_wildcard_serves_what_no_other_item_does_and_an_item_may_want_no_parameters)
{
    static KSOBJECT_CREATE_ITEM items[] = {
        DEFINE_KSCREATE_ITEMEX(KsObjectCreate, TK_WIDE("any"), 1, KSCREATE_ITEM_WILDCARD),
        DEFINE_KSCREATE_ITEMEX(KsObjectCreate, TK_WIDE("bare"), 2, KSCREATE_ITEM_NOPARAMETERS),
        DEFINE_KSCREATE_ITEMNULL(KsObjectCreate, 3), DEFINE_KSCREATE_ITEM(NULL, TK_WIDE("empty"), 4)};
    KsObjectLoad(items, SIZEOF_ARRAY(items));
    CHECK_STATUS(OPEN(TK_WIDE("bare")), STATUS_SUCCESS);
    CHECK(header_item() == 2);
    TkClose(handle);
    CHECK_STATUS(OPEN(TK_WIDE("bare\\p")), STATUS_SUCCESS);
    CHECK(header_item() == 1);
    TkClose(handle);
    CHECK_STATUS(open_as(NULL, NULL, 0), STATUS_SUCCESS);
    CHECK(header_item() == 3);
    TkClose(handle);
    CHECK_STATUS(OPEN(TK_WIDE("empty")), STATUS_SUCCESS);
    CHECK(header_item() == 1);
    TkClose(handle);
    items[0].Flags |= KSCREATE_ITEM_NOPARAMETERS;
    CHECK_STATUS(OPEN(TK_WIDE("bare\\p")), STATUS_OBJECT_NAME_NOT_FOUND);
    KsObjectUnload();
}

TEST(a_child_is_created_by_its_parents_items_only)
{
    static KSOBJECT_CREATE_ITEM children[] = {DEFINE_KSCREATE_ITEM(KsObjectCreate, KSSTRING_Allocator, 7)};
    HANDLE parent;
    KsObjectChildren = children;
    KsObjectChildCount = 1;
    KsObjectOpen(KernelMode);
    CHECK_STATUS(open_as(KsObjectFile, KSSTRING_Filter, BYTES(KSSTRING_Filter)), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(OPEN(KSSTRING_Allocator), STATUS_OBJECT_NAME_NOT_FOUND);
    KsObjectChildCount = 0; /* of objects to come */
    CHECK_STATUS(open_as(KsObjectFile, KSSTRING_Allocator TK_WIDE("\\params"), BYTES(KSSTRING_Allocator) + 14),
                 STATUS_SUCCESS);
    CHECK(KsObjectCreatedBy == children && header_item() == 7);
    parent = handle;
    CHECK_STATUS(open_as(opened, KSSTRING_Allocator, BYTES(KSSTRING_Allocator)), STATUS_OBJECT_NAME_NOT_FOUND);
    TkClose(parent);
    KsObjectClose();
}

TEST(an_object_remembers_the_access_that_was_asked_for)
{
    KsObjectLoad(NULL, 0);
    CHECK_STATUS(
        TkOpenFor(KsObjectDevice, NULL, lower, BYTES(lower), KernelMode, GENERIC_READ | SYNCHRONIZE, &handle, &opened),
        STATUS_SUCCESS);
    CHECK(KsQueryObjectAccessMask(KsObjectHeader(opened)) == (GENERIC_READ | SYNCHRONIZE));
    TkClose(handle);
    KsObjectUnload();
}

TEST(empty_create_items_are_filled_one_by_one)
{
    static KSOBJECT_CREATE_ITEM items[3], children[1];
    static WCHAR first[] = TK_WIDE("first"), second[] = TK_WIDE("second"), child[] = TK_WIDE("child");
    KSDEVICE_HEADER device;
    items[1].Create = KsObjectCreate;
    KsObjectLoad(items, 3);
    device = *(KSDEVICE_HEADER *)KsObjectDevice->DeviceExtension;
    CHECK_STATUS(OPEN(TK_WIDE("first")), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(KsAddObjectCreateItemToDeviceHeader(device, KsObjectCreate, (PVOID)1, first, NULL), STATUS_SUCCESS);
    CHECK_STATUS(KsAddObjectCreateItemToDeviceHeader(device, KsObjectCreate, (PVOID)2, second, NULL), STATUS_SUCCESS);
    CHECK_STATUS(KsAddObjectCreateItemToDeviceHeader(device, KsObjectCreate, NULL, child, NULL),
                 STATUS_ALLOTTED_SPACE_EXCEEDED);
    CHECK(items[0].ObjectClass.Buffer == first && items[2].ObjectClass.Buffer == second);
    KsObjectChildren = children;
    KsObjectChildCount = 1;
    CHECK_STATUS(OPEN(TK_WIDE("second")), STATUS_SUCCESS);
    CHECK(header_item() == 2);
    CHECK_STATUS(KsAddObjectCreateItemToObjectHeader(KsObjectHeader(opened), KsObjectCreate, NULL, child, NULL),
                 STATUS_SUCCESS);
    CHECK(children[0].ObjectClass.Length == BYTES(child));
    CHECK_STATUS(KsAddObjectCreateItemToObjectHeader(KsObjectHeader(opened), KsObjectCreate, NULL, child, NULL),
                 STATUS_ALLOTTED_SPACE_EXCEEDED);
    TkClose(handle);
    KsObjectUnload();
}

TEST(a_create_that_fails_leaves_nothing)
{
    KsObjectLoad(NULL, 0);
    KsObjectCreateStatus = STATUS_DEVICE_BUSY;
    CHECK_STATUS(OPEN(lower), STATUS_DEVICE_BUSY);
    KsObjectCreateStatus = STATUS_SUCCESS;
    TkFail("ExAllocatePool2", 2); /* the header */
    CHECK_STATUS(OPEN(lower), STATUS_INSUFFICIENT_RESOURCES);
    KsObjectUnload();
}

static NTSTATUS send(UCHAR major)
{
    TK_IOCTL what;
    PTK_REQUEST request;
    NTSTATUS status;
    RtlZeroMemory(&what, sizeof what);
    what.FileObject = KsObjectFile;
    request = TkSend(major, &what);
    status = TkWaitRequest(request);
    TkFreeRequest(request);
    return status;
}

TEST(requests_go_to_the_routine_of_their_object)
{
    KsObjectOpen(KernelMode);
    CHECK_STATUS(send(IRP_MJ_READ), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(send(IRP_MJ_WRITE), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(send(IRP_MJ_FLUSH_BUFFERS), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(send(IRP_MJ_QUERY_SECURITY), STATUS_NO_SECURITY_ON_OBJECT);
    CHECK_STATUS(send(IRP_MJ_SET_SECURITY), STATUS_NO_SECURITY_ON_OBJECT);
    KsObjectClose();
}

TEST(requests_that_nobody_serves_get_the_answer_of_their_kind)
{
    KSIDENTIFIER id = {{{{STATIC_KSPROPSETID_StreamAllocator}, 1, KSPROPERTY_TYPE_GET}}};
    ULONG_PTR information = 1;
    ULONG out[8];
    KsObjectOpen(KernelMode);
    CHECK_STATUS(KsObjectIoctl(0x002f0123, NULL, 0, NULL, 0, NULL), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_RESET_STATE, NULL, 0, NULL, 0, NULL), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_HANDSHAKE, NULL, 0, NULL, 0, NULL), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_ENABLE_EVENT, &id, sizeof id, out, sizeof out, NULL), STATUS_PROPSET_NOT_FOUND);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_DISABLE_EVENT, out, sizeof out, NULL, 0, NULL), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_PROPERTY, &id, sizeof id, out, sizeof out, NULL), STATUS_PROPSET_NOT_FOUND);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &id, sizeof id, out, sizeof out, &information),
                 STATUS_PROPSET_NOT_FOUND);
    CHECK(information == 0);
    KsObjectClose();
}

static NTSTATUS NTAPI serve_nothing(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return KsDefaultDeviceIoCompletion(DeviceObject, Irp);
}

static const KSDISPATCH_TABLE nothing = {serve_nothing, NULL, NULL, NULL, KsObjectDestroy,
                                         NULL,          NULL, NULL, NULL, NULL};

TEST(the_default_completion_knows_no_sets)
{
    KSIDENTIFIER id = {{{{STATIC_GUID_NULL}, 0, KSPROPERTY_TYPE_SETSUPPORT}}};
    ULONG_PTR information = 1;
    KsObjectTable = &nothing;
    KsObjectOpen(KernelMode);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_PROPERTY, &id, sizeof id, NULL, 0, &information), STATUS_SUCCESS);
    CHECK(information == 0);
    id.Flags = KSPROPERTY_TYPE_GET;
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_PROPERTY, &id, sizeof id, NULL, 0, NULL), STATUS_PROPSET_NOT_FOUND);
    CHECK_STATUS(KsObjectIoctl(IOCTL_KS_METHOD, &id, sizeof id, NULL, 0, NULL), STATUS_PROPSET_NOT_FOUND);
    KsObjectClose();
}

TEST(fast_io_that_nobody_serves_becomes_an_irp)
{
    CHECK(!KsDispatchFastIoDeviceControlFailure(NULL, TRUE, NULL, 0, NULL, 0, IOCTL_KS_METHOD, NULL, NULL));
    CHECK(!KsDispatchFastReadFailure(NULL, NULL, 0, TRUE, 0, NULL, NULL, NULL));
    CHECK(!KsDispatchFastWriteFailure(NULL, NULL, 0, TRUE, 0, NULL, NULL, NULL));
}

TEST_BREACH(a_request_for_which_the_object_has_no_routine, "ks-dispatch-null")
{
    KsObjectTable = &nothing;
    KsObjectOpen(KernelMode);
    (void)send(IRP_MJ_READ);
}

TEST_BREACH(a_header_that_is_freed, "ks-header")
{
    KSOBJECT_HEADER header;
    KsObjectOpen(KernelMode);
    header = KsObjectHeader(KsObjectFile);
    KsFreeObjectHeader(header);
    KsFreeObjectHeader(header);
}

TEST_BREACH(a_header_of_the_other_kind, "ks-header")
{
    KsObjectLoad(NULL, 0);
    KsFreeObjectHeader(*(KSOBJECT_HEADER *)KsObjectDevice->DeviceExtension);
}

TEST_BREACH(a_request_after_the_header_was_freed, "ks-header")
{
    KsObjectOpen(KernelMode);
    KsFreeObjectHeader(KsObjectHeader(KsObjectFile));
    (void)send(IRP_MJ_FLUSH_BUFFERS);
}

TEST_BREACH(an_fscontext_that_does_not_begin_with_the_header, "ks-header")
{
    static ULONG_PTR other[2];
    KsObjectOpen(KernelMode);
    KsObjectFile->FsContext = other;
    (void)send(IRP_MJ_FLUSH_BUFFERS);
}

TEST_BREACH(an_object_header_without_a_create_request, "ks-header-irp")
{
    KSOBJECT_HEADER header;
    (void)KsAllocateObjectHeader(&header, 0, NULL, NULL, &nothing);
}

TEST_BREACH(create_items_that_are_not_there, "ks-create-items")
{
    KSDEVICE_HEADER header;
    (void)KsAllocateDeviceHeader(&header, 1, NULL);
}

TEST_BREACH(a_device_header_that_is_not_freed, "pool-leak")
{
    KSDEVICE_HEADER header;
    CHECK_STATUS(KsAllocateDeviceHeader(&header, 0, NULL), STATUS_SUCCESS);
}

TEST_BREACH(ks_dispatch_at_a_raised_irql, "irql-too-high")
{
    DRIVER_OBJECT driver;
    KIRQL irql;
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    (void)KsSetMajorFunctionHandler(&driver, IRP_MJ_CREATE);
}
