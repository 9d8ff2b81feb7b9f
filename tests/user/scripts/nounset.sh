# set -u.
sh -uc 'echo $x' 2>&1; echo $?
sh -uc 'echo ${x-d} ${x:+a} "${x-}"'
sh -uc 'echo $1' 2>&1; echo $?
sh -uc 'echo "$@" $* $#'; echo $?
sh -uc 'echo ${#x}' 2>&1; echo $?
sh -uc 'echo ${x%y}' 2>&1; echo $?
sh -uc 'echo $((x+1))' 2>&1; echo $?
sh -uc 'x=; echo "[$x]"'
sh -uc 'echo $!' 2>&1; echo $?
