# -n only reads, -v shows what is read.
sh -n <<'E'
echo no
if
E
echo $?
sh -v <<'E' 2>&1
x=1
echo $x
E
