# find_package(Pith): applications for Pith. After project(), with pith-toolchain.cmake as CMAKE_TOOLCHAIN_FILE:
#
#   find_package(Pith REQUIRED)
#   pith_app(hello main.c STACK 4096 HEAP 16384)      # or, for a target that is there already:
#   target_link_libraries(hello PRIVATE Pith::Pith)
#   pith_memory(hello STACK 4096 HEAP 400000)
#
# PITH_CORE is cortex-m4f (hard float) or cortex-m3 (soft float; runs on every board).
include_guard(GLOBAL)
set(PITH_CORE cortex-m4f CACHE STRING "cortex-m4f or cortex-m3")
get_filename_component(PITH_SDK "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(PITH_CORE STREQUAL cortex-m4f)
  set(PITH_USER_CPU_FLAGS -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16)
elseif(PITH_CORE STREQUAL cortex-m3)
  set(PITH_USER_CPU_FLAGS -mcpu=cortex-m3 -mthumb -mfloat-abi=soft)
else()
  message(FATAL_ERROR "PITH_CORE is ${PITH_CORE}: it must be cortex-m4f or cortex-m3")
endif()
if(NOT CMAKE_C_COMPILER MATCHES "arm-none-eabi-gcc")
  message(FATAL_ERROR "Pith needs arm-none-eabi-gcc: -DCMAKE_TOOLCHAIN_FILE=${PITH_SDK}/pith-toolchain.cmake")
endif()
enable_language(C) # which links, whatever the project is in
set(PITH_LIBRARY_DIR "${PITH_SDK}/lib/${PITH_CORE}")
set(PITH_APP_FIRST "${PITH_SDK}/include/pith")
set(PITH_APP_INCLUDES "${PITH_SDK}/include")
set(PITH_APP_SCRIPT "${PITH_SDK}/lib/app.ld")
set(PITH_APP_START "${PITH_LIBRARY_DIR}/crt0.o")
set(PITH_APP_LIBRARIES "${PITH_LIBRARY_DIR}/libpith.a" "${PITH_LIBRARY_DIR}/libc.a" "${PITH_LIBRARY_DIR}/libm.a")
set(PITH_APP_LIBRARY_DIRS "${PITH_LIBRARY_DIR}")
list(APPEND CMAKE_LIBRARY_PATH ${PITH_APP_LIBRARY_DIRS}) # find_library(m)
include(${CMAKE_CURRENT_LIST_DIR}/PithAppRules.cmake)
