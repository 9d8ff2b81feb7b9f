# The read-only image built into a firmware: applications, stripped but for PITH_SYMBOLS, placed by tools/image.py.

# pith_apps_in(FOLDER OUTPUT_DIR VARIABLE): makes an application of each NAME.c, NAME.cc, NAME.S and of
# each folder NAME/ there; VARIABLE gets the targets. A first line "pith_app: STACK n HEAP n" in a
# comment of the main source states the application's wishes. EXCEPT, ONLY: names that are left out, or alone
# taken; LIBRARIES: linked with each. SCALED: on a board with PITH_HEAP_SCALE, heaps of 8 KB and more, which are for what
# their input needs, are so many times as large.
function(pith_apps_in folder output variable)
  cmake_parse_arguments(apps "SCALED" "" "EXCEPT;ONLY;LIBRARIES" ${ARGN})
  file(GLOB entries CONFIGURE_DEPENDS ${PITH_ROOT}/${folder}/*)
  pith_apps_of("${entries}" ${output} targets)
  set(${variable} ${targets} PARENT_SCOPE)
endfunction()

# pith_apps_of(ENTRIES OUTPUT_DIR VARIABLE [SCALED]): the same of these files and folders.
function(pith_apps_of entries output variable)
  if(ARGV3 STREQUAL SCALED)
    set(apps_SCALED ON)
  endif()
  set(targets "")
  foreach(entry IN LISTS entries)
    get_filename_component(name ${entry} NAME_WE)
    set(sources "")
    if(IS_DIRECTORY ${entry})
      file(GLOB sources CONFIGURE_DEPENDS ${entry}/*.c ${entry}/*.cc ${entry}/*.S)
    elseif(entry MATCHES "\\.(c|cc|S)$")
      set(sources ${entry})
    endif()
    if(NOT sources OR name IN_LIST apps_EXCEPT OR (apps_ONLY AND NOT name IN_LIST apps_ONLY))
      continue()
    endif()
    set(wishes "")
    foreach(source IN LISTS sources)
      file(STRINGS ${source} line REGEX "pith_app: " LIMIT_COUNT 1)
      if(line MATCHES "pith_app:(( (STACK|HEAP) [0-9]+)+)")
        string(STRIP "${CMAKE_MATCH_1}" wishes)
        separate_arguments(wishes)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
      endif()
    endforeach()
    pith_app(app_${name} ${sources} ${wishes} LIBRARIES ${apps_LIBRARIES} OUTPUT_NAME ${name}
      OUTPUT_DIRECTORY ${output})
    if(apps_SCALED AND PITH_HEAP_SCALE AND wishes MATCHES "HEAP;([0-9]+)" AND CMAKE_MATCH_1 GREATER_EQUAL 8192)
      math(EXPR heap "${CMAKE_MATCH_1} * ${PITH_HEAP_SCALE}")
      pith_memory(app_${name} HEAP ${heap})
    endif()
    list(APPEND targets app_${name})
  endforeach()
  set(${variable} ${targets} PARENT_SCOPE)
endfunction()

# pith_image(NAME targets... [FILES PATH=FILE ...]): NAME.S and NAME.bin in the build folder. The targets' programs are in
# /bin; PATH says where in the image a further file is, "etc/services" for example.
function(pith_image name)
  cmake_parse_arguments(image "" "" "FILES" ${ARGN})
  set(symbols none)
  if(PITH_SYMBOLS)
    set(symbols ${PITH_SYMBOLS})
  endif()
  set(arguments "")
  set(files "")
  foreach(target IN LISTS image_UNPARSED_ARGUMENTS)
    get_target_property(app ${target} OUTPUT_NAME)
    list(APPEND arguments ${app}=$<TARGET_FILE:${target}>)
    list(APPEND files $<TARGET_FILE:${target}>)
  endforeach()
  foreach(file IN LISTS image_FILES)
    list(APPEND arguments ${file})
    string(REGEX REPLACE "^[^=]*=" "" path ${file})
    list(APPEND files ${path})
  endforeach()
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/${name}.S
    BYPRODUCTS ${CMAKE_BINARY_DIR}/${name}.bin
    COMMAND ${Python3_EXECUTABLE} ${PITH_ROOT}/tools/image.py --strip ${CMAKE_STRIP}
            --symbols ${symbols}
            -o ${CMAKE_BINARY_DIR}/${name}.S --list ${arguments}
    DEPENDS ${PITH_ROOT}/tools/image.py ${image_UNPARSED_ARGUMENTS} ${files}
    VERBATIM)
  # .incbin is invisible to dependency tracking.
  set_source_files_properties(${CMAKE_BINARY_DIR}/${name}.S PROPERTIES
    OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${name}.bin)
endfunction()
