# Assignments from $@ and $*.
set -- a 'b  c' d
x=$@; echo "$x"
x="$@"; echo "$x"
y=$*; echo "$y"
IFS=-; y="$*"; echo "$y"; y=$*; echo "$y"
