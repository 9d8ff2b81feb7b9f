# The programs of attacks.def: each an ELF file of its own, with one function of tests/user/attacks as its action. They are
# compiled once and linked once each; what an attack does not need the linker leaves out.
file(GLOB _attack_sources CONFIGURE_DEPENDS ${PITH_ROOT}/tests/user/attacks/*.c)
add_library(hostile_attacks OBJECT ${_attack_sources})
pith_user_target(hostile_attacks)
target_include_directories(hostile_attacks PRIVATE ${PITH_ROOT}/tests/user/apps)
target_compile_options(hostile_attacks PRIVATE -std=gnu11 -Wall -Wextra -Werror)

set(_list ${PITH_ROOT}/tests/hostile/attacks.def)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${_list})
file(STRINGS ${_list} _lines REGEX "^(ATTACK|HELPER)\\(")
set(hostile_apps "")
foreach(_line IN LISTS _lines)
  string(REGEX MATCH "^(ATTACK|HELPER)\\(([a-z0-9_]+), ([a-z0-9_]+)[,)]" _unused "${_line}")
  set(_app hostile_${CMAKE_MATCH_2})
  set(_function ${CMAKE_MATCH_3})
  pith_app(${_app} $<TARGET_OBJECTS:hostile_attacks> STACK 2048 HEAP 8192
    OUTPUT_NAME ${CMAKE_MATCH_2} OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/hostile)
  target_link_options(${_app} PRIVATE -Wl,--defsym=attack=${_function})
  list(APPEND hostile_apps ${_app})
endforeach()
