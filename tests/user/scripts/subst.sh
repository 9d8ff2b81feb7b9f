# $( ) and backquotes.
echo $(echo a b) "$(echo 'c  d')" `echo e`
echo "$(printf 'x\n\n\n')"y
echo $(echo $(echo $(echo deep)))
echo `echo \`echo tick\``
echo "`echo "quoted"`" "$(echo "in $(echo "in")")"
x=$(false); echo $?; x=$(exit 7); echo $? "[$x]"
echo $(echo ')' '(' "'" \) ) # the parser finds its end
echo $(case x in x) echo case;; esac)
echo $(case x in (x) echo case;; esac)
echo $( # a comment with )
echo after)
echo $(cat <<E
here ) doc
E
)
y=1; echo $(y=2; echo $y) $y
echo $(( $(echo 3) + 4 )) $(echo $((5)))
f() { echo func $1; }; echo $(f a)
echo a$(echo b)c"$(echo d)"e
echo $(:) "[$(:)]" $()
