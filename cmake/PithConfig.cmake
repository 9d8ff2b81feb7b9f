# find_package(Pith) of a project that builds with this tree: what find_package(Pith) of an SDK gives, by PithApp.cmake.
get_filename_component(PITH_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
include(${CMAKE_CURRENT_LIST_DIR}/PithApp.cmake)
