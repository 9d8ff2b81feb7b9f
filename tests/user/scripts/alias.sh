# alias and unalias.
alias hi='echo hello'
hi there
alias a1=a2 a2='echo chained'
a1
alias e=echo
e one; 'e' 2>/dev/null || echo quoted; \e 2>/dev/null || echo escaped
alias hi; unalias hi; hi 2>/dev/null || echo gone
alias nosuch 2>/dev/null || echo none
alias two='echo a; echo b'
two
alias ifx='if true; then'
ifx echo in; fi
alias self='echo self; self'
self 2>/dev/null || echo ended
alias x='echo "$y'
x"; echo $(a1)
unalias -a; alias
