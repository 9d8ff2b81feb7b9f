# kill.
sleep 5 & kill $!; wait $! 2>/dev/null; echo $?
sleep 5 & kill -9 $!; wait $! 2>/dev/null; echo $?
sleep 5 & kill -s HUP $!; wait $! 2>/dev/null; echo $?
sleep 5 & kill -INT $!; kill -TERM $!; wait $! 2>/dev/null; echo $?
kill -0 $$; echo $?; kill -0 99999999 2>/dev/null; echo $?
kill -l 9; kill -l 143; kill -l INT 2>/dev/null; echo $?
kill 2>/dev/null; echo $?; kill -NOSUCH $$ 2>/dev/null; echo $?; kill abc 2>/dev/null; echo $?; kill %9 2>/dev/null; echo $?
kill -l | grep -c '[A-Z]' | grep -q '2[0-9]' && echo list
