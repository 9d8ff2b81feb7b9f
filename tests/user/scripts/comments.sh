# Comments and where there are none.
echo a # b
echo a#b c\#d "#" '#' ${#} $#
# echo no \
echo yes
if true # c
then # c
  echo in # c
fi # c
for i in 1 2 # c
do echo $i; done
case x in # c
  # c
  x) echo x ;; # c
esac
f() # c
{ echo f; }; f
echo $(echo sub # comment
)
echo end #
