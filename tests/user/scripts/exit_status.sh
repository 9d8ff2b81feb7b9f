# Status of commands that cannot run.
nosuch; echo $?
./nosuch; echo $?
/; echo $?
touch xfile; ./xfile; echo $?; rm xfile
'' ; echo $?
(exit); echo $?; (false; exit); echo $?; (exit 256); echo $?; (exit 300); echo $?
sh -c 'exit 9'; echo $?
$(false); echo $?; $empty; echo $?
x=$(exit 3) y=1; echo $?
! exit 2
