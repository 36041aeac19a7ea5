/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Processes on the test kernel: their handles, and threads that enter them. */
#include "check.h"
#include "tkio.h"

static PEPROCESS process;
static KAPC_STATE state;

static void begin(void)
{
    process = TkProcessCreate("program");
    TkEnterProcess(process);
}

TEST(handles_belong_to_a_process_and_grant_what_they_were_opened_for)
{
    HANDLE event, semaphore;
    PVOID object;
    PKEVENT body;
    begin();
    CHECK_STATUS(TkCreateEventHandle(process, NotificationEvent, FALSE, EVENT_QUERY_STATE, &event, &body),
                 STATUS_SUCCESS);
    CHECK_STATUS(TkCreateSemaphoreHandle(NULL, 0, 1, SYNCHRONIZE, &semaphore, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByHandle(event, EVENT_MODIFY_STATE, *ExEventObjectType, UserMode, &object, NULL),
                 STATUS_ACCESS_DENIED);
    CHECK_STATUS(ObReferenceObjectByHandle(event, EVENT_QUERY_STATE, *ExSemaphoreObjectType, UserMode, &object, NULL),
                 STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ObReferenceObjectByHandle(event, EVENT_QUERY_STATE, *ExEventObjectType, UserMode, &object, NULL),
                 STATUS_SUCCESS);
    CHECK(object == body && TkReferences(body) == 2);
    ObDereferenceObject(object);
    CHECK_STATUS(ObReferenceObjectByHandle(semaphore, 0, *ExSemaphoreObjectType, UserMode, &object, NULL),
                 STATUS_INVALID_HANDLE);
    TkLeaveProcess();
    CHECK_STATUS(ObReferenceObjectByHandle(event, 0, *ExEventObjectType, KernelMode, &object, NULL),
                 STATUS_INVALID_HANDLE);
    TkCloseHandle(semaphore);
    TkProcessExit(process); /* closes the event */
    CHECK(TkReferences(body) == 0);
}

TEST(a_semaphore_beyond_its_limit_inside_a_try_block)
{
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 0, 1);
    CHECK_STATUS(TkTryReleaseSemaphore(&semaphore, 0, 1), STATUS_SUCCESS);
    CHECK_STATUS(TkTryReleaseSemaphore(&semaphore, 0, 1), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    CHECK(KeReadStateSemaphore(&semaphore) == 1);
}

TEST(a_thread_attaches_to_a_process_and_comes_back)
{
    KAPC_STATE state;
    PEPROCESS other = TkProcessCreate("other");
    CHECK(PsGetCurrentProcess() == PsInitialSystemProcess);
    KeStackAttachProcess(other, &state);
    CHECK(IoGetCurrentProcess() == other && PsGetCurrentProcessId() == PsGetProcessId(other));
    KeUnstackDetachProcess(&state);
    CHECK(PsGetCurrentProcess() == PsInitialSystemProcess);
    TkProcessExit(other);
}

TEST_BREACH(a_handle_closed_from_another_process, "handle-invalid")
{
    HANDLE event;
    begin();
    (void)TkCreateEventHandle(process, NotificationEvent, FALSE, EVENT_ALL_ACCESS, &event, NULL);
    TkLeaveProcess();
    (void)ZwClose(event);
}

TEST_BREACH(a_process_that_never_exits, "object-leak")
{
    (void)TkProcessCreate("program");
}

TEST_BREACH(a_process_that_is_gone, "object-dead")
{
    begin();
    TkLeaveProcess();
    TkProcessExit(process);
    KeStackAttachProcess(process, &state);
}

TEST_BREACH(a_test_that_ends_in_a_process, "process-attached")
{
    begin();
}

TEST_BREACH(a_process_entered_in_another, "process-attached")
{
    begin();
    TkEnterProcess(process);
}

TEST_BREACH(a_process_left_that_was_not_entered, "process-detach")
{
    TkLeaveProcess();
}

TEST_BREACH(a_thread_that_detaches_twice, "process-detach")
{
    begin();
    KeStackAttachProcess(PsInitialSystemProcess, &state);
    KeUnstackDetachProcess(&state);
    KeUnstackDetachProcess(&state);
}

TEST_BREACH(a_thread_that_detaches_with_a_copy, "process-detach")
{
    KAPC_STATE copy;
    begin();
    KeStackAttachProcess(PsInitialSystemProcess, &state);
    copy = state;
    KeUnstackDetachProcess(&copy);
}
