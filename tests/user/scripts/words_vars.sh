# Variables and their forms.
a=1 b="two words" c=
echo $a $b "$b" ${a}b [$c] [$unset]
echo ${#b} ${#a} ${#c} ${#unset}
d=$a$b; echo "$d"
e=$b; echo "$e"
x=a y=$x z=$y; echo $x$y$z
_u1=ok; echo $_u1
echo "$a$b${a}$b"
A=env sh_var=1; echo $A
unset a; echo "[${a-none}]"
