# Redirections to and from files.
d=r.$$; mkdir $d; cd $d
echo one > f; cat f; echo two >> f; cat < f
cat f > g; cmp f g && echo same
echo err 2> e; cat e
{ echo out; echo err >&2; } > o 2> e; cat o; cat e
{ echo out; echo err >&2; } > both 2>&1; cat both
> empty; [ -s empty ] || echo empty
cat < f > h; cat h
2>e nosuchcommand; wc -l < e | tr -d ' '
echo a b > "sp ace"; cat "sp ace"
x=f; cat < $x; cat < "$x"
while read l; do echo "[$l]"; done < f
for i in 1 2; do echo $i; done > loop; cat loop
if true; then echo yes; fi > cond; cat cond
echo to2 >&2 2>/dev/null
echo clob > f; set -C; (echo no > f) 2>/dev/null || echo refused; echo yes >| f; cat f; set +C
echo x <> rw; [ -f rw ] && echo made
cat < nosuchfile 2>/dev/null; echo $?
(cat < nosuchfile; echo after) 2>/dev/null
echo > /nosuchdir/x 2>/dev/null; echo $?
cd ..; rm -r $d
