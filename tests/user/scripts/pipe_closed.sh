# Writing to a pipe that nobody reads.
(while :; do echo y; done) | head -n 1
yes 2>/dev/null | (read x; echo $x)
sh -c 'trap "" PIPE; while echo z; do :; done 2>/dev/null; echo failed >&2' 2>&1 | head -n 1
{ sleep 0.2; echo late; } 2>/dev/null | true; echo $?
cat /dev/zero | head -c 10 | wc -c | tr -d ' '
