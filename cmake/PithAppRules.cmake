# How an application is compiled and linked; for PithApp.cmake (in the tree) and PithConfig.cmake (from an SDK), which set:
#   PITH_USER_CPU_FLAGS   list
#   PITH_APP_FIRST        the folder of headers that goes before the compiler's own
#   PITH_APP_INCLUDES     those behind them, in order
#   PITH_APP_SCRIPT       the linker script, app.ld
#   PITH_APP_START        the object that holds _start
#   PITH_APP_LIBRARIES    list, in one group, with libgcc, which is added here
#   PITH_APP_LIBRARY_DIRS list: where -lm, -lpthread and the like are found
include_guard(GLOBAL)

foreach(_folder include include-fixed)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=${_folder}
    OUTPUT_VARIABLE _gcc_${_folder} OUTPUT_STRIP_TRAILING_WHITESPACE)
endforeach()
execute_process(COMMAND ${CMAKE_C_COMPILER} ${PITH_USER_CPU_FLAGS} -print-libgcc-file-name
  OUTPUT_VARIABLE _user_libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
list(APPEND PITH_APP_LIBRARIES "${_user_libgcc}")

# Text and data are addressed apart, so that text runs where the file lies and is shared. Pith's headers come
# first, which may add to those of the same name that follow (<limits.h>): the compiler's own, then newlib's, in the order of a
# stock cross compiler; nothing of a prebuilt libc that may be installed beside it is seen.
set(PITH_USER_COMPILE ${PITH_USER_CPU_FLAGS}
  -fPIE -msingle-pic-base -mpic-register=r9 -mno-pic-data-is-text-relative -ffunction-sections -fdata-sections -nostdinc)

# The C++ library is its headers, of the compiler's own version; what they call is in user/libc/cxx*.c. They come before all
# others: <cstdlib> goes on to the next <stdlib.h>.
get_property(_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if("CXX" IN_LIST _languages)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -dumpversion
    OUTPUT_VARIABLE _gxx_version OUTPUT_STRIP_TRAILING_WHITESPACE)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${PITH_USER_CPU_FLAGS} -print-multi-directory
    OUTPUT_VARIABLE _gxx_multi OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(PITH_CXX_HEADERS "/usr/include/newlib/c++/${_gxx_version}" CACHE PATH "headers of libstdc++ for newlib")
  if(EXISTS "${PITH_CXX_HEADERS}/arm-none-eabi/${_gxx_multi}")
    foreach(_folder "" /arm-none-eabi/${_gxx_multi} /backward)
      list(APPEND PITH_USER_COMPILE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-isystem \"${PITH_CXX_HEADERS}${_folder}\">")
    endforeach()
  elseif(NOT CMAKE_SOURCE_DIR STREQUAL PITH_ROOT)
    message(WARNING "C++ is without its library's headers (<cstdio>, <vector>): ${PITH_CXX_HEADERS} is not there; "
      "the Debian package libstdc++-arm-none-eabi-dev has them")
  endif()
endif()
foreach(_folder "${PITH_APP_FIRST}" "${_gcc_include}" "${_gcc_include-fixed}" ${PITH_APP_INCLUDES})
  list(APPEND PITH_USER_COMPILE "SHELL:-isystem \"${_folder}\"")
endforeach()
# The assertions end a program whose index is out of range; with them std::string is instantiated where it is used, as it is in no library.
set(PITH_USER_CXX -fno-exceptions -fno-rtti -fno-threadsafe-statics -D_GLIBCXX_ASSERTIONS)
set(PITH_APP_LINK ${PITH_USER_CPU_FLAGS}
  -nostdlib -nostartfiles -pie -Wl,--no-dynamic-linker -Wl,-z,text -Wl,--gc-sections
  -Wl,-z,max-page-size=32 -Wl,--no-warn-rwx-segments "-T${PITH_APP_SCRIPT}")
foreach(_folder IN LISTS PITH_APP_LIBRARY_DIRS)
  list(APPEND PITH_APP_LINK "-L${_folder}")
endforeach()

# Compiles a target's sources for a process.
function(pith_user_target target)
  target_compile_options(${target} PRIVATE ${PITH_USER_COMPILE} $<$<COMPILE_LANGUAGE:CXX>:${PITH_USER_CXX}>)
endfunction()

# pith_app(NAME source... [STACK bytes] [HEAP bytes] [LIBRARIES target...] [OUTPUT_NAME file] [OUTPUT_DIRECTORY folder])
# STACK and HEAP are what the process asks for; without them it takes the system's default.
function(pith_app name)
  cmake_parse_arguments(app "" "STACK;HEAP;OUTPUT_NAME;OUTPUT_DIRECTORY" "LIBRARIES" ${ARGN})
  foreach(wish STACK HEAP)
    if(NOT app_${wish})
      set(app_${wish} 0)
    endif()
  endforeach()
  if(NOT DEFINED app_OUTPUT_NAME)
    set(app_OUTPUT_NAME ${name})
  endif()
  if(NOT app_OUTPUT_DIRECTORY)
    set(app_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  endif()
  add_executable(${name} ${app_UNPARSED_ARGUMENTS} ${PITH_APP_START})
  pith_user_target(${name})
  target_compile_options(${name} PRIVATE -Wall -Wextra)
  target_link_options(${name} PRIVATE ${PITH_APP_LINK}
    -Wl,--defsym=__pith_stack=${app_STACK} -Wl,--defsym=__pith_heap=${app_HEAP})
  target_link_libraries(${name} PRIVATE -Wl,--start-group ${app_LIBRARIES} ${PITH_APP_LIBRARIES} -Wl,--end-group)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C OUTPUT_NAME ${app_OUTPUT_NAME} SUFFIX .elf
    RUNTIME_OUTPUT_DIRECTORY ${app_OUTPUT_DIRECTORY} LINK_DEPENDS "${PITH_APP_SCRIPT}")
endfunction()

# What the process of a target asks for, in bytes: pith_memory(NAME [STACK bytes] [HEAP bytes]).
function(pith_memory name)
  cmake_parse_arguments(memory "" "STACK;HEAP" "" ${ARGN})
  if(memory_STACK)
    target_link_options(${name} PRIVATE -Wl,--defsym=__pith_stack=${memory_STACK})
  endif()
  if(memory_HEAP)
    target_link_options(${name} PRIVATE -Wl,--defsym=__pith_heap=${memory_HEAP})
  endif()
endfunction()

# The same for a target that is there already: target_link_libraries(NAME PRIVATE Pith::Pith).
add_library(Pith::Pith INTERFACE IMPORTED)
set_target_properties(Pith::Pith PROPERTIES
  INTERFACE_SOURCES "${PITH_APP_START}"
  INTERFACE_COMPILE_OPTIONS "${PITH_USER_COMPILE};$<$<COMPILE_LANGUAGE:CXX>:${PITH_USER_CXX}>"
  INTERFACE_LINK_OPTIONS "${PITH_APP_LINK}"
  INTERFACE_LINK_LIBRARIES "-Wl,--start-group;${PITH_APP_LIBRARIES};-Wl,--end-group")
