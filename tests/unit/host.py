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
import tempfile
import traceback
from pathlib import Path
from typing import Callable

import compare
import nicpacket
import walk
import walkany
import walkcrowd
import walkevents
import walkexports
import walkfollow
import walklessons
import walkmapping
import walkrecorded
import walkstatements
from compare import NoLess, NoMore
from lib.paths import TREE
from vm import aftermath, gdb, linemap, splat, suite

LOG = ["[    1.000000] e1k 0000:00:04.0 eth3: link is up, 1000 Mb/s",
       "[    2.000000] e1k 0000:00:04.0 eth3: TX queue 0 hung: ntu 5 ntc 1 TDH 1 TDT 5",
       "[    2.100000] e1k 0000:00:04.0 eth3: writing the TX tail again",
       "[    3.000000] e1000 0000:00:04.0 eth3: resetting the NIC"]
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
    moved = "[    2.000000] e1k 0000:00:04.0 eth3 (unregistering): resetting the NIC"
    assert aftermath.healing_lines([moved]) == [moved]
    assert not aftermath.healing_lines(["e1k 0000:00:04.0 eth3: resetting the NIC by hand"])


def test_steps_are_the_drivers() -> None:
    """A message that the driver no longer prints would be looked for in vain."""
    said = set()
    for path in (TREE / "src").glob("*.c"):
        said |= {text.removesuffix("\\n").split(":")[0]
                 for text in re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8"))}
    missing = [step for step in aftermath.STEPS if step not in said]
    assert not missing, f"no message of src/ any more: {missing}"


def test_cures_are_known() -> None:
    """Each step of e1k_step_text[] is looked for."""
    text = (TREE / "src/adapter.c").read_text(encoding="utf-8")
    table = re.search(r"e1k_\w+_text\[\] = \{(.*?)\};", text, re.DOTALL)
    assert table, "src/adapter.c has no table of steps"
    steps = re.findall(r'"([^"]*)"', table[1])
    assert steps and not set(steps) - set(aftermath.STEPS), steps
    counters = set(re.findall(r"E1K_RECOVERY\((\w+)\)", (TREE / "src/stats.c").read_text(
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
        assert suite.matches("hostile/rx-flood.sh", patterns) == wanted, patterns
    for patterns, wanted in (("xdp/", True), ("xsk/", False), ("-xdp/", False), ("xdp/*", True),
                             ("xdp/tcp", True), ("xdp", False), ("x*", False), ("core", True)):
        assert suite.matches("xdp/tcp.py", patterns) == wanted, patterns


def test_names() -> None:
    names = [path.name for path in suite.programs()]
    assert len(names) == len(set(names)) and set(suite.CORE) <= set(names)


SOURCE = ["/* a.c */", "int add(int x)", "{", "\tx++;", "", "\treturn x;", "}", "",
          "int sub(int x)", "{", "\treturn --x;", "}"]


def counted() -> dict[str, linemap.File]:
    return {"src/a.c": linemap.File(list(SOURCE), {2: {"a.py", "b.py"}, 4: {"a.py"}, 6: {"b.py"},
                                                   9: set(), 11: set()})}


def selected(now: list[str], base: list[str] | None = None) -> linemap.Choice:
    return linemap.select("src/a.c", base or SOURCE, now, counted(), ("b.py",))


def test_changed_line() -> None:
    assert selected(SOURCE) == linemap.Choice()
    assert selected([*SOURCE[:3], "\tx += 1;", *SOURCE[4:]]).tests == {"a.py"}
    # Lines that are gone, too; and each of several places
    assert selected([*SOURCE[:3], *SOURCE[4:]]).tests == {"a.py"}
    assert selected([*SOURCE[:3], "\tx += 1;", "", "\treturn x + 1;", *SOURCE[6:]]).tests == \
        {"a.py", "b.py"}


def test_new_lines() -> None:
    # What is around them in the function, not beyond its end
    assert selected([*SOURCE[:5], "\tx *= 2;", *SOURCE[5:]]).tests == {"a.py", "b.py"}
    assert selected([*SOURCE[:6], "\t/* never */", *SOURCE[6:]]).tests == {"b.py"}
    added = selected([*SOURCE[:7], "#define A 1", *SOURCE[7:]])
    assert not added.tests and "src/a.c:8: no code was counted" in added.notes[0]


def test_uncovered() -> None:
    found = selected([*SOURCE[:10], "\treturn x - 1;", *SOURCE[11:]])
    assert not found.tests and found.notes == ["src/a.c:11: no test runs this"]
    assert linemap.select("src/b.c", [], ["x"], counted(), ()).notes


def test_map_is_older() -> None:
    """Lines above have come and gone since the lines were counted."""
    base = ["/* new */", "/* newer */", *SOURCE[1:]]
    assert selected([*base[:4], "\tx += 1;", *base[5:]], base).tests == {"a.py"}
    # Of the lines, some are newer than the map
    base = [*SOURCE[:3], "\tx--;", *SOURCE[3:]]
    assert "a.py" in selected([*SOURCE[:3], "\tx -= 1;", *SOURCE[3:]], base).tests


def test_many_tests() -> None:
    many = {f"{n}.py" for n in range(linemap.MANY)}
    files = {"src/a.c": linemap.File(list(SOURCE), {4: many | {"b.py"}})}
    now = [*SOURCE[:3], *SOURCE[4:]]
    assert linemap.select("src/a.c", SOURCE, now, files, ("b.py", "c.py")).tests == {"b.py"}
    assert len(linemap.select("src/a.c", SOURCE, now, files, ()).tests) == linemap.MANY + 1


def test_map_is_kept() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "map.json"
        assert not linemap.load(path)
        linemap.save(path, counted())
        assert linemap.load(path) == counted()
    # a.py has run again and takes another way; b.py has not
    new = {"src/a.c": linemap.File(["", *SOURCE], {3: {"a.py"}, 5: set(), 7: {"a.py"}})}
    linemap.merge(counted(), new, {"a.py"})
    assert new["src/a.c"].lines == {3: {"a.py", "b.py"}, 5: set(), 7: {"a.py", "b.py"}}


def test_no_map() -> None:
    """Without a map: the tests that the mutations of a source name."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "x.toml").write_text(
            '[[mutation]]\nfile = "src/a.c"\ntests = "ping4, xsk-*"\n'
            '[[mutation]]\nfile = "src/b.c"\ntests = "tcp"\n')
        programs = ["ping4.sh", "xsk-copy.py", "tcp.py", "README.md"]
        assert linemap.named("src/a.c", Path(scratch), programs).tests == {"ping4.sh", "xsk-copy.py"}
        assert linemap.named("src/b.c", Path(scratch), programs).tests == {"tcp.py"}
        found = linemap.named("src/c.c", Path(scratch), programs)
        assert not found.tests and found.notes


def test_splat() -> None:
    module = Path(sys.argv[1]).with_name("main.o")
    lines = ["[    1.5] Call Trace:", "[    1.5]  main+0x1/0x10 [e1k]", "RIP: 0010:main+0x1/0x10 [e1k 9a]",
             "[    1.5]  main+0x1/0x10", "[    1.5]  nosuch+0x1/0x10 [e1k]"]
    decoded = splat.decode(lines, module)
    assert re.search(r" \[e1k\] tests/unit/main\.c:\d+$", decoded[1]), decoded
    assert re.search(r" \[e1k 9a\] tests/unit/main\.c:\d+$", decoded[2]), decoded
    assert (decoded[0], *decoded[3:]) == (lines[0], *lines[3:])
    # No module, or one that is none
    assert splat.decode(lines, module.with_name("nosuch.ko")) == lines
    assert splat.decode(lines, Path(__file__)) == lines


def test_gdb() -> None:
    sections = ".text:0xffffffffc0001000\n.data:0xffffffffc0009000\n"
    assert gdb.commands("/x/gdb.sock", sections, "/x/e1k.ko") == [
        "target remote /x/gdb.sock",
        "add-symbol-file /x/e1k.ko -s .data 0xffffffffc0009000 -s .text 0xffffffffc0001000"]


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
    "T=: names, patterns, folders, and what is left out": test_choice,
    "the suite: no name twice, all of T=core": test_names,
    "splats: where in the sources, if it is known": test_splat,
    "gdb: the module's sections": test_gdb,
    "CHANGED=: the tests that run a changed line": test_changed_line,
    "CHANGED=: new lines, by those around them": test_new_lines,
    "CHANGED=: what no test runs": test_uncovered,
    "CHANGED=: a map that is older than the sources": test_map_is_older,
    "CHANGED=: a line that many tests run": test_many_tests,
    "CHANGED=: the map, written, read and renewed": test_map_is_kept,
    "CHANGED=: without a map": test_no_map,
    **nicpacket.TESTS,
    **walk.TESTS,
    **walkevents.TESTS,
    **walkfollow.TESTS,
    **walkrecorded.TESTS, **walkstatements.TESTS, **walklessons.TESTS, **walkmapping.TESTS,
    **walkexports.TESTS,
    **walkany.TESTS,
    **walkcrowd.TESTS,
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
