/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Call sites. The last one noted by a thread stays until the next: a call through a pointer reports it. */
#include "kernel.h"

VOID TkSite(PCSTR File, ULONG Line)
{
    PKTHREAD self = tk_self();
    self->site.file = File;
    self->site.line = Line;
}

struct tk_site tk_here(VOID)
{
    return tk_self()->site;
}

static BOOLEAN separator(char c)
{
    return (BOOLEAN)(c == '/' || c == '\\');
}

static BOOLEAN tail_is(const char *at, const char *folder)
{
    for (; *folder != 0; at++, folder++)
        if (*at != *folder && !(*folder == '/' && separator(*at)))
            return FALSE;
    return TRUE;
}

/* Reports must not depend on where the sources lie: an absolute name starts at a folder of the project. */
static const char *relative(const char *file)
{
    static const char *const folders[] = {"/c-tests/", "/samples/", "/src/", "/tests/"};
    const char *c, *shown = file;
    ULONG i;
    if (!separator(file[0]) && !(file[0] != 0 && file[1] == ':'))
        return file;
    for (c = file; *c != 0; c++)
        if (separator(*c))
            shown = c + 1;
    for (c = file; *c != 0; c++)
        for (i = 0; i < RTL_NUMBER_OF(folders); i++)
            if (tail_is(c, folders[i]))
                return c + 1;
    return shown;
}

VOID tk_report_site(const char *lead, const struct tk_site *site, const char *what)
{
    if (site->file == NULL)
        tk_print("    %s (no call site)", lead);
    else
        tk_print("    %s %s:%u", lead, relative(site->file), site->line);
    if (what != NULL)
        tk_print(" (%s)", what);
    tk_print("\n");
}
