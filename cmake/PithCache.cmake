# Where what is fetched and built once is kept, for all checkouts: the C library, littlefs.
if(DEFINED ENV{PITH_CACHE})
  set(PITH_CACHE $ENV{PITH_CACHE})
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(PITH_CACHE $ENV{XDG_CACHE_HOME}/pith)
else()
  set(PITH_CACHE $ENV{HOME}/.cache/pith)
endif()
