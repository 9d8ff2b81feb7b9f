# Scripts with and without #!.
mkdir sc.d; cd sc.d
printf 'echo plain $0 $1 $#\n' > plain; chmod +x plain; ./plain a b
printf '#!/bin/cat\nshown\n' > shown; chmod +x shown; ./shown
printf '#!/nosuch/interp\n' > bad; chmod +x bad; ./bad; echo $?
PATH=.:$PATH; plain c
sh plain d; sh ./plain e f; sh nosuchscript; echo $?
sh -s x y <<'E'
echo stdin $1 $#
E
echo 'echo from stdin; cat
the rest' | sh
sh -c 'echo $0 $1' name arg; sh -c; echo $?
sh -e -c 'false; echo no'; echo $?; sh -ec 'false; echo no'; echo $?
sh -x -c 'echo a' 2>&1; sh -n -c 'echo no'; sh -u -c 'echo $u' 2>&1; echo $?
sh -v 2>&1 <<'E'
echo v
E
sh -o errexit -c 'false; echo no'; echo $?; sh -o nosuch -c : ; echo $?; sh -Z; echo $?
cd ..; rm -r sc.d
