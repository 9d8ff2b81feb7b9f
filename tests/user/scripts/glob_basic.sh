# Patterns of file names.
mkdir g.$$ && cd g.$$ || exit 1
touch a.c b.c ab.h .hidden 'sp ace' '[x]'
mkdir d e; touch d/a.c d/b e/a.c
echo *.c; echo ?.c; echo [ab].c; echo [!a].c; echo [a-b]*; echo [^a].c
echo *; echo .h*; echo */a.c; echo d/*; echo ./*.h
echo *.x; echo '*'.c "*.c" \*.c
x='*.c'; echo $x "$x"
echo sp*; for i in sp*; do echo "<$i>"; done
echo "[x]" \[*; echo [[]x]
echo */; echo d/../*.h
set -f; echo *.c; set +f
y=[ab].c; echo $y
case a.c in $x) echo match;; esac
case a.c in "$x") echo no;; *) echo quoted;; esac
echo [[:alpha:]].c [[:digit:]]*
cd .. && rm -r g.$$
