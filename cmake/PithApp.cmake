# Applications: position-independent ELF files that Pith loads as they are.
#
#   set(CMAKE_TOOLCHAIN_FILE /path/to/pith/cmake/arm-none-eabi.cmake)   # before project()
#   project(hello C)
#   include(/path/to/pith/cmake/PithApp.cmake)
#   pith_app(hello main.c STACK 4096 HEAP 16384)
#
# Text and data are addressed apart (data through r9), so that text runs where the file lies and is shared;
# -z text refuses a program whose text would need a relocation. The libc is newlib, rebuilt
# position-independent once by tools/newlib.py and kept in the cache.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/PithCommon.cmake)
if(NOT PITH_BOARD_FILE)
  include(${CMAKE_CURRENT_LIST_DIR}/PithBoard.cmake)
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# Symbols that applications keep in a built-in image, so that crash reports name functions: none, functions (a seventh
# more of a typical file, in flash alone), all (a third). An ELF file of its own has whatever it was linked with.
set(PITH_SYMBOLS functions CACHE STRING "symbols of the applications in the image: none, functions or all")

include(${CMAKE_CURRENT_LIST_DIR}/PithCache.cmake)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PITH_ROOT}/tools/newlib.py)
execute_process(
  COMMAND ${Python3_EXECUTABLE} ${PITH_ROOT}/tools/newlib.py
          --variant ${PITH_NEWLIB} --prefix-root ${PITH_CACHE}
  OUTPUT_VARIABLE _newlib OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE _newlib_status)
if(NOT _newlib_status EQUAL 0)
  message(FATAL_ERROR "tools/newlib.py could not make the libc ${PITH_NEWLIB}")
endif()
string(REGEX REPLACE "^.*\n" "" PITH_NEWLIB_PREFIX "${_newlib}")

set(PITH_APP_FIRST "${PITH_ROOT}/user/include")
set(PITH_APP_INCLUDES "${PITH_NEWLIB_PREFIX}/include" "${PITH_ROOT}/user" "${PITH_ROOT}/abi")
set(PITH_APP_SCRIPT "${PITH_ROOT}/user/app.ld")
set(PITH_APP_START $<TARGET_OBJECTS:pith_crt0>)
set(PITH_APP_LIBRARIES pith_user "${PITH_NEWLIB_PREFIX}/lib/libc.a" "${PITH_NEWLIB_PREFIX}/lib/libm.a")
set(PITH_APP_LIBRARY_DIRS "${PITH_NEWLIB_PREFIX}/lib" "${CMAKE_BINARY_DIR}/pith_lib")
foreach(_name pthread rt) # what they hold elsewhere is in pith_user: -lpthread finds an empty archive
  file(WRITE "${CMAKE_BINARY_DIR}/pith_lib/lib${_name}.a" "!<arch>\n")
endforeach()
list(APPEND CMAKE_LIBRARY_PATH ${PITH_APP_LIBRARY_DIRS}) # find_library(m)
include(${CMAKE_CURRENT_LIST_DIR}/PithAppRules.cmake)
list(APPEND PITH_USER_COMPILE -fmacro-prefix-map=${PITH_ROOT}/=)

file(GLOB _user_sources CONFIGURE_DEPENDS ${PITH_ROOT}/user/*.c ${PITH_ROOT}/user/*.S
  ${PITH_ROOT}/user/libc/*.c ${PITH_ROOT}/user/libc/*.S ${PITH_ROOT}/user/posix/*.c ${PITH_ROOT}/user/posix/*.S)
list(REMOVE_ITEM _user_sources ${PITH_ROOT}/user/crt0.S)
enable_language(C)
enable_language(ASM)
add_library(pith_crt0 OBJECT ${PITH_ROOT}/user/crt0.S)
add_library(pith_user STATIC ${_user_sources})
foreach(_target pith_crt0 pith_user)
  pith_user_target(${_target})
endforeach()
target_include_directories(pith_user PRIVATE ${PITH_ROOT}/user/libc)
# A libc's own functions must not be rewritten into calls of themselves.
target_compile_options(pith_user PRIVATE -std=gnu11 -Wall -Wextra -Werror
  $<$<COMPILE_LANGUAGE:C>:-fno-builtin>)
