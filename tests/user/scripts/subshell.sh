# ( ) keeps what is outside, { } does not.
x=1; (x=2; echo $x); echo $x
{ x=3; echo $x; }; echo $x
(exit 4); echo $?
(cd /; pwd); [ "$(pwd)" = / ] || echo elsewhere
(set -- a b; echo $#); echo $#
( (echo nested; exit 2); echo $? )
(trap 'echo inner' EXIT; echo body)
f() { echo outer; }; (f() { echo inner; }; f); f
(echo a; echo b) | cat; { echo c; echo d; } | cat
(umask 077; umask); umask 022; umask
x=$( (echo paren) ); echo $x
{ echo err >&2; } 2>&1
(false) || echo false; ! (false) && echo not
