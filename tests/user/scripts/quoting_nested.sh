# Quotes inside expansions inside quotes.
x="a b"
echo "$(echo "$x")" "$(echo '$x')" "${y:-"$x"}"
echo "a $(echo "b $(echo "c d")") e"
echo '$(' "\$(" \`
echo "${x#"a "}" "${x%" b"}" "${x#'a '}"
echo "a"'b'c"d"'"e"'"'f'"
z='$x'; echo $z "$z"; eval echo $z; eval "echo $z"
echo "1
2"
echo '1
2'
set -- "$x"; echo $#; set -- $x; echo $#
echo "`echo '\\\\' "\$x"`"
echo "a\
b" 'a\
b'
