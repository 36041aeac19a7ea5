/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the driver offers: one filter with one pin. */
#include "forward.h"

static const GUID CategoryCapture = {0xfb6c4281, 0x0353, 0x11d1, {0x90, 0x5f, 0x00, 0x00, 0xc0, 0xcc, 0x16, 0xba}};

#define TYPE_VIDEO     0x73646976, 0x0000, 0x0010, {0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}
#define TYPE_YUY2      0x32595559, 0x0000, 0x0010, {0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71}
#define TYPE_NO_DETAIL 0x0f6417d6, 0xc318, 0x11d0, {0xa4, 0x3f, 0x00, 0xa0, 0xc9, 0x22, 0x31, 0x96}

static KSDATARANGE VideoRange = {
    {sizeof VideoRange, 0, FORWARD_FRAME_SIZE, 0, {TYPE_VIDEO}, {TYPE_YUY2}, {TYPE_NO_DETAIL}}};
static const PKSDATARANGE VideoRanges[] = {&VideoRange};

static DECLARE_SIMPLE_FRAMING_EX(VideoFraming, STATIC_KSMEMORY_TYPE_KERNEL_NONPAGED,
                                 KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY | KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY,
                                 FORWARD_FRAMES, FILE_64_BYTE_ALIGNMENT, FORWARD_FRAME_SIZE, FORWARD_FRAME_SIZE);

/* Frames are kernel addresses: the pin is not for user mode. */
static const KSPIN_DESCRIPTOR_EX PinDescriptors[] = {
    {&ForwardPinDispatch,
     &ForwardPinAutomation,
     {0,
      NULL,
      0,
      NULL,
      SIZEOF_ARRAY(VideoRanges),
      VideoRanges,
      KSPIN_DATAFLOW_OUT,
      KSPIN_COMMUNICATION_BOTH,
      &CategoryCapture,
      NULL,
      {0}},
     KSPIN_FLAG_DO_NOT_INITIATE_PROCESSING | KSPIN_FLAG_DENY_USERMODE_ACCESS,
     1,
     0,
     &VideoFraming,
     NULL}};

DEFINE_KSFILTER_DESCRIPTOR(ForwardFilterDescriptor){NULL,
                                                    NULL,
                                                    KSFILTER_DESCRIPTOR_VERSION,
                                                    0,
                                                    NULL,
                                                    DEFINE_KSFILTER_PIN_DESCRIPTORS(PinDescriptors),
                                                    DEFINE_KSFILTER_CATEGORIES_NULL,
                                                    DEFINE_KSFILTER_NODE_DESCRIPTORS_NULL,
                                                    DEFINE_KSFILTER_DEFAULT_CONNECTIONS,
                                                    NULL};
