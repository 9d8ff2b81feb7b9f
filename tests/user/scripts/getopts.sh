# getopts.
opts() {
  OPTIND=1
  while getopts ab:c o "$@"; do case $o in a) echo a;; b) echo "b=$OPTARG";; c) echo c;; ?) echo bad;; esac; done
  shift $((OPTIND-1)); echo "rest: $* ($#)"
}
opts -a -b x -c y z; opts -abx; opts -ac -- -b; opts; opts -b x -a; opts x -a; opts -bx -by
opts -x 2>/dev/null; opts -b 2>/dev/null; opts -a - -b
quiet() { OPTIND=1; while getopts :ab: o "$@"; do echo "$o [$OPTARG]"; done; echo $OPTIND; }
quiet -z -a; quiet -b; quiet -ab v
set -- -a -b val; OPTIND=1; getopts ab: o; echo $o $OPTIND; getopts ab: o; echo $o $OPTARG $OPTIND; getopts ab: o; echo $? $o
