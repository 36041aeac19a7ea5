/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Automation tables: the sets that AVStream serves for an object. */
#ifndef KS_AUTOMATION_H
#define KS_AUTOMATION_H

#include "event.h"
#include "method.h"
#include "property.h"

typedef struct KSAUTOMATION_TABLE_ {
    ULONG PropertySetsCount;
    ULONG PropertyItemSize;
    const KSPROPERTY_SET *PropertySets;
    ULONG MethodSetsCount;
    ULONG MethodItemSize;
    const KSMETHOD_SET *MethodSets;
    ULONG EventSetsCount;
    ULONG EventItemSize;
    const KSEVENT_SET *EventSets;
#if !defined(_WIN64) && !(defined(__SIZEOF_POINTER__) && __SIZEOF_POINTER__ == 8)
    PVOID Alignment;
#endif
} KSAUTOMATION_TABLE, *PKSAUTOMATION_TABLE;
KS_SIZE(KSAUTOMATION_TABLE, 48, 40);
KS_OFFSET(KSAUTOMATION_TABLE, MethodSets, 24, 20);
KS_OFFSET(KSAUTOMATION_TABLE, EventSets, 40, 32);

#define DEFINE_KSAUTOMATION_TABLE(table)      const KSAUTOMATION_TABLE table =
#define DEFINE_KSAUTOMATION_PROPERTIES(table) SIZEOF_ARRAY(table), sizeof(KSPROPERTY_ITEM), (table)
#define DEFINE_KSAUTOMATION_METHODS(table)    SIZEOF_ARRAY(table), sizeof(KSMETHOD_ITEM), (table)
#define DEFINE_KSAUTOMATION_EVENTS(table)     SIZEOF_ARRAY(table), sizeof(KSEVENT_ITEM), (table)
#define DEFINE_KSAUTOMATION_PROPERTIES_NULL   0, sizeof(KSPROPERTY_ITEM), NULL
#define DEFINE_KSAUTOMATION_METHODS_NULL      0, sizeof(KSMETHOD_ITEM), NULL
#define DEFINE_KSAUTOMATION_EVENTS_NULL       0, sizeof(KSEVENT_ITEM), NULL

#endif
