/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's AVStream: devices, filters, pins, their states and properties, and the mutex around it all. */
#include "avsdriver.h"

static const GUID connection = {STATIC_KSPROPSETID_Connection};
static HANDLE handle;
static PFILE_OBJECT file;

static KSSTATE state(void)
{
    KSSTATE now = KSSTATE_STOP;
    ULONG_PTR bytes;
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_STATE, KSPROPERTY_TYPE_GET,
                                   &now, sizeof now, &bytes),
                 STATUS_SUCCESS);
    CHECK(bytes == sizeof now);
    return now;
}

TEST(avs_adds_starts_and_removes_devices)
{
    AvsDriverLoad();
    CHECK(AvsDriverDid("AS"));
    CHECK(KsGetDeviceForDeviceObject(AvsDriverDevice)->Started);
    AvsDriverUnload();
    CHECK(AvsDriverDid("ASR"));
}

TEST(a_filter_opens_by_its_reference_string_or_without_a_name)
{
    static const WCHAR by_string[] = TK_WIDE("\\{0badcafe-1234-5678-9abc-def012345678}");
    static const WCHAR nobody[] = TK_WIDE("\\{0badcafe-1234-5678-9abc-def012345679}");
    AvsDriverLoad();
    CHECK_STATUS(TkAvsOpenFilter(AvsDriverDevice, &handle, &file), STATUS_SUCCESS);
    CHECK(KsGetFilterFromFileObject(file) == AvsDriverFilter);
    CHECK(KsGetObjectTypeFromFileObject(file) == KsObjectTypeFilter);
    TkClose(handle);
    CHECK_STATUS(TkOpen(AvsDriverDevice, NULL, NULL, 0, KernelMode, &handle, &file), STATUS_SUCCESS);
    CHECK(KsGetFilterFromFileObject(file) == AvsDriverFilter);
    TkClose(handle);
    CHECK(AvsDriverDid("ASfFfF"));
    CHECK_STATUS(TkOpen(AvsDriverDevice, NULL, by_string, sizeof by_string - sizeof(WCHAR), KernelMode, &handle, &file),
                 STATUS_SUCCESS);
    CHECK(KsGetFilterFromFileObject(file)->Descriptor->ReferenceGuid == &AvsDriverSecond);
    TkClose(handle);
    CHECK_STATUS(TkOpen(AvsDriverDevice, NULL, nobody, sizeof nobody - sizeof(WCHAR), KernelMode, &handle, &file),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    AvsDriverUnload();
}

TEST(a_pin_is_told_its_format_and_created_and_its_filter_closes_last)
{
    AvsDriverLoad();
    CHECK_STATUS(TkAvsOpenFilter(AvsDriverDevice, &AvsDriverFilterHandle, &AvsDriverFilterFile), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsCreatePin(AvsDriverFilterFile, 0, NULL, NULL, KernelMode, &AvsDriverPinHandle, &AvsDriverPinFile),
                 STATUS_SUCCESS);
    CHECK(AvsDriverDid("ASfdc"));
    CHECK(KsGetPinFromFileObject(AvsDriverPinFile) == AvsDriverPin && AvsDriverPin->Id == 0);
    CHECK(KsGetObjectTypeFromFileObject(AvsDriverPinFile) == KsObjectTypePin);
    CHECK(AvsDriverPin->DataFlow == KSPIN_DATAFLOW_OUT && AvsDriverPin->Communication == KSPIN_COMMUNICATION_SINK);
    CHECK(KsPinGetDevice(AvsDriverPin) == KsGetDeviceForDeviceObject(AvsDriverDevice));
    TkClose(AvsDriverFilterHandle);
    CHECK(AvsDriverDid("ASfdc"));
    TkClose(AvsDriverPinHandle);
    CHECK(AvsDriverDid("ASfdcCF"));
    AvsDriverUnload();
}

TEST(a_pin_that_fails_to_be_created_leaves_nothing)
{
    AvsDriverLoad();
    CHECK_STATUS(TkAvsOpenFilter(AvsDriverDevice, &handle, &file), STATUS_SUCCESS);
    AvsDriverCreateStatus = STATUS_DEVICE_BUSY;
    CHECK_STATUS(TkAvsCreatePin(file, 0, NULL, NULL, KernelMode, NULL, NULL), STATUS_DEVICE_BUSY);
    AvsDriverFormatStatus = STATUS_NO_MATCH;
    CHECK_STATUS(TkAvsCreatePin(file, 0, NULL, NULL, KernelMode, NULL, NULL), STATUS_NO_MATCH);
    CHECK(AvsDriverDid("ASfdcd"));
    TkClose(handle);
    CHECK_STATUS(TkAvsOpenFilter(AvsDriverDevice, NULL, NULL), STATUS_DEVICE_BUSY);
    AvsDriverUnload();
}

TEST(a_connect_request_is_checked_against_the_descriptor)
{
    KSPIN_CONNECT connect;
    KSDATAFORMAT format;
    PFILE_OBJECT second;
    HANDLE other;
    AvsDriverOpen();
    CHECK_STATUS(TkAvsCreatePin(AvsDriverFilterFile, 0, NULL, NULL, KernelMode, NULL, NULL), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(TkAvsCreatePin(AvsDriverFilterFile, 1, NULL, NULL, KernelMode, NULL, NULL), STATUS_INVALID_PARAMETER);
    RtlZeroMemory(&format, sizeof format);
    format.FormatSize = sizeof format;
    CHECK_STATUS(TkAvsCreatePin(AvsDriverFilterFile, 0, NULL, &format, KernelMode, NULL, NULL), STATUS_NO_MATCH);
    format.FormatSize = sizeof format - 1;
    CHECK_STATUS(TkAvsCreatePin(AvsDriverFilterFile, 0, NULL, &format, KernelMode, NULL, NULL),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(TkAvsOpenFilterFor(AvsDriverDevice, 1, KernelMode, &handle, &file), STATUS_SUCCESS);
    RtlZeroMemory(&connect, sizeof connect);
    connect.PinToHandle = AvsDriverPinHandle;
    CHECK_STATUS(TkAvsCreatePin(file, 0, &connect, NULL, KernelMode, &other, &second), STATUS_SUCCESS);
    CHECK(KsGetPinFromFileObject(second)->Communication == KSPIN_COMMUNICATION_SOURCE);
    TkClose(other);
    TkClose(handle);
    AvsDriverClose();
}

TEST(user_mode_is_denied_where_a_descriptor_says_so)
{
    PEPROCESS process;
    AvsDriverOpen();
    TkClose(AvsDriverPinHandle);
    process = TkProcessCreate("client");
    TkEnterProcess(process);
    CHECK_STATUS(TkAvsOpenFilterFor(AvsDriverDevice, 1, UserMode, NULL, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(TkAvsCreatePin(AvsDriverFilterFile, 0, NULL, NULL, UserMode, NULL, NULL), STATUS_ACCESS_DENIED);
    CHECK_STATUS(TkAvsOpenFilterFor(AvsDriverDevice, 0, UserMode, &handle, &file), STATUS_SUCCESS);
    TkClose(handle);
    TkLeaveProcess();
    TkProcessExit(process);
    TkClose(AvsDriverFilterHandle);
    AvsDriverUnload();
}

TEST(a_pin_goes_through_its_states_step_by_step_both_ways)
{
    AvsDriverOpen();
    CHECK(state() == KSSTATE_STOP && AvsDriverDid(""));
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_RUN), STATUS_SUCCESS);
    CHECK(AvsDriverDid("123") && state() == KSSTATE_RUN && AvsDriverPin->DeviceState == KSSTATE_RUN);
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_ACQUIRE), STATUS_SUCCESS);
    CHECK(AvsDriverDid("12321") && state() == KSSTATE_ACQUIRE);
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_ACQUIRE), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, (KSSTATE)4), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_STOP), STATUS_SUCCESS);
    CHECK(AvsDriverDid("123210"));
    TkAvs()->StateJumps = TRUE;
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_RUN), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_STOP), STATUS_SUCCESS);
    CHECK(AvsDriverDid("12321030"));
    AvsDriverClose();
}

TEST(a_step_that_fails_leaves_the_pin_before_it)
{
    AvsDriverOpen();
    AvsDriverFailsAt = KSSTATE_PAUSE;
    AvsDriverStateStatus = STATUS_DEVICE_BUSY;
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_RUN), STATUS_DEVICE_BUSY);
    CHECK(AvsDriverDid("12") && state() == KSSTATE_ACQUIRE);
    AvsDriverClose();
}

TEST(a_pin_that_is_closed_is_stopped_first_unless_a_test_wants_it_otherwise)
{
    AvsDriverOpen();
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_PAUSE), STATUS_SUCCESS);
    AvsDriverClose();
    CHECK(AvsDriverDid("1210CFR"));
    TkAvs()->CloseKeepsState = TRUE;
    AvsDriverOpen();
    CHECK_STATUS(TkAvsSetState(AvsDriverPinFile, KSSTATE_PAUSE), STATUS_SUCCESS);
    AvsDriverClose();
    CHECK(AvsDriverDid("12CFR"));
}

TEST(reset_is_told_once)
{
    KSRESET to = KSRESET_BEGIN;
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverIoctl(AvsDriverPinFile, IOCTL_KS_RESET_STATE, &to, sizeof to, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(AvsDriverIoctl(AvsDriverPinFile, IOCTL_KS_RESET_STATE, &to, sizeof to, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK(AvsDriverDid("x") && AvsDriverPin->ResetState == KSRESET_BEGIN);
    to = KSRESET_END;
    CHECK_STATUS(AvsDriverIoctl(AvsDriverPinFile, IOCTL_KS_RESET_STATE, &to, sizeof to, NULL, 0, NULL), STATUS_SUCCESS);
    CHECK(AvsDriverDid("x") && AvsDriverPin->ResetState == KSRESET_END);
    CHECK_STATUS(AvsDriverIoctl(AvsDriverPinFile, IOCTL_KS_RESET_STATE, &to, 1, NULL, 0, NULL),
                 STATUS_INVALID_BUFFER_SIZE);
    AvsDriverClose();
}

static void edit(PKSPIN Pin, PIRP Irp)
{
    const KSALLOCATOR_FRAMING_EX *constant = Pin->Descriptor->AllocatorFraming;
    PKSALLOCATOR_FRAMING_EX own;
    (void)Irp;
    CHECK_STATUS(KsEdit(Pin, &Pin->Descriptor, 0x74696445u), STATUS_SUCCESS);
    CHECK_STATUS(KsEdit(Pin, &((PKSPIN_DESCRIPTOR_EX)(ULONG_PTR)Pin->Descriptor)->AllocatorFraming, 0x74696445u),
                 STATUS_SUCCESS);
    own = (PKSALLOCATOR_FRAMING_EX)(ULONG_PTR)Pin->Descriptor->AllocatorFraming;
    CHECK(own != constant);
    own->FramingItem[0].Frames = 9;
    CHECK_STATUS(KsEdit(Pin, &((PKSPIN_DESCRIPTOR_EX)(ULONG_PTR)Pin->Descriptor)->AllocatorFraming, 0x74696445u),
                 STATUS_SUCCESS);
    CHECK(own == Pin->Descriptor->AllocatorFraming && constant->FramingItem[0].Frames == 3);
}

TEST(the_framing_of_a_pin_can_be_edited_and_asked_for)
{
    KSALLOCATOR_FRAMING_EX framing;
    ULONG_PTR bytes;
    AvsDriverInCreate = edit;
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX,
                                   KSPROPERTY_TYPE_GET, NULL, 0, &bytes),
                 STATUS_BUFFER_OVERFLOW);
    CHECK(bytes == sizeof framing);
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX,
                                   KSPROPERTY_TYPE_GET, &framing, sizeof framing - 1, NULL),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX,
                                   KSPROPERTY_TYPE_GET, &framing, sizeof framing, &bytes),
                 STATUS_SUCCESS);
    CHECK(bytes == sizeof framing && framing.FramingItem[0].Frames == 9);
    AvsDriverClose();
}

TEST(a_driver_without_framing_has_no_such_property)
{
    KSALLOCATOR_FRAMING_EX framing;
    PFILE_OBJECT pin;
    HANDLE other;
    AvsDriverLoad();
    CHECK_STATUS(TkAvsOpenFilterFor(AvsDriverDevice, 1, KernelMode, &handle, &file), STATUS_SUCCESS);
    CHECK_STATUS(TkAvsCreatePin(file, 0, NULL, NULL, KernelMode, &other, &pin), STATUS_SUCCESS);
    CHECK_STATUS(AvsDriverProperty(pin, &connection, KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX, KSPROPERTY_TYPE_GET,
                                   &framing, sizeof framing, NULL),
                 STATUS_NOT_FOUND);
    CHECK_STATUS(TkAvsSetState(pin, KSSTATE_RUN), STATUS_SUCCESS);
    TkClose(other);
    TkClose(handle);
    AvsDriverUnload();
}

TEST(the_format_of_a_pin_is_asked_for_and_changed)
{
    KSDATAFORMAT format;
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_DATAFORMAT, KSPROPERTY_TYPE_GET,
                                   &format, sizeof format, NULL),
                 STATUS_SUCCESS);
    format.SampleSize = 5;
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_DATAFORMAT, KSPROPERTY_TYPE_SET,
                                   &format, sizeof format, NULL),
                 STATUS_SUCCESS);
    CHECK(AvsDriverDid("d") && AvsDriverPin->ConnectionFormat->SampleSize == 5);
    AvsDriverFormatStatus = STATUS_NO_MATCH;
    format.SampleSize = 6;
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_DATAFORMAT, KSPROPERTY_TYPE_SET,
                                   &format, sizeof format, NULL),
                 STATUS_NO_MATCH);
    CHECK(AvsDriverPin->ConnectionFormat->SampleSize == 5);
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_DATAFORMAT, KSPROPERTY_TYPE_SET,
                                   &format, sizeof format - 1, NULL),
                 STATUS_INVALID_PARAMETER);
    AvsDriverClose();
}

TEST(rows_of_the_driver_and_of_avs_are_in_one_table)
{
    GUID sets[4];
    ULONG value = 0;
    ULONG_PTR bytes;
    static const GUID none = {STATIC_GUID_NULL};
    AvsDriverOpen();
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &none, 0, KSPROPERTY_TYPE_SETSUPPORT, sets, sizeof sets, &bytes),
                 STATUS_SUCCESS);
    CHECK(bytes == sizeof(GUID) && IsEqualGUID(&sets[0], &connection));
    CHECK_STATUS(AvsDriverProperty(AvsDriverPinFile, &connection, KSPROPERTY_CONNECTION_PRIORITY, KSPROPERTY_TYPE_GET,
                                   &value, sizeof value, NULL),
                 STATUS_SUCCESS);
    CHECK(value == 77);
    CHECK_STATUS(AvsDriverProperty(AvsDriverFilterFile, &connection, KSPROPERTY_CONNECTION_PRIORITY,
                                   KSPROPERTY_TYPE_GET, &value, sizeof value, NULL),
                 STATUS_PROPSET_NOT_FOUND);
    AvsDriverClose();
}
