# AN385 with all C compiled for the Armv6-M subset (Cortex-M0, soft float): shows that the portable code
# needs nothing of Armv7-M. The assembly of arch/ is Armv7-M and runs on the image's Cortex-M3.
include(${CMAKE_CURRENT_LIST_DIR}/an385.cmake)
set(PITH_C_CPU_FLAGS -mcpu=cortex-m0 -mthumb -mfloat-abi=soft)
set(PITH_ASM_CPU_FLAGS -mcpu=cortex-m3 -mthumb -mfloat-abi=soft)
set(PITH_CPU_FLAGS ${PITH_C_CPU_FLAGS})
