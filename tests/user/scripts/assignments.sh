# Assignments before commands and alone.
a=1 b=2; echo $a$b
a=3 true; echo $a; a=4 :; echo $a
x=1 y=$x; echo "[$y]"
a=b=c; echo $a; a=; echo "[$a]"; a="x y"; echo "$a"
a=$(echo s) b=`echo t`; echo $a$b
v=5 eval 'echo $v'; v=6 sh -c 'echo $v'; echo "[$v]"
f() { echo "f$v"; v=in; }; v=7 f
=x 2>/dev/null; echo $?; 1a=b 2>/dev/null; echo $?
echo a=b c=d; set -- e=f; echo $1
PATH=/nosuch true; echo $?
x=1 > /dev/null; echo $x
a=1 a=2 sh -c 'echo $a'
q="a
b"; echo "$q"
