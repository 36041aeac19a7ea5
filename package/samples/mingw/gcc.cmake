# SPDX-License-Identifier: MIT OR Apache-2.0
# Drivers for x64 by gcc of mingw-w64, with its DDK headers (Debian's names and folders).
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(SFA_DDK /usr/share/mingw-w64/include/ddk CACHE PATH "Where ntddk.h of mingw-w64 is")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SFA_DDK)
add_compile_options(-ffreestanding -Wall -Wno-multichar -Wno-missing-braces)
add_compile_options(-isystem "${SFA_DDK}" -include "${CMAKE_CURRENT_LIST_DIR}/ddk.h")
set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-nostdlib -nostartfiles -shared -Wl,--subsystem,native -Wl,--dynamicbase -Wl,--gc-sections -Wl,-e,DriverEntry")
set(CMAKE_C_STANDARD_LIBRARIES "-lntoskrnl -lhal" CACHE STRING "")
