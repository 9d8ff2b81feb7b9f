# Functions, their parameters, local variables and return.
f() { echo "f $# $1"; }
f a b; f
g() (x=sub; echo $x; exit 3)
x=outer; g; echo $? $x
h() { local x=in y; y=2; echo $x$y; k; }
k() { echo "k sees $x"; x=changed; }
h; echo $x "[$y]"
r() { return 5; echo no; }; r; echo $?
r2() { false; return; }; r2; echo $?
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1-1))) )); fi; }
fact 6
rec() { [ $1 = 0 ] && return; echo $1; rec $(($1-1)); }; rec 3
loop() { for i in 1 2 3; do [ $i = 2 ] && return 9; echo $i; done; }; loop; echo $?
out() { echo to $1; } > out.$$; out file; cat out.$$; rm out.$$
set -- keep; f other; echo $1
redef() { redef() { echo second; }; echo first; }; redef; redef
unset -f redef; redef 2>/dev/null; echo $?
A=1 eval 'echo $A'
v() { echo "v=$V"; }; V=2 v
nest() { inner() { echo inner $1; }; inner x; }; nest; inner y
case_f() { case $1 in a) return 1;; *) return 2;; esac; }; case_f a; echo $?; case_f b; echo $?
while :; do f_break() { break; }; break; done
