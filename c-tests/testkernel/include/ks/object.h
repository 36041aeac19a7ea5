/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What AVStream's objects have in common: a type, a mutex, a bag of things that go with them. */
#ifndef KS_OBJECT_H
#define KS_OBJECT_H

#include "automation.h"

typedef PVOID KSOBJECT_BAG;
typedef VOID (*PFNKSFREE)(PVOID Data);
typedef enum { KsObjectTypeDevice, KsObjectTypeFilterFactory, KsObjectTypeFilter, KsObjectTypePin } KSOBJECTTYPE;

EXTERN_C_START
KSOBJECTTYPE NTAPI KsGetObjectTypeFromIrp(PIRP Irp);
KSOBJECTTYPE NTAPI KsGetObjectTypeFromFileObject(PFILE_OBJECT FileObject);
PVOID NTAPI KsGetObjectFromFileObject(PFILE_OBJECT FileObject);
VOID NTAPI KsAcquireControl(PVOID Object);
VOID NTAPI KsReleaseControl(PVOID Object);
/* The caller holds the mutex of the bag. Without a function ExFreePool frees the item. */
NTSTATUS NTAPI KsAddItemToObjectBag(KSOBJECT_BAG ObjectBag, PVOID Item, PFNKSFREE Free);
ULONG NTAPI KsRemoveItemFromObjectBag(KSOBJECT_BAG ObjectBag, PVOID Item, BOOLEAN Free);
NTSTATUS NTAPI _KsEdit(KSOBJECT_BAG ObjectBag, PVOID *PointerToPointerToItem, ULONG NewSize, ULONG OldSize, ULONG Tag);
NTSTATUS NTAPI KsMergeAutomationTables(PKSAUTOMATION_TABLE *AutomationTableAB, PKSAUTOMATION_TABLE AutomationTableA,
                                       PKSAUTOMATION_TABLE AutomationTableB, KSOBJECT_BAG Bag);
VOID NTAPI KsCompletePendingRequest(PIRP Irp);
EXTERN_C_END

#define KsEdit(Object, PointerToPointer, Tag)                                                                          \
    _KsEdit((Object)->Bag, (PVOID *)(PVOID)(PointerToPointer), sizeof(**(PointerToPointer)),                           \
            sizeof(**(PointerToPointer)), (Tag))
#define KsEditSized(Object, PointerToPointer, NewSize, OldSize, Tag)                                                   \
    _KsEdit((Object)->Bag, (PVOID *)(PVOID)(PointerToPointer), (NewSize), (OldSize), (Tag))

#endif
