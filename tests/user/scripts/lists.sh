# ; && || ! & and newlines.
echo a; echo b
echo c && echo d || echo no
false || false || echo e
true && true && false || echo f
! true; echo $?; ! false; echo $?
true &&
  echo g
false ||

  echo h
echo i | 
  cat
{ false; true; } && echo j
false; echo $?
: ; :
echo k;
! ! true; echo $?
