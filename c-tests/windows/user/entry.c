/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What Microsoft's C run-time does before main, for a program that is linked without it: the arguments. */
__declspec(dllimport) int __cdecl __getmainargs(int *count, char ***arguments, char ***environment, int wildcards,
                                                int *start);
__declspec(dllimport) __declspec(noreturn) void __cdecl exit(int code);
int main(int count, char **arguments);
void start(void);

int _fltused; /* the compiler's word that floating point is used */

void start(void)
{
    char **arguments, **environment;
    int count, mode = 0;
    __getmainargs(&count, &arguments, &environment, 0, &mode);
    exit(main(count, arguments));
}
