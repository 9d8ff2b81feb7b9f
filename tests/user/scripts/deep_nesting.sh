# What calls itself without end ends with a message, and the shell above goes on.
sh -c 'f() { f; }; f' 2>&1; echo $?
sh -c 'f() { x=$((1+$1)); f $x; }; f 0' 2>&1 | sed 's/[0-9][0-9]*/N/'; echo $?
sh -c 'e="eval \"\$e\""; eval "$e"' 2>&1; echo $?
i=0 p= q= r=; while [ $i -lt 9 ]; do p="(${p:-(}${p:-(}" q="q$q" r="{ $r { $r"; i=$((i+1)); done
p="$p$p$p"
sh -c "echo \$(($p" 2>&1; echo $?
sh -c "$p" 2>&1; echo $?
sh -c "$(printf '%s' "$p" | sed 's/(/ { /g')" 2>&1; echo $?
sh -c "$(printf '%s' "$p" | sed 's/(/${x-/g')" 2>&1; echo $?
sh -c "$(printf '%s' "$p" | sed 's/(/$(/g')" 2>&1; echo $?
echo '. ./deep.dot' > deep.dot; sh -c '. ./deep.dot' 2>&1; echo $?; rm deep.dot
echo still here
