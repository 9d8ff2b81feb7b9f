# Reads boards/<family>/<board>.cmake for PITH_BOARD. The file sets:
#   PITH_ARCH            folder of arch/
#   PITH_CPU_FLAGS       list, for privileged code; PITH_C_CPU_FLAGS and PITH_ASM_CPU_FLAGS override it
#   PITH_USER_CPU_FLAGS  list, for applications
#   PITH_NEWLIB          the libc variant applications link with: m3_soft or m4_hard
#   PITH_BOARD_SOURCES, PITH_BOARD_INCLUDES, PITH_BOARD_DEFINES, PITH_DRIVER_SOURCES
#   PITH_LINKER_SCRIPT   absolute
#   PITH_QEMU_MACHINE    -M of qemu-system-arm
if(NOT PITH_BOARD)
  set(PITH_BOARD mps2_an386)
endif()
if(EXISTS ${PITH_ROOT}/boards/${PITH_BOARD}/${PITH_BOARD}.cmake)
  set(PITH_BOARD_FILE ${PITH_ROOT}/boards/${PITH_BOARD}/${PITH_BOARD}.cmake)
else()
  string(REGEX REPLACE "^([^_]+)_(.+)$" "\\1/\\2" _board_path ${PITH_BOARD})
  set(PITH_BOARD_FILE ${PITH_ROOT}/boards/${_board_path}.cmake)
endif()
if(NOT EXISTS ${PITH_BOARD_FILE})
  message(FATAL_ERROR "no board ${PITH_BOARD}: there is no ${PITH_BOARD_FILE}")
endif()
get_filename_component(PITH_BOARD_DIR ${PITH_BOARD_FILE} DIRECTORY)
include(${PITH_BOARD_FILE})
