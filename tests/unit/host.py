#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of what judges on the host, after those of a program in C:

    host.py PROGRAM

Both together are one KTAP report.
"""

from __future__ import annotations

import re
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Callable

TREE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TREE / "scripts/vm"), str(TREE / "tests/differential")]

# pylint: disable=wrong-import-position
import aftermath
import compare
import suite
from compare import NoLess, NoMore

LOG = ["[    1.000000] e1k 0000:00:04.0 eth3: link is up, 1000 Mb/s",
       "[    2.000000] e1k 0000:00:04.0 eth3: transmission hangs",
       "[    2.100000] e1k 0000:00:04.0 eth3: transmitter kicked",
       "[    3.000000] e1000 0000:00:04.0 eth3: reset"]
CLEAN: dict[str, dict[str, int]] = {"unhandled": {}, "heals": {}, "errors": {}, "pools": {}}
TABLE = "# comment\n\n" + "\t".join(("a", "x*", "1", "2", "the reason")) + "\n"


def problems(log: list[str], announced: str = "", **seen: dict[str, int]) -> list[str]:
    return aftermath.judge({**CLEAN, **seen}, log, announced).problems


def test_clean() -> None:
    assert not problems(LOG[:1])


def test_unhandled() -> None:
    assert len(problems([], unhandled={"11": 700})) == 1
    # That the test heals is no excuse.
    assert len(problems([], "yes", unhandled={"11": 4})) == 1
    assert not problems([], unhandled={"11": 3})
    assert not problems([], "yes, strays", unhandled={"11": 400})


def test_pools() -> None:
    assert len(problems([], pools={"7": 3})) == 1
    assert len(problems([], "yes", pools={"7": 3})) == 1


def test_healing() -> None:
    assert len(problems(LOG)) == 1
    assert len(problems([], heals={"heal_kicks": 1})) == 1
    assert len(problems(LOG, heals={"heal_kicks": 1}, errors={"tx": 1})) == 2
    assert len(problems([], errors={"tx": 1})) == 1
    assert not problems(LOG, "yes", heals={"heal_kicks": 1}, errors={"tx": 1})


def test_some_healing() -> None:
    """One kind of step is announced: others are still found."""
    assert not problems(LOG[2:], "kicks", heals={"heal_kicks": 1})
    assert len(problems(LOG[2:], "kicks", heals={"heal_kicks": 1, "heal_resets": 1})) == 1
    assert len(problems(LOG, "kicks")) == 1
    assert len(problems(LOG[2:], "resets polls")) == 1
    assert len(problems(LOG[2:], "kicks", errors={"tx": 1})) == 1


def test_healing_lines() -> None:
    assert aftermath.healing_lines(LOG) == LOG[1:3]
    moved = "[    2.000000] e1k 0000:00:04.0 eth3 (unregistering): reset"
    assert aftermath.healing_lines([moved]) == [moved]
    assert not aftermath.healing_lines(["e1k 0000:00:04.0 eth3: reset by somebody"])


def test_steps_are_the_drivers() -> None:
    """A message that the driver no longer prints would be looked for in vain."""
    said = set()
    for path in (TREE / "src").glob("*.c"):
        said |= {text.removesuffix("\\n")
                 for text in re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8"))}
    missing = [step for step in aftermath.STEPS if step not in said]
    assert not missing, f"no message of src/ any more: {missing}"


def test_cures_are_known() -> None:
    """Each step of e1k_cure_text[] is looked for."""
    text = (TREE / "src/dev.c").read_text(encoding="utf-8")
    table = re.search(r"e1k_\w+_text\[\] = \{(.*?)\};", text, re.DOTALL)
    assert table, "src/dev.c has no table of steps"
    steps = re.findall(r'"([^"]*)"', table[1])
    assert steps and not set(steps) - set(aftermath.STEPS), steps
    counters = set(re.findall(r"E1K_HEAL\((\w+)\)", (TREE / "src/stats.c").read_text(
        encoding="utf-8")))
    named = {counter.removeprefix("heal_") for counter in aftermath.STEPS.values() if counter}
    assert named <= counters, f"no counter of the driver's: {named - counters}"


def test_answer() -> None:
    assert aftermath.read('{"pools": {}}') == {"pools": {}}
    for text in ("", "Traceback", "[1]"):
        try:
            aftermath.read(text)
        except ValueError:
            continue
        raise AssertionError(f"{text!r} was taken for an answer")


def wrong(stock: compare.Facts, ours: compare.Facts, table: str = "") -> list[str]:
    return compare.differences("a", stock, ours, compare.read_table(table))[0]


def test_same() -> None:
    assert not wrong({"x": 1, "y": "up"}, {"x": 1, "y": "up"})
    assert wrong({"x": 1}, {"x": 2}) == ["x: stock 1, e1k 2"]
    assert wrong({"x": 1}, {"x": "1"})
    assert wrong({"x": 1}, {}) == ["x: stock 1, e1k (nothing)"]
    assert wrong({}, {"x": 1}) == ["x: stock (nothing), e1k 1"]


def test_bounds() -> None:
    assert not wrong({"x": NoLess(5)}, {"x": NoLess(6)})
    assert wrong({"x": NoLess(5)}, {"x": NoLess(4)})
    assert not wrong({"x": NoLess(100, 0.95)}, {"x": NoLess(95, 0.95)})
    assert wrong({"x": NoLess(100, 0.95)}, {"x": NoLess(94, 0.95)})
    assert not wrong({"x": NoMore(5)}, {"x": NoMore(5)})
    assert wrong({"x": NoMore(5)}, {"x": NoMore(6)})
    assert not wrong({"x": NoMore(5, 3, 1)}, {"x": NoMore(16, 3, 1)})
    assert wrong({"x": NoMore(5, 3, 1)}, {"x": NoMore(17, 3, 1)})
    assert wrong({"x": NoMore(5)}, {"x": NoLess(5)})


def test_table() -> None:
    rows = compare.read_table(TABLE)
    bad, excused = compare.differences("a", {"xy": 1}, {"xy": 2}, rows)
    assert not bad and len(excused) == 1 and "the reason" in excused[0] and rows[0].used
    # Another value, another fact, another scenario
    assert wrong({"xy": 1}, {"xy": 3}, TABLE) and wrong({"y": 1}, {"y": 2}, TABLE)
    assert compare.differences("b", {"xy": 1}, {"xy": 2}, compare.read_table(TABLE))[0]
    for text in ("a\tx\t1\t2\n", "a\tx\t1\t2\t \n", "no tabs\n"):
        try:
            compare.read_table(text)
        except ValueError:
            continue
        raise AssertionError(f"{text!r} was taken for a row")


def test_own_table() -> None:
    assert compare.read_table(compare.TABLE.read_text(encoding="utf-8"))


def test_choice() -> None:
    for patterns, wanted in (("", True), ("rx", True), ("vlan", False), ("rx-*", True),
                             ("tcp,rx-flood", True), ("-rx", False), ("-vlan", True),
                             ("rx,-flood", False), ("-rx-*", False), ("vlan,-tcp", False)):
        assert suite.matches("rx-flood.sh", patterns) == wanted, patterns


TESTS: dict[str, Callable[[], None]] = {
    "aftermath: nothing is found where nothing was": test_clean,
    "aftermath: unhandled interrupts": test_unhandled,
    "aftermath: a page pool that is not given back": test_pools,
    "aftermath: healing that was not announced": test_healing,
    "aftermath: healing of another kind than was announced": test_some_healing,
    "aftermath: messages of healing, and only those": test_healing_lines,
    "aftermath: the driver prints each message that is looked for": test_steps_are_the_drivers,
    "aftermath: each step of the driver is looked for": test_cures_are_known,
    "aftermath: an answer that is none": test_answer,
    "differential: what is the same, and what is not": test_same,
    "differential: at least, at most": test_bounds,
    "differential: a difference that is meant": test_table,
    "differential: the table can be read": test_own_table,
    "T=: names, patterns, and what is left out": test_choice,
}


def main() -> int:
    done = subprocess.run(sys.argv[1:2], stdout=subprocess.PIPE, text=True, check=False)
    plan = re.search(r"^1\.\.(\d+)$", done.stdout, re.MULTILINE)
    before = int(plan[1]) if plan else 0
    print(re.sub(r"^1\.\.\d+$", f"1..{before + len(TESTS)}", done.stdout, flags=re.MULTILINE),
          end="")
    failed = done.returncode
    for number, (name, test) in enumerate(TESTS.items(), before + 1):
        try:
            test()
        except Exception:  # pylint: disable=broad-except
            failed = 1
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="")
            print(f"not ok {number} - {name}")
        else:
            print(f"ok {number} - {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
