# Names that are no command, in every place.
nosuch1; echo $?
nosuch2 | cat; echo $?
nosuch3 && echo no; nosuch4 || echo or
(nosuch5); echo $?
x=$(nosuch6); echo $?
if nosuch7; then echo no; else echo else; fi
nosuch8 & wait $!; echo $?
./dir/nosuch9; echo $?
"no such" a; echo $?
