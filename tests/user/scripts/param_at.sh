# $@ and $*, quoted and not.
show() { echo $#: "$@"; for i; do echo "<$i>"; done; }
set -- 'a b' c ''
show $@
show $*
show "$@"
show "$*"
show "x$@y"
show "x$*y"
IFS=:; show "$*"; show $*
IFS=; show "$*"; show $*
unset IFS; show "$*"
set --; show "$@"; show $@; show "$*"; show "x$@"
show ""$@ "$@"""
