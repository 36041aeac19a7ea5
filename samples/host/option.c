/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "option.h"

static VOID bad_value(struct text *complaint, const char *name, const char *value, const char *expected)
{
    text_put(complaint, name);
    text_put(complaint, ": ");
    text_quoted(complaint, value, text_length(value));
    text_put(complaint, " is not ");
    text_put(complaint, expected);
}

static BOOLEAN set(const struct option *option, const char *value, struct text *complaint)
{
    ULONG number = 0;
    if (option->file != NULL) {
        *option->file = value;
        return TRUE;
    }
    if (option->number != NULL) {
        if (text_parse(value, text_length(value), option->most, &number) && number >= option->least) {
            *option->number = number;
            return TRUE;
        }
        bad_value(complaint, option->name, value, "a number from ");
        text_number(complaint, option->least);
        text_put(complaint, " to ");
        text_number(complaint, option->most);
        return FALSE;
    }
    if (option->other(option->context, value)) {
        return TRUE;
    }
    bad_value(complaint, option->name, value, option->expected);
    return FALSE;
}

BOOLEAN option_parse(const struct option *known, SIZE_T count, char **arguments, struct text *complaint)
{
    for (; *arguments != NULL; arguments++) {
        const struct option *option = known, *end = known + count;
        while (option < end && !text_same(*arguments, option->name)) {
            option++;
        }
        if (option == end) {
            text_put(complaint, "unknown option ");
            text_quoted(complaint, *arguments, text_length(*arguments));
            text_put(complaint, "; --help lists them");
            return FALSE;
        }
        if (option->on != NULL) {
            *option->on = TRUE;
            continue;
        }
        if (arguments[1] == NULL || arguments[1][0] == 0) {
            text_put(complaint, option->name);
            text_put(complaint, " needs a value");
            return FALSE;
        }
        if (!set(option, *++arguments, complaint)) {
            return FALSE;
        }
    }
    return TRUE;
}
