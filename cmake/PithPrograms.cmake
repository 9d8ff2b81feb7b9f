# The programs of user/bin, and what they share: user/util.

file(GLOB util_sources CONFIGURE_DEPENDS ${PITH_ROOT}/user/util/*.c)
add_library(pith_util STATIC ${util_sources} ${PITH_ROOT}/user/util/small/strings.c)
# Loops that are these functions must not be rewritten into calls of themselves.
set_source_files_properties(${PITH_ROOT}/user/util/small/strings.c PROPERTIES
  COMPILE_OPTIONS "-fno-builtin;-fno-tree-loop-distribute-patterns")
pith_user_target(pith_util)
target_compile_options(pith_util PUBLIC -Os -Wall -Wextra -Werror)
target_include_directories(pith_util PUBLIC ${PITH_ROOT}/user/util)

# PITH_PROGRAMS_LEFT_OUT: names of programs that a board has no room for.
# pith_programs(OUTPUT_DIR VARIABLE DEMOS): all of them; the demos, which have no part in the library, are in DEMOS too.
function(pith_programs output variable demos_variable)
  set(demos hello intruder)
  pith_apps_in(user/bin ${output} demo_apps ONLY ${demos})
  pith_apps_in(user/bin ${output} program_apps EXCEPT ${demos} ${PITH_PROGRAMS_LEFT_OUT} LIBRARIES pith_util SCALED)
  set(${demos_variable} ${demo_apps} PARENT_SCOPE)
  set(${variable} ${demo_apps} ${program_apps} PARENT_SCOPE)
endfunction()
