# SPDX-License-Identifier: GPL-2.0-only
"""Two runs side by side: lined up by step, drawn in one picture, in figures."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from drawing import (AT, CONTEXTS, LANES, TOP, WIDTH, clip, dot, lane_heads, style_of, subtitle,
                     svg, way, wrapped)
from figures import (COPIED, FRAMES, INTERRUPTS, LONGEST, MAPPED, MEDIAN, MOST, PACKETS,
                     POLL_CPUS, POLLS, STACK_CPUS)
from svg import element, moved, rect, text, tip

Pair = tuple[dict[str, Any] | None, dict[str, Any] | None]


@dataclass(frozen=True)
class Comparison:
    """Two scenarios, what is to be learned from them, and which figures show it."""

    left: str
    right: str
    lesson: str
    zh: str
    figures: tuple[str, ...]


PAIRS = {
    "gro": Comparison(
        "gro", "gro-off",
        "GRO merges the frames of a flow before they go up: the stack is walked once for many "
        "of them. Without it each frame goes all the way by itself.",
        "GRO 在上送之前合并同一个流的帧：协议栈只走一次，处理许多帧。没有它，每个帧都要独自走完全程。",
        (FRAMES, POLLS, PACKETS)),
    "rps": Comparison(
        "udp", "rps",
        "Up to the backlog it is the same. Then the one CPU does everything itself, and the "
        "other way an interrupt between processors lets another CPU do the rest.",
        "到 backlog 为止两者相同。之后，一边是同一个 CPU 做完一切，另一边用处理器间中断让另一个 CPU 完成其余部分。",
        (FRAMES, PACKETS, POLL_CPUS, STACK_CPUS)),
    "moderation": Comparison(
        "unmoderated", "moderated",
        "The same twelve datagrams, a millisecond apart. Unmoderated the NIC interrupts as soon "
        "as it may; moderated it waits, and one poll finds several frames: fewer interrupts, for "
        "frames that waited.",
        "同样的十二个数据报，间隔一毫秒。不限速时网卡尽快中断；限速时网卡等待，一次 poll 找到多个帧：中断少了，帧多等了一会儿。",
        (FRAMES, INTERRUPTS, POLLS, MOST, MEDIAN, LONGEST)),
    "zerocopy": Comparison(
        "copied", "zerocopy",
        "The same page of TCP. Down to the socket's queue it goes the same way, and nobody copies "
        "it. Then recv() copies it to the process; TCP_ZEROCOPY_RECEIVE puts the page that the NIC "
        "has written, headers split off, into the process's memory.",
        "同样的一页 TCP 数据。直到套接字队列，路径相同，谁也不复制它。之后 recv() 把它复制给进程；"
        "TCP_ZEROCOPY_RECEIVE 则把网卡写入的那一页（首部已分离）放进进程的内存。",
        (COPIED, MAPPED)),
}

# Of "driver=NAME".
DRIVERS = ("e1000", "e1000e")


def by_driver(driver: str) -> Comparison:
    return Comparison(
        "udp", "udp",
        f"The same datagram on the same NIC, with e1k and with {driver}. Above the driver it is the "
        f"same kernel; of {driver} only its functions are seen, no registers or descriptors.",
        f"同一网卡上的同一个数据报，一次用 e1k，一次用 {driver}。驱动之上是同一个内核；{driver} 只能看到它的函数，"
        "看不到寄存器和描述符。", (PACKETS, STACK_CPUS))


def pair_of(name: str | None) -> Comparison | None:
    """What --compare says."""
    what, _, driver = (name or "").partition("=")
    return by_driver(driver) if what == "driver" else PAIRS.get(what)


def both(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Were both played? What one of them does not show here is not said of it."""
    return bool(left["walks"] and right["walks"])


# A side: time, context, lanes; between the sides what both did.
LANE, ROW, EDGE, CPU, TIME = 17, 24, 12, 88, 48
SIDE = EDGE + TIME + CPU + LANE * len(LANES)
MIDDLE = WIDTH - 2 * SIDE
# Of the context's name, and of one whose letters have to be smaller.
LETTERS, SIZE = 14, 10.5


def aligned(left: list[dict], right: list[dict]) -> list[Pair]:
    """Pairs of rows; what only one side has stands alone."""
    keys = [[(row["step"], row["function"]) for row in side] for side in (left, right)]
    found: list[Pair] = []
    matcher = difflib.SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind == "equal":
            found += list(zip(left[a1:a2], right[b1:b2]))
        else:
            found += [(row, None) for row in left[a1:a2]]
            found += [(None, row) for row in right[b1:b2]]
    return found


def pairs(left: dict[str, Any], right: dict[str, Any]) -> list[tuple[str, list[Pair]]]:
    """For each path that both runs have."""
    found = []
    for path in ("receive", "transmit"):
        walks = [next((walk for walk in side["walks"] if walk["path"] == path), None)
                 for side in (left, right)]
        if all(walks):
            found.append((path, aligned(walks[0]["steps"], walks[1]["steps"])))
    return found


def figures(pair: Comparison, left: dict[str, Any],
            right: dict[str, Any]) -> list[tuple[str, str, str]]:
    """A row of names, then one for each figure that both runs have."""
    mine, other = left["figures"], right["figures"]
    return [("", left["scenario"], right["scenario"]),
            *((name, str(mine[name]), str(other[name])) for name in pair.figures
              if name in mine and name in other)]


class Sides:
    """Two walks of one path: lanes left and right, what both did in the middle."""

    def __init__(self, left: dict[str, Any], right: dict[str, Any], path: str,
                 rows: list[Pair]) -> None:
        self.results, self.path, self.rows = (left, right), path, rows
        self.height = TOP + ROW * len(rows) + 24
        self.out: list[str] = []

    def draw(self) -> str:
        self.out = []
        for number, result in enumerate(self.results):
            self.headings(number, result)
            self.line(number)
        for index, pair in enumerate(self.rows):
            self.middle(index, pair)
            for number, row in enumerate(pair):
                if row:
                    self.mark(number, index, row)
        return "\n".join(self.out)

    @staticmethod
    def lanes_at(number: int) -> int:
        """Where the lanes begin: both sides have theirs next to the middle."""
        return EDGE + TIME + CPU if number == 0 else SIDE + MIDDLE

    def place(self, number: int, index: int, row: dict[str, Any]) -> tuple[float, float]:
        return (self.lanes_at(number) + LANE * (AT.get(row["lane"], 4) + 0.5),
                TOP + ROW * (index + 0.5))

    def text(self, x: float, y: float, words: str, anchor: str = "start", **more: object) -> None:
        self.out.append(text(x, y, words, text_anchor=anchor, **more))

    def headings(self, number: int, result: dict[str, Any]) -> None:
        name = "Receive" if self.path == "receive" else "Transmit"
        x = EDGE if number == 0 else WIDTH / 2
        self.text(x, 26, f"{name}: {result['scenario']}", class_="h ink")
        for row, words in enumerate(wrapped(subtitle(result), 62)):
            self.text(x, 44 + 14 * row, words, class_="s", font_size=11)
        self.out += lane_heads(self.lanes_at(number), LANE, TOP + ROW * len(self.rows), 10)

    def line(self, number: int) -> None:
        self.out.append(way([self.place(number, index, pair[number])
                             for index, pair in enumerate(self.rows) if pair[number]]))

    def mark(self, number: int, index: int, row: dict[str, Any]) -> None:
        x, y = self.place(number, index, row)
        self.out.append(element("g", tip(f"{row['step']} {row['function']}: {row['words']}"),
                                dot(x, y, 8.5, row), data_step=row["step"]))
        name, _ = CONTEXTS.get(row["context"], (row["context"], ""))
        where = name if row["cpu"] is None else \
            f"{row['task'] if row['context'] == 'process' else name} · {row['cpu']}"
        near = EDGE + TIME + 6 if number == 0 else SIDE + MIDDLE + LANE * len(LANES) + 6
        self.text(near, y + 4, where, font_size=SIZE * min(1, LETTERS / len(where)),
                  class_=f"b {style_of(row)}")
        if row["us"] is not None:
            self.text(EDGE + TIME if number == 0 else WIDTH - EDGE, y + 4, f"{row['us']:.0f} µs",
                      "end", class_="s", font_size=10.5)

    def middle(self, index: int, pair: Pair) -> None:
        """What the step is; shaded and on its side if only one run has it."""
        row, y = pair[0] or pair[1], TOP + ROW * (index + 0.5) + 4
        name = row["drop"] or row["function"].rpartition(":")[2] or "the NIC"
        words = f"{row['step'].replace('drop', '✕')} {clip(name, 32)}"
        style = "f drop" if row["drop"] else "f ink"
        if all(pair):
            self.text(SIDE + MIDDLE / 2, y, words, "middle", class_=style)
            return
        number = 0 if pair[0] else 1
        self.out.append(rect(SIDE, y - 16, MIDDLE, ROW, class_="only"))
        self.text(SIDE + (8 if number == 0 else MIDDLE - 8), y,
                  f"‹ {words}" if number == 0 else f"{words} ›",
                  "start" if number == 0 else "end", class_=style)


def picture(left: dict[str, Any], right: dict[str, Any]) -> str:
    parts, top = [], 0
    for path, rows in pairs(left, right):
        sides = Sides(left, right, path, rows)
        parts.append(moved(0, top, [sides.draw()]))
        top += sides.height
    return svg(parts, WIDTH, top)
