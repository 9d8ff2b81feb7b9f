# Sets PITH_LITTLEFS, the folder of littlefs's sources, which tools/littlefs.py fetches once.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/PithCache.cmake)
get_filename_component(_tools "${CMAKE_CURRENT_LIST_DIR}/../tools" ABSOLUTE)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${_tools}/littlefs.py ${_tools}/requirements.txt)
execute_process(
  COMMAND ${Python3_EXECUTABLE} ${_tools}/littlefs.py --prefix-root ${PITH_CACHE}
  OUTPUT_VARIABLE _littlefs OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE _littlefs_status)
if(NOT _littlefs_status EQUAL 0)
  message(FATAL_ERROR "tools/littlefs.py could not fetch littlefs; -DPITH_DATA=OFF builds without /data")
endif()
string(REGEX REPLACE "^.*\n" "" PITH_LITTLEFS "${_littlefs}")

# pith_littlefs(TARGET): its sources may include littlefs's. It gets what it needs from fs/littlefs_config.h.
function(pith_littlefs target)
  target_include_directories(${target} SYSTEM PRIVATE ${PITH_LITTLEFS})
  target_compile_definitions(${target} PRIVATE LFS_CONFIG=littlefs_config.h)
endfunction()
