# What the MPS2 boards share; each board's own file includes it.
set(PITH_BOARD_DIR ${CMAKE_CURRENT_LIST_DIR})
set(PITH_ARCH armv7m)
set(PITH_BOARD_SOURCES ${PITH_BOARD_DIR}/board.c ${PITH_BOARD_DIR}/vectors.c)
set(_drivers ${PITH_BOARD_DIR}/../../drivers)
set(PITH_DRIVER_SOURCES ${_drivers}/tty.c ${_drivers}/cmsdk_uart.c ${_drivers}/semihost.c ${_drivers}/nor_ram.c)
set(PITH_BOARD_DATA ON) # it has memory for /data
set(PITH_SHELL_STACK 98304)
set(PITH_HEAP_SCALE 8) # and for longer texts than programs ask for
set(PITH_LINKER_SCRIPT ${PITH_BOARD_DIR}/mps2.ld)
# A real serial line wants "\r\n"; the pipe QEMU gives us does not: -DPITH_CONSOLE_CRLF=1 for the board itself.
if(NOT DEFINED PITH_CONSOLE_CRLF)
  set(PITH_CONSOLE_CRLF 0)
endif()
set(PITH_BOARD_DEFINES BOARD_CONSOLE_CRLF=${PITH_CONSOLE_CRLF} PITH_PROCESSES=16 PITH_FILES=96)
if(NOT PITH_CONSOLE_CRLF)
  list(APPEND PITH_BOARD_DEFINES PITH_CLOCK_RESTART=0) # QEMU
endif()
