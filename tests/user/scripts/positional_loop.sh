# shift through the parameters.
f() {
  while [ $# -gt 0 ]; do
    case $1 in
      -v) v=1; shift ;;
      -o) o=$2; shift 2 ;;
      --) shift; break ;;
      -*) echo "bad $1"; shift ;;
      *) break ;;
    esac
  done
  echo "v=$v o=$o rest=$*"
}
f -v -o out -x a b; v= o=; f -- -v; v= o=; f
set -- a b c; for i in "$@"; do shift; echo "$i: $*"; done
set -- "$@" x "y z"; echo $#; set -- "$1" new; echo "$@"
