# cmake -DIN=offsets.s -DOUT=offsets.h -P offsets.cmake
# Turns the lines "->NAME #VALUE" of a compiled offsets.c into "#define NAME VALUE", so that assembly
# reads structure offsets from the structures. The file is rewritten only when it changes.
file(STRINGS "${IN}" lines REGEX "^[ \t]*->")
set(text "/* Made from offsets.c by cmake/offsets.cmake. */\n")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "->[ \t]*([A-Za-z0-9_]+)[ \t]+[#$]*(-?[0-9]+)")
    message(FATAL_ERROR "offsets: cannot read \"${line}\" of ${IN}")
  endif()
  string(APPEND text "#define ${CMAKE_MATCH_1} ${CMAKE_MATCH_2}\n")
endforeach()
set(old "")
if(EXISTS "${OUT}")
  file(READ "${OUT}" old)
endif()
if(NOT old STREQUAL text)
  file(WRITE "${OUT}" "${text}")
endif()
