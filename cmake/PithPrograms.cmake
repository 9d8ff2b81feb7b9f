# The programs of user/bin, and what they share: user/util.

# These need headers or functions that the libc does not have yet. When it has, take them out here; nothing else changes.
set(PITH_PROGRAMS_LATER ls rm cp mv grep top rx sx touch tty sync mkdir rmdir env dd df reboot poweroff)
# What of user/util they alone use.
set(PITH_UTIL_LATER tree.c terminal.c screen.c)

file(GLOB util_sources CONFIGURE_DEPENDS ${PITH_ROOT}/user/util/*.c)
list(TRANSFORM PITH_UTIL_LATER PREPEND ${PITH_ROOT}/user/util/ OUTPUT_VARIABLE util_later)
list(REMOVE_ITEM util_sources ${util_later})
add_library(pith_util STATIC ${util_sources})
pith_user_target(pith_util)
target_compile_options(pith_util PUBLIC -Os -Wall -Wextra -Werror)
target_include_directories(pith_util PUBLIC ${PITH_ROOT}/user/util)

# pith_programs(OUTPUT_DIR VARIABLE DEMOS): all of them; the demos, which have no part in the library, are in DEMOS too.
function(pith_programs output variable demos_variable)
  set(demos hello intruder)
  pith_apps_in(user/bin ${output} demo_apps ONLY ${demos})
  pith_apps_in(user/bin ${output} program_apps EXCEPT ${demos} ${PITH_PROGRAMS_LATER} LIBRARIES pith_util)
  set(${demos_variable} ${demo_apps} PARENT_SCOPE)
  set(${variable} ${demo_apps} ${program_apps} PARENT_SCOPE)
endfunction()
