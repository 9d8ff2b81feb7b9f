# $# $? $$ $! $- $0 and the positional ones.
set -- a b c d e f g h i j k
echo $# $1 ${10} ${11} $10 ${#}
shift; echo $# $1
shift 3; echo $# $1
false; echo $?
true; echo $?
test $$ -gt 1 && echo pid
sh=$$; (test $$ = $sh && echo same)
case $- in *e*) echo e;; *) echo no e;; esac
set -- ; echo $# "[$1]"
set -- -x y; echo "$1 $2"
echo ${#1} "${3:-third}"
