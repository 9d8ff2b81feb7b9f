# Field splitting.
show() { for i; do printf '<%s>' "$i"; done; echo; }
x='  a  b c  '; show $x; show "$x"; show x$x.
IFS=:
x=a:b::c; show $x
x=:a:; show $x
x=a:; show $x
x='a b:c d'; show $x
IFS=': '
x='a : b:c   d'; show $x
x=' a ::b '; show $x
IFS=
x='a b'; show $x
unset IFS
x='a b'; show $x $x; show $x"$x"
x=; show $x "" $x ''
show $(printf 'l1\nl2 l3\n\n')
show "$(printf 'l1\nl2 l3\n\n')"
IFS=,; show $(echo a,b) $((1)),2
