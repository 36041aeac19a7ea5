/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a KSOBJECT_HEADER and a KSDEVICE_HEADER point to. */
#ifndef KS_HEADER_H
#define KS_HEADER_H

#include "strict.h"

typedef enum { KsObjectKind, KsDeviceKind } KS_HEADER_KIND;

typedef struct {
    LIST_ENTRY Link; /* of all headers that live */
    KS_HEADER_KIND Kind;
    ULONG ItemsCount;
    PKSOBJECT_CREATE_ITEM Items;
    /* Of objects only. */
    const KSDISPATCH_TABLE *Table;
    PKSOBJECT_CREATE_ITEM Item; /* that made it */
    ACCESS_MASK Access;
} KS_HEADER;

/* The header if it lives and is of that kind. Otherwise a breach, and NULL. */
KS_HEADER *KsFindHeader(PVOID Header, KS_HEADER_KIND Kind, PCSTR Function);
/* The header that is the first field of what FsContext points to. */
KS_HEADER *KsFindFileHeader(PFILE_OBJECT FileObject, PCSTR Function);

#endif
