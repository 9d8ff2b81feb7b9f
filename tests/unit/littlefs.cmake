# /data on the host: fs/littlefs.c with littlefs's own sources on a flash in memory.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
include(${PITH_ROOT}/cmake/PithLittlefs.cmake)

# pith_littlefs_unit(TARGET NAME DEFINITIONS...): test_NAME.c.
function(pith_littlefs_unit target name)
  add_executable(${target} test_${name}.c littlefs_flash.c ${PITH_ROOT}/fs/fs.c ${PITH_ROOT}/fs/littlefs.c
    ${PITH_ROOT}/fs/littlefs_core.c ${PITH_ROOT}/fs/littlefs_file.c ${PITH_ROOT}/fs/littlefs_path.c
    ${PITH_ROOT}/fs/littlefs_space.c)
  target_include_directories(${target} PRIVATE ${PITH_ROOT} ${PITH_ROOT}/abi ${PITH_ROOT}/lib ${PITH_ROOT}/fs
    ${PITH_ROOT}/drivers ${PITH_ROOT}/include)
  target_compile_definitions(${target} PRIVATE PITH_PROCESS_SUPPORT=1 PITH_DATA_BLOCKS=64 ${ARGN})
  pith_littlefs(${target})
  target_link_libraries(${target} PRIVATE cmocka)
endfunction()

pith_littlefs_unit(test_littlefs littlefs PITH_DATA_CYCLES=20)
pith_littlefs_unit(test_littlefs_device littlefs_device PITH_DATA_CYCLES=20)
add_test(NAME littlefs COMMAND test_littlefs)
add_test(NAME littlefs_device COMMAND test_littlefs_device)

# Power cuts: a sample, and all of them (./pith test --powercut).
pith_littlefs_unit(test_powercut powercut PITH_DATA_CYCLES=20)
add_test(NAME powercut COMMAND test_powercut)
add_test(NAME powercut_all COMMAND test_powercut all)
set_tests_properties(powercut_all PROPERTIES LABELS long TIMEOUT 1800)

# Mutated images, with the checksum as it is and with one that is always right.
pith_littlefs_unit(test_mutants_littlefs mutants_littlefs)
pith_littlefs_unit(test_mutants_littlefs_crc mutants_littlefs LITTLEFS_TEST_CRC=1)
foreach(target test_mutants_littlefs test_mutants_littlefs_crc)
  target_compile_options(${target} PRIVATE -O2)
endforeach()
add_test(NAME mutants_littlefs COMMAND test_mutants_littlefs 5000)
add_test(NAME mutants_littlefs_crc COMMAND test_mutants_littlefs_crc 5000)
add_test(NAME mutants_littlefs_all COMMAND test_mutants_littlefs 500000)
add_test(NAME mutants_littlefs_crc_all COMMAND test_mutants_littlefs_crc 500000)
set_tests_properties(mutants_littlefs_all mutants_littlefs_crc_all PROPERTIES LABELS long TIMEOUT 7200)

# Its devices.
pith_unit(nor_ram drivers/nor_ram.c)
pith_unit(stm32_flash)
foreach(target test_nor_ram test_stm32_flash)
  target_include_directories(${target} PRIVATE ${PITH_ROOT}/drivers)
endforeach()
target_compile_definitions(test_stm32_flash PRIVATE STM32_FLASH_POLLS=1000)
