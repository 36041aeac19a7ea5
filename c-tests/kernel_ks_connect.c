/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KsValidateConnectRequest, for a driver without AVStream: what a pin's create request must be. */
#include "ksobject.h"

static const KSPIN_INTERFACE interfaces[] = {{{{{1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}}, 1, 0}}}};
static const KSPIN_MEDIUM mediums[] = {{{{{11, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}}, 2, 0}}}};
static KSDATARANGE range = {
    {sizeof range, 0, 0, 0, {21, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}}, {STATIC_GUID_NULL}, {STATIC_GUID_NULL}}};
static const PKSDATARANGE ranges[] = {&range};
static const KSPIN_DESCRIPTOR pins[] = {
    {1, interfaces, 1, mediums, 1, ranges, KSPIN_DATAFLOW_IN, KSPIN_COMMUNICATION_SINK, NULL, NULL, {0}},
    {1, interfaces, 1, mediums, 1, ranges, KSPIN_DATAFLOW_IN, KSPIN_COMMUNICATION_NONE, NULL, NULL, {0}}};

static NTSTATUS NTAPI create(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PKSPIN_CONNECT connect;
    NTSTATUS status = KsValidateConnectRequest(Irp, SIZEOF_ARRAY(pins), pins, &connect);
    (void)DeviceObject;
    if (NT_SUCCESS(status)) {
        CHECK(connect->PinId == 0 && connect->Priority.PriorityClass == 77);
        status = STATUS_NOT_IMPLEMENTED; /* it was well-formed */
    }
    Irp->IoStatus.Information = 0;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static struct {
    KSPIN_CONNECT Connect;
    KSDATAFORMAT Format;
} request;

static NTSTATUS connect_with(USHORT bytes)
{
    static const WCHAR object_class[] = KSSTRING_Pin;
    UCHAR name[sizeof object_class + sizeof request];
    RtlCopyMemory(name, object_class, sizeof object_class);
    name[sizeof object_class - sizeof(WCHAR)] = '\\';
    RtlCopyMemory(name + sizeof object_class, &request, sizeof request);
    return TkOpen(KsObjectDevice, KsObjectFile, name, (USHORT)(sizeof object_class + bytes), KernelMode, NULL, NULL);
}

static void good(void)
{
    request.Connect.Interface = interfaces[0];
    request.Connect.Medium = mediums[0];
    request.Connect.PinId = 0;
    request.Connect.Priority.PriorityClass = 77;
    request.Format = range;
    CHECK_STATUS(connect_with(sizeof request), STATUS_NOT_IMPLEMENTED);
}

TEST(a_connect_request_names_what_the_pin_has)
{
    static KSOBJECT_CREATE_ITEM items[] = {DEFINE_KSCREATE_ITEM(create, KSSTRING_Pin, NULL)};
    KsObjectChildren = items;
    KsObjectChildCount = 1;
    KsObjectOpen(KernelMode);
    good();
    CHECK_STATUS(connect_with(sizeof request - 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(connect_with(0), STATUS_INVALID_PARAMETER);
    request.Connect.PinId = 1;
    CHECK_STATUS(connect_with(sizeof request), STATUS_INVALID_DEVICE_REQUEST);
    request.Connect.PinId = 2;
    CHECK_STATUS(connect_with(sizeof request), STATUS_INVALID_PARAMETER);
    good();
    request.Connect.Interface.Id = 0;
    CHECK_STATUS(connect_with(sizeof request), STATUS_NO_MATCH);
    good();
    request.Connect.Medium.Set = interfaces[0].Set;
    CHECK_STATUS(connect_with(sizeof request), STATUS_NO_MATCH);
    good();
    request.Format.MajorFormat = interfaces[0].Set;
    CHECK_STATUS(connect_with(sizeof request), STATUS_NO_MATCH);
    good();
    request.Format.SubFormat = interfaces[0].Set; /* the range has a wildcard there */
    CHECK_STATUS(connect_with(sizeof request), STATUS_NOT_IMPLEMENTED);
    request.Format.FormatSize = sizeof request.Format + 1;
    CHECK_STATUS(connect_with(sizeof request), STATUS_INVALID_PARAMETER);
    KsObjectClose();
}
