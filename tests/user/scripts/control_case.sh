# case.
for w in a bc 'x y' '*' '' '[' 5 abc; do
  case $w in
    a) echo "$w: a" ;;
    b? | c?) echo "$w: two" ;;
    'x y') echo "$w: quoted" ;;
    \*) echo "$w: star" ;;
    '') echo "empty" ;;
    [0-9]) echo "$w: digit" ;;
    \[) echo "$w: bracket";;
    (*) echo "$w: other"
  esac
done
case x in esac; echo $?
case x in y) false;; esac; echo $?
case x in x) ;; esac; echo $?
case x in x) (exit 4);; esac; echo $?
case "a b" in "a "*) echo prefix;; esac
p='a*'; case abc in $p) echo pattern;; esac; case abc in "$p") echo no;; *) echo literal;; esac
case in in in) echo in;; esac
case a.b in *.*) echo dot;; esac
case / in *) echo slash;; esac
case x in [!a-w]) echo neg;; esac
case ] in []]) echo close;; esac
case - in [a-]) echo dash;; esac
case '\' in '\') echo back;; esac
