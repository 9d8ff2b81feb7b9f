# What the kernel, the system and applications share: where the tree is, the warnings, and the folder
# through which a layer finds config.h. Layers get only the -I folders they may use, and the root is
# never one of them: config.h is reached through a folder that holds nothing else.
get_filename_component(PITH_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)

set(PITH_CONFIG_DIR "${CMAKE_BINARY_DIR}/pith_config")
set(_pith_config "#include \"${PITH_ROOT}/config.h\"\n")
set(_pith_config_old "")
if(EXISTS "${PITH_CONFIG_DIR}/config.h")
  file(READ "${PITH_CONFIG_DIR}/config.h" _pith_config_old)
endif()
if(NOT _pith_config STREQUAL _pith_config_old)
  file(WRITE "${PITH_CONFIG_DIR}/config.h" "${_pith_config}")
endif()

set(PITH_WARNINGS -Wall -Wextra -Werror -Wundef -Wshadow)
set(PITH_C_FLAGS -ffreestanding -fno-common -ffunction-sections -fdata-sections
    -fmacro-prefix-map=${PITH_ROOT}/= ${PITH_WARNINGS})

# Gives a privileged target the flags of its board: C and assembly may differ (PITH_C_CPU_FLAGS and
# PITH_ASM_CPU_FLAGS); without them both take PITH_CPU_FLAGS, and without that whatever the project that
# added Pith has set.
function(pith_privileged target)
  set(c ${PITH_CPU_FLAGS})
  set(asm ${PITH_CPU_FLAGS})
  if(DEFINED PITH_C_CPU_FLAGS)
    set(c ${PITH_C_CPU_FLAGS})
  endif()
  if(DEFINED PITH_ASM_CPU_FLAGS)
    set(asm ${PITH_ASM_CPU_FLAGS})
  endif()
  target_compile_options(${target} PRIVATE
    "$<$<COMPILE_LANGUAGE:C>:${c};-std=gnu11;${PITH_C_FLAGS};-Wstrict-prototypes>"
    "$<$<COMPILE_LANGUAGE:ASM>:${asm};-Wa,--fatal-warnings>")
  target_compile_definitions(${target} PRIVATE ${PITH_BOARD_DEFINES})
endfunction()
