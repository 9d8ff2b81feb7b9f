# STM32F429ZI on ST's Nucleo-F429ZI or Discovery board; in QEMU the STM32F405 of netduinoplus2. One binary for
# all: what differs is found at run time. The console on hardware is the USART of the on-board debug probe:
#   PITH_STM32_CONSOLE=3  USART3 on PD8/PD9, Nucleo-144 (default)
#   PITH_STM32_CONSOLE=1  USART1 on PA9/PA10, Discovery
# In QEMU it is USART1, the machine's first serial line.
#
#   PITH_STM32_RAM_KB=192  SRAM in one piece of the STM32F429, and of QEMU's machine (default)
#   PITH_STM32_RAM_KB=128  of an STM32F405 or F407 on hardware
#
#   PITH_STM32_DATA_SECTOR=first, PITH_STM32_DATA_SECTORS=count   the sectors of flash, of 128 KB, that are /data: from 17 to 23 in
#                          a second megabyte, where nothing stands still while they are erased, or from 5 to 11 in the first,
#                          behind the system's image. Without it: 17 to 23 if the chip has them, else 8 to 11.
set(PITH_BOARD_DIR ${CMAKE_CURRENT_LIST_DIR})
set(PITH_ARCH armv7m)
set(PITH_CPU_FLAGS -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16)
set(PITH_USER_CPU_FLAGS ${PITH_CPU_FLAGS})
set(PITH_NEWLIB m4_hard)
set(PITH_BOARD_SOURCES ${PITH_BOARD_DIR}/board.c ${PITH_BOARD_DIR}/rcc.c ${PITH_BOARD_DIR}/vectors.c)
set(_drivers ${PITH_BOARD_DIR}/../../drivers)
set(PITH_DRIVER_SOURCES ${_drivers}/tty.c ${_drivers}/stm32_usart.c ${_drivers}/semihost.c
    ${_drivers}/stm32_flash.c)
set(PITH_BOARD_DATA ON)
# All programs and their functions' names are more than 1 MB.
set(PITH_SYMBOLS none CACHE STRING "symbols of the applications in the image: none, functions or all")
if(NOT DEFINED PITH_STM32_RAM_KB)
  set(PITH_STM32_RAM_KB 192)
endif()
set(PITH_LINKER_SCRIPT ${CMAKE_BINARY_DIR}/stm32f4.ld)
configure_file(${PITH_BOARD_DIR}/stm32f4.ld.in ${PITH_LINKER_SCRIPT} @ONLY)
set(PITH_QEMU_MACHINE netduinoplus2)
if(NOT DEFINED PITH_STM32_CONSOLE)
  set(PITH_STM32_CONSOLE 3)
endif()
if(NOT DEFINED PITH_STM32_DATA_SECTOR)
  set(PITH_STM32_DATA_SECTOR 0)
endif()
if(NOT DEFINED PITH_STM32_DATA_SECTORS)
  set(PITH_STM32_DATA_SECTORS 4)
endif()
set(PITH_BOARD_DEFINES BOARD_STM32_DATA_SECTOR=${PITH_STM32_DATA_SECTOR} BOARD_STM32_DATA_SECTORS=${PITH_STM32_DATA_SECTORS}
    PITH_DATA_FILES=3 PITH_DATA_CACHE=512 PITH_DATA_BLOCKS=64 PITH_ARGUMENTS=16384 PITH_TMPFS=32768 PITH_TMPFS_CHUNK=4096 PITH_PIPE=1024
    BOARD_STM32_CONSOLE=${PITH_STM32_CONSOLE} BOARD_STM32_RAM_KB=${PITH_STM32_RAM_KB} PITH_IRQ_SLOTS=91)
