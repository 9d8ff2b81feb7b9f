# local: nesting, unset, export.
x=1
a() { local x=2; b; echo a$x; }
b() { local x=3; echo b$x; unset x; echo "b[${x-unset}]"; }
a; echo $x
c() { local x; echo "c[$x]"; x=9; }
c; echo $x
d() { local IFS=:; set -- a:b; echo $1; v=p:q; echo $v; }
d; v=p:q; echo $v
e() { local z; for z in 1 2; do :; done; echo $z; }; e; echo "[$z]"
f() { local x="$1"; [ $x -gt 0 ] && f $((x-1)); echo $x; }; f 2
local y 2>/dev/null || echo outside
