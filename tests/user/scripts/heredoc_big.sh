# A here-document that is larger than a pipe.
i=0; t=; while [ $i -lt 100 ]; do t="$t 0123456789012345678901234567890123456789"; i=$((i+1)); done
cat <<E | wc -c | tr -d ' '
$t
$t
E
cat <<E | tail -n 1
$t
end
E
read a <<E
$t
E
echo ${#a}
