"""README.md shows what ./pith run prints today."""
import re

BOARDS = ["mps2_an386"]


def shape(text):
    """The lines without their figures, and without the guesses of a backtrace, which any change of libc moves."""
    lines = [line for line in text.strip("\n").splitlines() if not re.match(r"    (lr|[0-9a-f]{8}) +[0-9a-f]{8}  ", line)]
    masked = [re.sub(r"\b(0x)?[0-9a-f]{8}\b|[0-9]+", "#", line) for line in lines]
    return [re.sub(r" +", " ", line.rstrip()) for line in masked]


def test_transcript(env):
    "The transcript is the demo's, line by line, but for addresses, sizes, times, and which of the two is first."
    readme = (env.repo / "README.md").read_text()
    shown = re.search(r"^```\n(Pith on .*?)^```$", readme, re.M | re.S).group(1)
    now = env.run(["--demo"], icount=True, check=True).out
    shown, now = shape(shown), shape(now)
    only = ["shown: " + line for line in shown if line not in now] + ["today: " + line for line in now if line not in shown]
    assert not only, "\n".join(only)
    assert sorted(shown) == sorted(now), "lines as often as today"
    for start in ("[one]", "[two]", "Pith", "process", "."):
        assert [line for line in shown if line.startswith(start)] == [line for line in now if line.startswith(start)]


def test_counts(env):
    "The numbers of torture programs and attacks in README.md are those of their lists."
    readme = (env.repo / "README.md").read_text()
    attacks = re.findall(r"^ATTACK\w*\(", (env.repo / "tests/hostile/attacks.def").read_text(), re.M)
    assert "lets %d programs attack" % len(attacks) in readme, len(attacks)
    total, good, other = (int(n.replace(",", "")) for n in re.search(
        r"GCC's ([\d,]+) C torture programs.*?: ([\d,]+) pass; each\nof the other (\d+)", readme, re.S).groups())
    assert total == good + other
