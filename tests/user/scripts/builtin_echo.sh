# echo and its escapes.
echo; echo -n no newline; echo; echo -n
echo 'a\tb' 'c\nd' 'e\\f' "g\0101h" 'i\cj' k
echo
echo -e x; echo - x; echo -n -n x; echo
echo 'bell\a' | od -c | head -n 1
echo 'a\qb' '\'
echo " lead" "trail "
