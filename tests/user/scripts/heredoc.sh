# Here-documents.
x=val
cat <<A
plain $x ${x}s $(echo sub) `echo tick` $((1+1))
"double" 'single' \$x \\ \a \`
A
cat <<'A'
raw $x $(echo no) \$x \\
A
cat <<\A
raw $x
A
cat <<"A B"
raw $x
A B
cat <<-T
	tabs $x
		gone
	T
cat <<A; echo after
body
A
cat <<A && cat <<B
first
A
second
B
cat <<A | tr a-z A-Z
piped
A
while read l; do echo "[$l]"; done <<A
l1
l2
A
f() { cat <<A
in f $1
A
}
f arg; f arg2
cat <<A
joined \
line
A
cat <<A
${x:-"q"} ${unset:-d e}
A
cat <<A
A
cat 0<<A 3<<B
zero
A
three
B
echo "$(cat <<A
in $(echo subst)
A
)"
if true; then cat <<A
cond
A
fi
