# SPDX-License-Identifier: MIT OR Apache-2.0
# Drivers for x64 with Microsoft's ABI by clang and lld, with the DDK headers and import libraries of mingw-w64 (Debian's
# names and folders).
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_C_COMPILER_TARGET x86_64-pc-windows-msvc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_MSVC_RUNTIME_LIBRARY "") # a driver has none
set(SFA_DDK /usr/share/mingw-w64/include/ddk CACHE PATH "Where ntddk.h of mingw-w64 is")
set(SFA_DDK_LIBRARIES /usr/x86_64-w64-mingw32/lib CACHE PATH "Where libntoskrnl.a of mingw-w64 is")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SFA_DDK SFA_DDK_LIBRARIES)

# The headers take clang for Microsoft's compiler unless told otherwise, and hide __attribute__ from it then. CMake must
# take it for that: no part of CMAKE_C_FLAGS.
add_compile_options(-fgnuc-version=12.0.0 -U_MSC_VER -D__MINGW32__ -D__MINGW64__ -fms-extensions)
add_compile_options(-ffreestanding -mno-stack-arg-probe -Wall -Wno-multichar -Wno-missing-braces "-Wno-#warnings")
add_compile_options(-isystem "${SFA_DDK}" -idirafter "${SFA_DDK}/.." -include "${CMAKE_CURRENT_LIST_DIR}/ddk.h")

set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-Wl,/driver,/nodefaultlib,/opt:ref,/entry:DriverEntry,/manifest:no")
# The last subsystem counts: behind that of console programs, which CMake names for every program.
set(CMAKE_C_STANDARD_LIBRARIES
    "${SFA_DDK_LIBRARIES}/libntoskrnl.a ${SFA_DDK_LIBRARIES}/libhal.a -Wl,/subsystem:native" CACHE STRING "")
