# As deep as scripts are: functions, subshells, substitutions, groups.
f() { if [ $1 -gt 0 ]; then f $(($1-1)); else echo bottom; fi; }; f 12
g() { if [ $1 -gt 0 ]; then (g $(($1-1))); else echo bottom; fi; }; g 6
h() { if [ $1 -gt 0 ]; then echo $(h $(($1-1)))x; else echo y; fi; }; h 6
{ { { { { { echo groups; }; }; }; }; }; }
((((echo parens)))) 2>/dev/null || ( ( ( (echo parens) ) ) )
echo $(echo $(echo $(echo $(echo four))))
if :; then if :; then if :; then if :; then case x in x) for i in 1; do while :; do echo nested; break; done; done;; esac; fi; fi; fi; fi
echo $((((((1+2)))*2)))
