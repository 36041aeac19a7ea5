# SPDX-License-Identifier: MIT OR Apache-2.0
# find_package(sfa): the stream frame allocator, for drivers for Windows.
#
#   sfa::sfa  the archive and the headers
#   sfa::nt   the same, and nt.c: what a driver needs that uses frames alone
#   sfa::ks   the same, and ks.c with ks.lib: requests that wait, events and the allocator object
#
# nt.c and ks.c are compiled into the target that links sfa::nt or sfa::ks, with its options: link them to the driver
# itself, PRIVATE, and to no library of it.
#
# Debug gets the Debug archive, every other configuration the Release one.

if(TARGET sfa::sfa)
  return()
endif()

get_filename_component(_sfa_root "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

# The archive is for a machine and, on x64, for Microsoft's linker or mingw-w64's.
set(_sfa_machine "${CMAKE_C_COMPILER_ARCHITECTURE_ID}")
if(NOT _sfa_machine)
  set(_sfa_machine "${CMAKE_SYSTEM_PROCESSOR}")
endif()
string(TOLOWER "${_sfa_machine}" _sfa_machine)
set(_sfa_place "")
if(_sfa_machine MATCHES "^(x64|amd64|x86_64)$" AND MINGW)
  set(_sfa_place "x64-gnu")
  set(_sfa_file "libsfa.a")
elseif(_sfa_machine MATCHES "^(x64|amd64|x86_64)$")
  set(_sfa_place "x64")
  set(_sfa_file "sfa.lib")
elseif(_sfa_machine MATCHES "^(arm64|aarch64)$" AND NOT MINGW)
  set(_sfa_place "ARM64")
  set(_sfa_file "sfa.lib")
endif()

if(NOT CMAKE_C_COMPILER_LOADED)
  set(sfa_NOT_FOUND_MESSAGE "sfa: the project must enable C, for nt.c")
elseif(NOT WIN32)
  set(sfa_NOT_FOUND_MESSAGE "sfa: the package is for drivers for Windows, not for ${CMAKE_SYSTEM_NAME}")
elseif(NOT _sfa_place OR NOT CMAKE_SIZEOF_VOID_P EQUAL 8)
  set(sfa_NOT_FOUND_MESSAGE "sfa: no archive for ${_sfa_machine}; there are x64 and ARM64, and x64 for mingw-w64")
endif()
if(sfa_NOT_FOUND_MESSAGE)
  set(sfa_FOUND FALSE)
  return()
endif()

add_library(sfa::sfa STATIC IMPORTED)
set_target_properties(
  sfa::sfa
  PROPERTIES IMPORTED_CONFIGURATIONS "RELEASE;DEBUG"
             IMPORTED_LOCATION_RELEASE "${_sfa_root}/lib/${_sfa_place}/Release/${_sfa_file}"
             IMPORTED_LOCATION_DEBUG "${_sfa_root}/lib/${_sfa_place}/Debug/${_sfa_file}"
             MAP_IMPORTED_CONFIG_RELWITHDEBINFO Release
             MAP_IMPORTED_CONFIG_MINSIZEREL Release
             INTERFACE_INCLUDE_DIRECTORIES "${_sfa_root}/include")

add_library(sfa::nt INTERFACE IMPORTED)
set_target_properties(
  sfa::nt
  PROPERTIES INTERFACE_SOURCES "${_sfa_root}/src/os/nt.c"
             INTERFACE_LINK_LIBRARIES sfa::sfa)

# WDK::KS is ks.lib where FindWDK is in use; else the linker looks for it.
add_library(sfa::ks INTERFACE IMPORTED)
set_target_properties(
  sfa::ks
  PROPERTIES INTERFACE_SOURCES "${_sfa_root}/src/os/ks.c"
             INTERFACE_LINK_LIBRARIES "sfa::nt;$<IF:$<TARGET_EXISTS:WDK::KS>,WDK::KS,ks>")

unset(_sfa_root)
unset(_sfa_machine)
unset(_sfa_place)
unset(_sfa_file)
