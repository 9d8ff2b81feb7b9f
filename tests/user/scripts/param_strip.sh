# ${x#p} ${x##p} ${x%p} ${x%%p}.
p=/usr/local/lib/libx.so.1
echo ${p#/} ${p#*/} ${p##*/} ${p%/*} ${p%%/*} ${p%.*} ${p%%.*}
echo ${p#nomatch} ${p%nomatch}
x=aaa; echo ${x#a} ${x##a} ${x#a*} "${x##a*}" ${x%a} ${x%%a*}.
q='a*b*c'; echo "${q#*'*'}" "${q##*\*}" "${q%'*'*}" "${q%"*"*}"
s='*'; echo "${q%%"$s"*}" "${q%%$s*}."
f=file.tar.gz; echo ${f%.gz} ${f%.tar*} ${f#[a-f]} ${f#[!a-f]} ${f#?}
e=; echo "[${e#x}]" "[${unset%y}]"
