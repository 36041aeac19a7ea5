/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The test kernel's default allocator and what user mode may have of it. */
#include "ksallocator.h"

static PEPROCESS process;

static NTSTATUS ask(ULONG code, const GUID *set, ULONG id, ULONG flags, ULONG bytes)
{
    KSIDENTIFIER *identifier = TkUserAllocate(process, PAGE_SIZE, TkReadWrite);
    TK_IOCTL ioctl;
    NTSTATUS status;
    identifier->Set = *set;
    identifier->Id = id;
    identifier->Flags = flags;
    RtlZeroMemory(&ioctl, sizeof ioctl);
    ioctl.FileObject = KsAllocatorFile;
    ioctl.Mode = UserMode;
    ioctl.Code = code;
    ioctl.In = identifier;
    ioctl.InBytes = sizeof *identifier;
    ioctl.Out = identifier + 1;
    ioctl.OutBytes = bytes;
    status = TkIoctlWait(&ioctl, NULL);
    TkUserFree(identifier);
    return status;
}

TEST(user_mode_may_ask_for_the_status_and_no_more)
{
    static const GUID methods = {STATIC_KSMETHODSETID_StreamAllocator};
    static const GUID properties = {STATIC_KSPROPSETID_StreamAllocator};
    KsAllocatorOpen(1);
    process = TkProcessCreate("client");
    TkEnterProcess(process);
    CHECK_STATUS(ask(IOCTL_KS_PROPERTY, &properties, KSPROPERTY_STREAMALLOCATOR_STATUS, KSPROPERTY_TYPE_GET,
                     sizeof(KSSTREAMALLOCATOR_STATUS)),
                 STATUS_SUCCESS);
    CHECK_STATUS(ask(IOCTL_KS_PROPERTY, &properties, KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE, KSPROPERTY_TYPE_GET,
                     sizeof(KSSTREAMALLOCATOR_FUNCTIONTABLE)),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(ask(IOCTL_KS_METHOD, &methods, KSMETHOD_STREAMALLOCATOR_ALLOC, KSMETHOD_TYPE_SEND, sizeof(PVOID)),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(ask(IOCTL_KS_METHOD, &methods, KSMETHOD_STREAMALLOCATOR_FREE, KSMETHOD_TYPE_SEND, sizeof(PVOID)),
                 STATUS_INVALID_DEVICE_REQUEST);
    TkLeaveProcess();
    TkProcessExit(process);
    KsAllocatorClose();
}
