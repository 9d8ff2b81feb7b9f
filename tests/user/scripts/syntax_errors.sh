# Syntax errors have a line, status 2, and end what they are in.
for c in 'if' 'if true' 'if true; then' 'fi' 'echo (' ')' 'for' 'for 1 in a; do :; done' 'for x in a; do' 'while' 'done' \
  'case x' 'case x in a' 'case x in a) echo' '{' '}' '{ echo' '(echo' '&& x' 'echo |' '| x' ';' ';;' 'echo <' 'echo >' \
  'f() echo' 'f( x' '"abc' "'abc" '`abc' '$(abc' '${abc' '$((1' 'echo a & & b' 'echo && ' '! '; do
  printf '%s: ' "$c"
  sh -c "$c" 2>&1; echo " $?"
done
sh -c 'echo before
if
echo after' 2>&1; echo $?
eval 'fi' 2>&1 | cat
(eval 'if'; echo no) 2>&1; echo $?
echo last
fi
echo not reached
