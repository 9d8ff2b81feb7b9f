# $(( )): variables and assignment.
x=5 y=3
echo $((x+y)) $(($x+$y)) $((x*y)) $((unset+1))
echo $((x=7)) $x; echo $((x+=2)) $x; echo $((x-=1)) $x; echo $((x*=2)) $x
echo $((x/=3)) $x; echo $((x%=3)) $x; echo $((x<<=3)) $x; echo $((x>>=1)) $x
echo $((x|=3)) $x; echo $((x&=6)) $x; echo $((x^=1)) $x
echo $((a=b=4)) $a $b
echo $((0&&(x=99))) $x $((1||(x=99))) $x $((1?1:(x=99))) $x
n=' 12 '; echo $((n+1)); h=0x10; echo $((h)); m=-3; echo $((m*2))
echo $(( $(echo 2) * ${x} ))
i=0; while [ $((i+=1)) -lt 4 ]; do printf '%d ' $i; done; echo
