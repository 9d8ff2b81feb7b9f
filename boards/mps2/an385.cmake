# Arm MPS2 with image AN385: Cortex-M3.
include(${CMAKE_CURRENT_LIST_DIR}/mps2.cmake)
set(PITH_CPU_FLAGS -mcpu=cortex-m3 -mthumb -mfloat-abi=soft)
set(PITH_USER_CPU_FLAGS ${PITH_CPU_FLAGS})
set(PITH_NEWLIB m3_soft)
set(PITH_QEMU_MACHINE mps2-an385)
list(APPEND PITH_BOARD_DEFINES "BOARD_IMAGE=\"AN385\"")
