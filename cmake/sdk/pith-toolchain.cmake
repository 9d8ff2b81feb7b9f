# The toolchain for applications of Pith, and where find_package(Pith) finds this SDK.
include("${CMAKE_CURRENT_LIST_DIR}/lib/cmake/Pith/arm-none-eabi.cmake")
# What find_library() and find_path() find is for Pith, never this machine's own.
set(CMAKE_FIND_ROOT_PATH "${CMAKE_CURRENT_LIST_DIR}")
set(Pith_DIR "${CMAKE_CURRENT_LIST_DIR}/lib/cmake/Pith")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "build type")
endif()
