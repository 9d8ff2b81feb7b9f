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

if(DEFINED ENV{PITH_CACHE})
  set(PITH_CACHE $ENV{PITH_CACHE})
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(PITH_CACHE $ENV{XDG_CACHE_HOME}/pith)
else()
  set(PITH_CACHE $ENV{HOME}/.cache/pith)
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PITH_ROOT}/tools/newlib.py)
execute_process(
  COMMAND ${Python3_EXECUTABLE} ${PITH_ROOT}/tools/newlib.py
          --variant ${PITH_NEWLIB} --prefix-root ${PITH_CACHE}
  OUTPUT_VARIABLE _newlib OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE _newlib_status)
if(NOT _newlib_status EQUAL 0)
  message(FATAL_ERROR "tools/newlib.py could not make the libc ${PITH_NEWLIB}")
endif()
string(REGEX REPLACE "^.*\n" "" PITH_NEWLIB_PREFIX "${_newlib}")

# Pith's headers first, which may add to those of the same name that follow: the compiler's own, then newlib's, in the order
# of a stock cross compiler; and nothing of a prebuilt libc that may be installed beside it.
foreach(_folder include include-fixed)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=${_folder}
    OUTPUT_VARIABLE _gcc_${_folder} OUTPUT_STRIP_TRAILING_WHITESPACE)
endforeach()
execute_process(COMMAND ${CMAKE_C_COMPILER} ${PITH_USER_CPU_FLAGS} -print-libgcc-file-name
  OUTPUT_VARIABLE _user_libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)

set(PITH_USER_COMPILE ${PITH_USER_CPU_FLAGS}
  -fPIE -msingle-pic-base -mpic-register=r9 -mno-pic-data-is-text-relative
  -ffunction-sections -fdata-sections -fmacro-prefix-map=${PITH_ROOT}/=
  -nostdinc "SHELL:-isystem \"${PITH_ROOT}/user/include\"" "SHELL:-isystem \"${_gcc_include}\""
  "SHELL:-isystem \"${_gcc_include-fixed}\"" "SHELL:-isystem \"${PITH_NEWLIB_PREFIX}/include\"")
set(PITH_USER_CXX -fno-exceptions -fno-rtti -fno-threadsafe-statics)

function(pith_user_target target)
  target_compile_options(${target} PRIVATE ${PITH_USER_COMPILE} $<$<COMPILE_LANGUAGE:CXX>:${PITH_USER_CXX}>)
  target_include_directories(${target} PRIVATE ${PITH_ROOT}/user ${PITH_ROOT}/abi)
endfunction()

file(GLOB _user_sources CONFIGURE_DEPENDS ${PITH_ROOT}/user/*.c ${PITH_ROOT}/user/*.S
  ${PITH_ROOT}/user/libc/*.c ${PITH_ROOT}/user/libc/*.S ${PITH_ROOT}/user/posix/*.c ${PITH_ROOT}/user/posix/*.S)
list(REMOVE_ITEM _user_sources ${PITH_ROOT}/user/crt0.S)
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

# pith_app(NAME source... [STACK bytes] [HEAP bytes] [OUTPUT_NAME file] [OUTPUT_DIRECTORY folder])
# STACK and HEAP are what the process asks for; without them it takes the system's default.
function(pith_app name)
  cmake_parse_arguments(app "" "STACK;HEAP;OUTPUT_NAME;OUTPUT_DIRECTORY" "" ${ARGN})
  foreach(wish STACK HEAP)
    if(NOT app_${wish})
      set(app_${wish} 0)
    endif()
  endforeach()
  if(NOT app_OUTPUT_NAME)
    set(app_OUTPUT_NAME ${name})
  endif()
  if(NOT app_OUTPUT_DIRECTORY)
    set(app_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  add_executable(${name} ${app_UNPARSED_ARGUMENTS} $<TARGET_OBJECTS:pith_crt0>)
  pith_user_target(${name})
  target_compile_options(${name} PRIVATE -Wall -Wextra)
  target_link_options(${name} PRIVATE ${PITH_USER_CPU_FLAGS}
    -nostdlib -nostartfiles -pie -Wl,--no-dynamic-linker -Wl,-z,text -Wl,--gc-sections
    -Wl,-z,max-page-size=32 -Wl,--no-warn-rwx-segments
    -Wl,--defsym=__pith_stack=${app_STACK} -Wl,--defsym=__pith_heap=${app_HEAP}
    -T${PITH_ROOT}/user/app.ld)
  target_link_libraries(${name} PRIVATE -Wl,--start-group pith_user
    ${PITH_NEWLIB_PREFIX}/lib/libc.a ${PITH_NEWLIB_PREFIX}/lib/libm.a ${_user_libgcc} -Wl,--end-group)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C OUTPUT_NAME ${app_OUTPUT_NAME} SUFFIX .elf
    RUNTIME_OUTPUT_DIRECTORY ${app_OUTPUT_DIRECTORY} LINK_DEPENDS ${PITH_ROOT}/user/app.ld)
endfunction()
