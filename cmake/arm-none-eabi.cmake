# Toolchain for every board and application: Debian's gcc-arm-none-eabi, found by name on PATH.
# It says nothing about a core: PITH_CPU_FLAGS come from the board. Nothing is linked while CMake probes
# the compiler, because there is no C library to link with.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_EXECUTABLE_SUFFIX_C .elf)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .elf)
set(CMAKE_EXECUTABLE_SUFFIX_ASM .elf)
# Assertions stay on: a caller's bug is named, in every build.
foreach(language C CXX ASM)
  set(CMAKE_${language}_FLAGS_RELWITHDEBINFO "-O2 -g" CACHE STRING "flags of the default build type")
endforeach()
set(Pith_DIR "${CMAKE_CURRENT_LIST_DIR}") # find_package(Pith) finds this tree
