# trap EXIT.
(trap 'echo bye' EXIT; echo hi)
(trap 'echo bye $?' EXIT; exit 3); echo $?
(trap 'echo bye; exit 5' EXIT; exit 3); echo $?
(trap 'echo no' EXIT; trap - EXIT; echo hi)
(trap 'echo one' EXIT; (echo inner); echo outer)
sh -c 'trap "echo c" EXIT; false'; echo $?
f() { trap 'echo from f' EXIT; }; (f; echo body)
trap 'echo end' EXIT
trap
