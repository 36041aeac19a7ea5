/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * User memory: one range of the host's addresses for all processes, each page belonging to one. The page
 * map here decides what a copy may do, and the host's protection stops whoever goes past the copies to
 * a page without access.
 */
#include "call.h"
#include "tkio.h"

#define BASE  ((ULONG_PTR)0x10000000)
#define SIZE  ((SIZE_T)64 << 20)
#define LIMIT ((ULONG_PTR)HOST_USER_LIMIT)
#define PAGES (SIZE / PAGE_SIZE)

static struct page {
    PEPROCESS process; /* NULL: free */
    UCHAR protection;
    BOOLEAN first; /* of what one TkUserAllocate gave */
} pages[PAGES];
static BOOLEAN reserved, twice_allowed;
static TK_READ_HOOK *hook;
static PVOID hook_context;

ULONG_PTR MmUserProbeAddress = LIMIT;
PVOID MmHighestUserAddress = (PVOID)(LIMIT - 1);

static PVOID address_of(SIZE_T page)
{
    return (PVOID)(BASE + page * PAGE_SIZE);
}

/* The page in the map, or PAGES. */
static SIZE_T page_of(const VOID *address)
{
    ULONG_PTR offset = (ULONG_PTR)address - BASE;
    return offset < SIZE ? offset / PAGE_SIZE : PAGES;
}

static SIZE_T find_room(SIZE_T count)
{
    SIZE_T i, run = 0;
    for (i = 1; i < PAGES && run < count; i++) /* page 0 stays free: nothing lies before the first block */
        run = pages[i].process == NULL ? run + 1 : 0;
    return run < count ? PAGES : i - count;
}

PVOID TkUserAllocate(PEPROCESS Process, SIZE_T Bytes, TK_PROTECTION Protection)
{
    SIZE_T count = Bytes / PAGE_SIZE + (Bytes % PAGE_SIZE != 0), first, i;
    tk_require_irql(PASSIVE_LEVEL, "TkUserAllocate");
    tk_require_begun("TkUserAllocate");
    TK_LOCK();
    if (!reserved && !host_reserve((PVOID)BASE, SIZE))
        tk_breach("user-memory-range", NULL, NULL, "the host has the addresses of user memory in use");
    reserved = TRUE;
    first = find_room(count + 1); /* the page behind stays free, so that running over the end is a fault */
    if (count == 0 || first == PAGES)
        tk_breach("user-memory-range", NULL, NULL, "TkUserAllocate of %I64u bytes: none, or no room", (ULONG64)Bytes);
    for (i = first; i < first + count; i++) {
        pages[i].process = Process;
        pages[i].protection = (UCHAR)Protection;
        pages[i].first = i == first;
    }
    host_protect(address_of(first), count * PAGE_SIZE, HOST_READ_WRITE);
    host_fill(address_of(first), 0, count * PAGE_SIZE);
    host_protect(address_of(first), count * PAGE_SIZE, (enum host_access)Protection);
    TK_UNLOCK();
    return address_of(first);
}

VOID TkUserProtect(PVOID Address, SIZE_T Bytes, TK_PROTECTION Protection)
{
    SIZE_T first = page_of(Address), last = page_of((PUCHAR)Address + (Bytes > 0 ? Bytes - 1 : 0)), i;
    (void)tk_self();
    TK_LOCK();
    for (i = first; i <= last; i++) {
        if (i == PAGES || pages[i].process == NULL)
            tk_breach("user-memory-range", NULL, NULL, "TkUserProtect at %p: no user memory there", Address);
        pages[i].protection = (UCHAR)Protection;
    }
    host_protect(address_of(first), (last - first + 1) * PAGE_SIZE, (enum host_access)Protection);
    TK_UNLOCK();
}

/* Locked. From a first page to where the next block or free memory begins. */
static VOID free_from(SIZE_T first)
{
    SIZE_T i = first;
    do {
        pages[i].process = NULL;
        pages[i].first = FALSE;
        i++;
    } while (i < PAGES && pages[i].process != NULL && !pages[i].first);
    host_protect(address_of(first), (i - first) * PAGE_SIZE, HOST_NO_ACCESS);
}

VOID TkUserFree(PVOID Address)
{
    SIZE_T first = page_of(Address);
    (void)tk_self();
    TK_LOCK();
    if (first == PAGES || !pages[first].first || Address != address_of(first))
        tk_breach("user-memory-range", NULL, NULL, "TkUserFree of %p, which TkUserAllocate did not give", Address);
    free_from(first);
    TK_UNLOCK();
}

VOID tk_user_forget(PEPROCESS process)
{
    SIZE_T i;
    TK_LOCK();
    for (i = 0; i < PAGES; i++)
        if (pages[i].first && pages[i].process == process)
            free_from(i);
    TK_UNLOCK();
}

VOID tk_user_end(VOID)
{
    SIZE_T i;
    for (i = 0; i < PAGES; i++)
        if (pages[i].first)
            free_from(i);
    hook = NULL;
    twice_allowed = FALSE;
}

VOID TkSetReadHook(TK_READ_HOOK *Hook, PVOID Context)
{
    (void)tk_self();
    TK_LOCK();
    hook = Hook;
    hook_context = Context;
    TK_UNLOCK();
}

VOID TkAllowReadTwice(BOOLEAN Allowed)
{
    (void)tk_self();
    TK_LOCK();
    twice_allowed = Allowed;
    TK_UNLOCK();
}

static NTSTATUS probe(const VOID *address, SIZE_T size, ULONG alignment)
{
    ULONG_PTR start = (ULONG_PTR)address;
    if (size == 0)
        return STATUS_SUCCESS;
    if (alignment > 1 && (start & (alignment - 1)) != 0)
        return STATUS_DATATYPE_MISALIGNMENT;
    return start + size < start || start + size > LIMIT ? STATUS_ACCESS_VIOLATION : STATUS_SUCCESS;
}

/* Locked. Looks at every page of a range that was probed. */
static NTSTATUS permitted(const VOID *address, SIZE_T size, UCHAR least, const char *function)
{
    SIZE_T i, last;
    if (size == 0)
        return STATUS_SUCCESS;
    last = page_of((const VOID *)((ULONG_PTR)address + size - 1)); /* a number: the client may have passed NULL */
    for (i = page_of(address); i <= last; i++) {
        if (i == PAGES || pages[i].process == NULL)
            return STATUS_ACCESS_VIOLATION;
        if (pages[i].process != tk_process())
            tk_breach("user-memory-wrong-process", NULL, NULL,
                      "%s at %p: that address belongs to another process than the current one", function, address);
        if (pages[i].protection < least)
            return STATUS_ACCESS_VIOLATION;
    }
    return STATUS_SUCCESS;
}

/* What was captured once is not read again: the user may have changed it, and the checks were for the old value. */
static VOID note_read(const VOID *from, SIZE_T size)
{
    struct tk_call *call = tk_call_first(tk_self());
    ULONG_PTR start = (ULONG_PTR)from;
    struct read *read;
    if (call == NULL || size == 0)
        return;
    for (read = call->reads; read != NULL && !twice_allowed; read = read->next)
        if (start < read->start + read->size && read->start < start + size)
            tk_breach("user-memory-read-twice", &read->site, "read here",
                      "%I64u bytes at %p, of which some were read before in the same dispatch", (ULONG64)size, from);
    read = host_allocate(sizeof *read, 16);
    read->start = start;
    read->size = size;
    read->site = tk_here();
    read->next = call->reads;
    call->reads = read;
}

NTSTATUS TkCopyFromUser(PVOID To, const VOID *From, SIZE_T Bytes, ULONG Alignment)
{
    NTSTATUS status = probe(From, Bytes, Alignment);
    TK_READ_HOOK *call_hook;
    PVOID context;
    tk_require_irql(APC_LEVEL, "TkCopyFromUser");
    if (tk_fail("TkCopyFromUser"))
        return STATUS_ACCESS_VIOLATION;
    if (!NT_SUCCESS(status))
        return status;
    TK_LOCK();
    call_hook = hook;
    context = hook_context;
    TK_UNLOCK();
    if (call_hook != NULL)
        call_hook(From, Bytes, context);
    TK_LOCK();
    status = permitted(From, Bytes, TkReadOnly, "TkCopyFromUser");
    if (NT_SUCCESS(status)) {
        note_read(From, Bytes);
        host_move(To, From, Bytes);
    }
    TK_UNLOCK();
    return status;
}

NTSTATUS tk_user_write(PVOID to, const VOID *from, SIZE_T size, ULONG alignment)
{
    NTSTATUS status = probe(to, size, alignment);
    if (!NT_SUCCESS(status))
        return status;
    TK_LOCK();
    status = permitted(to, size, TkReadWrite, "TkCopyToUser");
    if (NT_SUCCESS(status))
        host_move(to, from, size);
    TK_UNLOCK();
    return status;
}

NTSTATUS TkCopyToUser(PVOID To, const VOID *From, SIZE_T Bytes, ULONG Alignment)
{
    tk_require_irql(APC_LEVEL, "TkCopyToUser");
    return tk_fail("TkCopyToUser") ? STATUS_ACCESS_VIOLATION : tk_user_write(To, From, Bytes, Alignment);
}

NTSTATUS TkProbeForRead(const VOID *Address, SIZE_T Bytes, ULONG Alignment)
{
    tk_require_irql(APC_LEVEL, "TkProbeForRead");
    return probe(Address, Bytes, Alignment);
}

NTSTATUS TkProbeForWrite(PVOID Address, SIZE_T Bytes, ULONG Alignment)
{
    NTSTATUS status = probe(Address, Bytes, Alignment);
    tk_require_irql(APC_LEVEL, "TkProbeForWrite");
    if (!NT_SUCCESS(status))
        return status;
    TK_LOCK();
    status = permitted(Address, Bytes, TkReadWrite, "TkProbeForWrite");
    TK_UNLOCK();
    return status;
}
