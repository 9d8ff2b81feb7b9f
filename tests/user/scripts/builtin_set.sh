# set, shift and $-.
set -- a b c; echo $# $*; set x; echo $# $1; set --; echo $#
set -- 1 2 3 4; shift 2; echo $*; shift; echo $*
shift 5 2>/dev/null || echo $#
set -u; (echo $nosuch; echo no) 2>/dev/null; echo $?; echo ${nosuch-ok}; set +u
set -f; echo [a-z]*nomatch /*x; set +f
set -x; echo traced 'a b' 2>&1; x=1; set +x 2>/dev/null
set -e; false || true; if false; then :; fi; ! true; false && true; echo alive; set +e
case $- in *u*) echo u;; esac; set -uf; case $- in *f*u*|*u*f*) echo fu;; esac; set +uf
set -o noglob; echo *zz*; set +o noglob
set -a; exported=yes; set +a; sh -c 'echo $exported'
set - p q; echo $*
set -o | grep noglob
