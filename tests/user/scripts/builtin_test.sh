# test and [.
t() { "$@"; echo $?; }
t test; t test ''; t test x; t [ x ]; t test ! x; t test ! ''; t [ ! ]
t test -n ''; t test -n x; t test -z ''; t test -z x; t test -n
t test a = a; t test a = b; t test a != b; t test '' = ''; t test = = =; t test ! = !
t test 1 -eq 1; t test 01 -eq 1; t test 1 -ne 1; t test 1 -lt 2; t test 2 -le 2; t test 3 -gt 2; t test 2 -ge 3; t test -1 -lt 0; t test ' 5' -eq 5
t test a -a b; t test a -a ''; t test '' -o b; t test '' -o ''; t test ! a -a b
t test \( a \); t test \( '' \); t test ! \( '' \); t test \( a -o '' \) -a b
t test a \< b; t test b \> a
t test -d /; t test -f /; t test -e /nosuch; t test -e /; t test -r /; t test -x /; t test -s /dev/null; t test -c /dev/null
t test 1 -eq x 2>/dev/null; t [ a 2>/dev/null; t test a b 2>/dev/null; t test a = b c 2>/dev/null
t test -t 0; t test -f -a x; t test x -a -f
touch tt.$$; t test -f tt.$$; t test -s tt.$$; t test tt.$$ -nt /nosuch; rm tt.$$
