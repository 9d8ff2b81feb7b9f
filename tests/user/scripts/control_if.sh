# if, elif, else.
if true; then echo 1; fi
if false; then echo no; else echo 2; fi
if false; then echo no; elif true; then echo 3; else echo no; fi
if false; then :; elif false; then :; fi; echo $?
if ! false; then echo 4; fi
if true && false || true; then echo 5; fi
if [ a = b ]
then
  echo no
elif
  [ a = a ]
then
  echo 6
fi
if (exit 3); then echo no; else echo $?; fi
true && echo 7 || echo no
false && echo no || echo 8
true || echo no; false || echo 9
