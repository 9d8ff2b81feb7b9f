# eval and the . command.
eval; echo $?; eval 'x=1; y=2'; echo $x$y
cmd='echo a b'; $cmd; eval "$cmd"; eval echo '$x' '"$y"'
eval 'for i in 1 2' 'do echo $i;' done
eval 'f() { echo f; }'; f
eval false; echo $?; eval 'exit 3' | cat; (eval 'exit 3'); echo $?
d=dot.$$
cat > $d <<'E'
echo in dot $1
v=set
g() { echo g; }
return 6
echo no
E
. ./$d; echo $? $v; g
set -- p1; . ./$d
(. ./nosuchfile; echo no) 2>/dev/null; echo $?
h() { . ./$d arg; echo after $?; }; h
rm $d
eval 'echo a
echo b'
while :; do eval break; done; echo out
k() { eval 'return 4'; echo no; }; k; echo $?
