# &, $!, wait.
sleep 0.1 & p=$!; wait $p; echo $?
(exit 7) & wait $!; echo $?
false & wait; echo $?
(sleep 0.1; exit 3) & a=$!; (exit 4) & b=$!; wait $b; echo $?; wait $a; echo $?
{ sleep 0.1; echo bg; } & wait; echo fg
wait 99999; echo $?
echo start; (sleep 0.1; echo late) & echo first; wait; echo last
x=1; { x=2; } & wait; echo $x
f() { echo fun $1; return 6; }; f a & wait $!; echo $?
echo piped | cat & wait; echo $?
cat & wait; echo "no input $?"
sleep 5 & kill $!; wait $! 2>/dev/null; echo $?
for i in 1 2 3; do (exit $i) & done; wait; echo all
nosuchcommand 2>/dev/null & wait $!; echo $?
