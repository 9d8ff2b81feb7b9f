# Descriptors: n> n< n>&m n<&m n>&-, exec.
d=r.$$; mkdir $d; cd $d
exec 3> f; echo three >&3; echo more >&3; exec 3>&-; cat f
exec 4< f; read a <&4; read b <&4; echo "$a/$b"; exec 4<&-
(echo closed >&3) 2>/dev/null || echo bad
echo swap 3>&1 >&2 2>&3 3>&-
{ echo a >&5; } 5>&1
exec 6>&1; exec > g; echo in g; exec >&6 6>&-; cat g
echo gone >&- 2>/dev/null; echo $?
f() { echo fun >&7; }; f 7> h; cat h
{ cat <&3; } 3<h
ls nosuch 2>&1 >/dev/null | wc -l | tr -d ' '
exec 3<h; cat <&3; cat <&3; exec 3<&-
echo end
cd ..; rm -r $d
