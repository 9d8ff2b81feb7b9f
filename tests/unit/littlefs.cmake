# /data on the host: fs/littlefs.c with littlefs's own sources on a flash in memory.
include(${PITH_ROOT}/cmake/PithLittlefs.cmake)

# pith_littlefs_unit(TARGET NAME DEFINITIONS...): test_NAME.c.
function(pith_littlefs_unit target name)
  add_executable(${target} test_${name}.c littlefs_flash.c ${PITH_ROOT}/fs/littlefs.c ${PITH_ROOT}/fs/littlefs_space.c
    ${PITH_ROOT}/fs/littlefs_core.c ${PITH_ROOT}/fs/fs.c)
  target_include_directories(${target} PRIVATE ${PITH_ROOT} ${PITH_ROOT}/abi ${PITH_ROOT}/lib ${PITH_ROOT}/fs
    ${PITH_ROOT}/drivers ${PITH_ROOT}/include)
  target_compile_definitions(${target} PRIVATE PITH_PROCESS_SUPPORT=1 PITH_DATA_BLOCKS=64 ${ARGN})
  pith_littlefs(${target})
  target_link_libraries(${target} PRIVATE cmocka)
endfunction()

pith_littlefs_unit(test_littlefs littlefs PITH_DATA_CYCLES=20)
add_test(NAME littlefs COMMAND test_littlefs)
