# Pipelines.
echo abc | cat
echo a b c | tr ' ' '\n' | sort -r | head -n 2
false | true; echo $?; true | false; echo $?; ! true | false; echo $?
echo in | (read x; echo "x=$x"); echo "[$x]"
echo in | { cat; echo more; } | tr a-z A-Z
f() { while read l; do echo "<$l>"; done; }; printf '1\n2\n' | f
yes | head -n 1
echo x | cat | cat | cat | cat | cat
nosuchcommand 2>/dev/null | echo right; echo $?
echo y | nosuchcommand 2>/dev/null; echo $?
cat < /dev/null | wc -l | tr -d ' '
echo e >&2 2>&1 | cat
{ echo e1 >&2; echo o1; } 2>&1 | sort
seq 2000 | tail -n 1
