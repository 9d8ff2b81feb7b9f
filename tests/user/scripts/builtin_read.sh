# read.
printf 'one two three\n' | { read a b; echo "$a|$b"; }
printf '  lead  trail  \n' | { read a; echo "[$a]"; }
printf 'a\\ b c\n' | { read x y; echo "$x|$y"; }
printf 'a\\ b c\n' | { read -r x y; echo "$x|$y"; }
printf 'joined \\\nline\n' | { read x; echo "$x"; }
printf 'noeol' | { read x; echo "$? $x"; }
printf '' | { read x; echo "$? [$x]"; }
printf 'a:b:c\n' | { IFS=: read x y; echo "$x|$y"; }
printf 'a:b:c\n' | { IFS=: read x y z w; echo "$x|$y|$z|$w"; }
printf 'a:b:\n' | { IFS=: read x y; echo "$x|$y"; }
printf ':a\n' | { IFS=: read x y; echo "$x|$y"; }
printf 'a : b\n' | { IFS=': ' read x y; echo "$x|$y"; }
printf 'only\n' | { read x y z; echo "$x|$y|$z"; }
printf '1\n2\n3\n' | while read n; do echo "n=$n"; done
printf 'l1\nl2\n' | { read a; cat; }
printf 'l1\nl2\nl3\n' > r.$$; { read a; read b; cat; } < r.$$; echo "$a $b"; rm r.$$
printf 'a b  c  \n' | { read x y; echo "[$y]"; }
printf 'x\n' | { IFS= read y; echo "[$y]"; }
printf '  sp  \n' | { IFS= read -r y; echo "[$y]"; }
