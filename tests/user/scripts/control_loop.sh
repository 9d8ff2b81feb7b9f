# while, until, for, break and continue.
i=0; while [ $i -lt 5 ]; do i=$((i+1)); if [ $i = 2 ]; then continue; fi; if [ $i = 4 ]; then break; fi; echo $i; done
i=3; until [ $i = 0 ]; do echo $i; i=$((i-1)); done
for x in 1 2 3; do for y in a b c; do [ $y = b ] && continue 2; [ $x = 3 ] && break 2; echo $x$y; done; done
for x in; do echo never; done; echo $?
for x in a b
do echo $x; done
set -- p q; for x do echo $x; done; for x; do echo $x; done
while false; do :; done; echo $?
for i in 1 2; do false; done; echo $?
while :; do break; done; echo $?
for i in 1 2 3; do echo $i; done | while read n; do echo "n$n"; done
break; echo outside
for i in a; do (break; echo sub); echo after; done
for i in 1 2 3 4 5; do case $i in 2) continue;; 4) break;; esac; echo c$i; done
