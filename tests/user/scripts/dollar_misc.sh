# "$" that begins nothing, and expansions beside each other.
a=1 b=2
echo $a$b ${a}$b $a.$b $a-$b "$a"$b'$a' $a/$b a$ $ "$" "a$" $%
echo "$a$$$b" | sed "s/$$/PID/"
echo ${a}${b} "${a}text${b}" $a"$b"
echo $((a))$((b)) $(echo $a)$(echo $b)
echo "$(echo '$a')" '$(echo)' "\$(echo)"
echo a$${ b$$} | sed 's/[0-9]//g'
