# SPDX-License-Identifier: GPL-2.0-only
"""SVG, written in one place: the walk's pictures and plots, and those of the benchmark."""

from __future__ import annotations

import html
from collections.abc import Iterable


def esc(text: object) -> str:
    return html.escape(str(text))


def _value(value: object) -> str:
    """Coordinates to a tenth; what has to be exact is a string."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else esc(value)


def element(name: str, *content: str, **attributes: object) -> str:
    """Content is SVG already. An attribute's _ is a -, but for one at its end (class_);
    those that are None are left out."""
    words = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
                    for key, value in attributes.items() if value is not None)
    return f"<{name}{words}>{''.join(content)}</{name}>" if content else f"<{name}{words}/>"


def text(x: float, y: float, words: object, **more: object) -> str:
    return element("text", esc(words), x=x, y=y, **more)


def rect(x: float, y: float, width: float, height: float, *content: str, **more: object) -> str:
    return element("rect", *content, x=x, y=y, width=width, height=height, **more)


def line(x1: float, y1: float, x2: float, y2: float, **more: object) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **more)


def circle(x: float, y: float, radius: float, **more: object) -> str:
    return element("circle", cx=x, cy=y, r=radius, **more)


def tip(words: str) -> str:
    """What is shown where the mouse is, and read aloud."""
    return element("title", esc(words))


def moved(x: int, y: int, parts: Iterable[str]) -> str:
    return element("g", "\n".join(parts), transform=f"translate({x},{y})")


def curve(points: list[tuple[float, float]], **more: object) -> str:
    """One line through points that are below each other, upright at each."""
    path = f"M{points[0][0]} {points[0][1]}"
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        middle = (y1 + y2) / 2
        path += f" C{x1} {middle} {x2} {middle} {x2} {y2}"
    return element("path", d=path, fill="none", **more)


def picture(parts: Iterable[str], width: int, height: int, **more: object) -> str:
    """A whole file."""
    return element("svg", "\n".join(parts), "\n", xmlns="http://www.w3.org/2000/svg",
                   viewBox=f"0 0 {width} {height}", width=width, height=height, **more) + "\n"
