# Words, quotes and backslashes.
echo one   two	three
echo "a  b" 'c  d' e\ f
echo "a'b" 'c"d' "e\"f" "g\h" 'i\j'
echo a"b"'c'd
echo "" '' x
echo \
joined
echo "back\\slash" "dollar\$" "tick\`"
echo a#b '#' "#" # comment
echo *nomatch* '*' "?" \[
