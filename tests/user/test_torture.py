"""A sample of GCC's C torture programs; ./pith test --torture runs all."""
from pithlib import torture

BOARDS = ["mps2_an386"]


def test_sample(env):
    "A hundred of GCC's C torture programs, all over the alphabet, run one after the other in one boot and pass."
    found = torture.outcomes(env, torture.sample(torture.programs()), jobs=2)
    wrong = ["%s: %s" % (o.name, o.why) for o in found if o.state != "passed"]
    assert len(found) == torture.SAMPLE and not wrong, "\n".join(wrong)


test_sample.packages = [torture.PACKAGE]
