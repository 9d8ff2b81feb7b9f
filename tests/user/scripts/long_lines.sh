# Long words, lines, lists of words and many files.
x=0123456789; for i in 1 2 3 4 5 6 7 8 9 10 11; do x=$x$x; done
echo ${#x}; echo $x | wc -c | tr -d ' '
set -- $(seq 3000); echo $# ${3000}
y=$*; echo ${#y}
eval "echo $x" | wc -c | tr -d ' '
i=0; c=:; while [ $i -lt 500 ]; do c="$c; :"; i=$((i+1)); done; eval "$c"; echo $?
i=0; c=true; while [ $i -lt 500 ]; do c="$c && true"; i=$((i+1)); done; eval "$c"; echo $?
case $x in *9) echo match;; esac
echo "${x%"${x#?}"}"
printf '%s' "$x$x" | { read z; echo ${#z}; }
