# command, type, and what is found first.
command echo hi; command -v echo; command -v nosuch; echo $?
command -v ls; command -v if; command -v .; type type; type nosuch; echo $?
f() { echo f; }; command -v f; type f
echo() { printf 'my %s\n' "$*"; }; echo a; command echo b; unset -f echo
ls() { :; }; ls; command ls /dev/null; unset -f ls
command nosuch 2>/dev/null; echo $?
command -p ls /dev/null
command; echo $?
command exit 2>/dev/null | :; echo still
