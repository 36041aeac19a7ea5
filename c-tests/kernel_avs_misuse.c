/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Each rule of the test kernel's AVStream, broken once. */
#include "avsdriver.h"

static KEVENT happened;
static KSEVENTDATA data;

TEST_BREACH(generating_an_event_of_a_pin_that_is_closed, "avs-object")
{
    AvsDriverOpen();
    TkClose(AvsDriverPinHandle);
    KsPinGenerateEvents(AvsDriverPin, NULL, AVS_EVENT_PLAIN, 0, NULL, NULL, NULL);
}

TEST_BREACH(generating_an_event_above_dispatch_level, "irql-too-high")
{
    KIRQL irql;
    AvsDriverOpen();
    KeRaiseIrql(DISPATCH_LEVEL + 1, &irql);
    KsPinGenerateEvents(AvsDriverPin, NULL, AVS_EVENT_PLAIN, 0, NULL, NULL, NULL);
}

TEST_BREACH(a_bag_without_its_mutex, "avs-bag-mutex")
{
    AvsDriverOpen();
    (void)KsAddItemToObjectBag(AvsDriverPin->Bag, &data, NULL);
}

static void acquire_again(PKSPIN Pin, PIRP Irp)
{
    (void)Irp;
    KsPinAcquireControl(Pin);
}

TEST_BREACH(the_control_mutex_inside_a_dispatch, "avs-control-recursive")
{
    AvsDriverInCreate = acquire_again;
    AvsDriverOpen();
}

TEST_BREACH(releasing_a_control_mutex_that_is_not_held, "avs-control-not-owner")
{
    AvsDriverOpen();
    KsPinReleaseControl(AvsDriverPin);
}

TEST_BREACH(a_pending_create_is_not_simulated, "avs-dispatch-pending")
{
    AvsDriverCreateStatus = STATUS_PENDING;
    AvsDriverOpen();
}

TEST_BREACH(an_event_of_a_pin_on_its_filters_list, "avs-events-left")
{
    AvsDriverOpen();
    AvsDriverAddsTo = AvsDriverFilter;
    CHECK_STATUS(AvsDriverEnable(AvsDriverPinFile, AVS_EVENT_HANDLED, KSEVENT_TYPE_ENABLE, &happened, &data),
                 STATUS_SUCCESS);
    AvsDriverClose();
}
