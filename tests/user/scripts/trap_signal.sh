# trap of signals.
trap 'echo usr1' USR1; kill -USR1 $$; echo after
trap 'echo int' INT; kill -s INT $$; echo after
trap '' TERM; kill $$; echo alive
trap - USR1 INT; trap
sh -c 'trap "echo t; exit 7" TERM; kill $$; echo no'; echo $?
trap - TERM; (sh -c 'kill $$'; echo "status $?") 2>/dev/null
trap 'echo again' USR1; for i in 1 2; do kill -USR1 $$; done
(kill -USR1 $$; echo sub); echo main
trap 'x=$?; echo "x$x"' USR1; false; kill -USR1 $$; (exit 3); echo $?
trap 'echo bad' NOSUCH 2>/dev/null; echo $?
trap 2>/dev/null; trap 'wait_trap=1' USR1
(sleep 0.2; kill -USR1 $$) & wait $!; [ $? -gt 128 ] && echo interrupted; echo $wait_trap
wait
