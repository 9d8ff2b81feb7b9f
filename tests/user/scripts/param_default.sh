# ${x-w} ${x=w} ${x+w} ${x?w}, with and without a colon.
unset u; e=; s=set
echo 1 "${u-d}" "${u:-d}" "${e-d}" "${e:-d}" "${s-d}" "${s:-d}"
echo 2 "${u+d}" "${u:+d}" "${e+d}" "${e:+d}" "${s+d}" "${s:+d}"
echo 3 ${u=new} $u; unset u
echo 4 ${e:=new} $e
echo 5 ${x:-a b "c d"}
for w in ${x:-a b "c d"}; do echo "<$w>"; done
for w in "${x:-a b}"; do echo "<$w>"; done
echo 6 "${x:-${s:+inner $s}}"
echo 7 ${x:-$(echo sub)} ${x:-`echo tick`} ${x:-$((1+1))}
echo 8 "${x:-it's}" "${x:-a\}b}" ${x:-'}'}
(echo ${u?no value}; echo not here) 2>&1
echo $?
(echo ${e:?}; echo not here) 2>&1 | wc -l
