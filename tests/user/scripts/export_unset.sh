# export, readonly, unset, and the environment of programs.
a=1; sh -c 'echo "[$a]"'; export a; sh -c 'echo "[$a]"'
export b=2 c; c=3; sh -c 'echo "$b$c"'
d=4 sh -c 'echo "[$d]"'; echo "[$d]"
a=9 sh -c 'echo $a'; echo $a
unset a; sh -c 'echo "[${a-none}]"'
x='a b'; export y=$x; echo "$y"; export z=~; [ "$z" = "$HOME" ] && echo home
readonly r=5; (r=6; echo no) 2>/dev/null; echo $?; echo $r
(unset r; echo no) 2>/dev/null; echo $?
(export 1x=2) 2>/dev/null; echo $?
f=1; f() { echo f; }; unset f; f; unset -f f; f 2>/dev/null; echo $?
export | grep "^export b="; readonly | grep r=
unset nosuch; echo $?
PATH=/nosuch; ls 2>/dev/null; echo $?
