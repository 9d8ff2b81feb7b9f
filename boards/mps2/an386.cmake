# Arm MPS2 with image AN386: Cortex-M4 with FPU.
include(${CMAKE_CURRENT_LIST_DIR}/mps2.cmake)
set(PITH_CPU_FLAGS -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16)
set(PITH_USER_CPU_FLAGS ${PITH_CPU_FLAGS})
set(PITH_NEWLIB m4_hard)
set(PITH_QEMU_MACHINE mps2-an386)
list(APPEND PITH_BOARD_DEFINES "BOARD_IMAGE=\"AN386\"")
