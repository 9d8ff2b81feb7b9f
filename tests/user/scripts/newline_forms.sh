# Where newlines may be.
for x
in a b
do
echo $x
done
for y in 1 \
  2; do echo $y; done
while
false
do
:
done
case
x in
esac
case x
in
x
)
echo x
;;
esac 2>/dev/null
echo not reached: a newline cannot follow case
