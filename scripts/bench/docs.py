# SPDX-License-Identifier: GPL-2.0-only
"""Put today's results into docs/use/performance.md, docs/use/xdp.md and the plots."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import plot
import table
from figures import BUDGET_82574, BUDGETED, goals, read_budget
from lib.paths import TREE

PAGE = TREE / "docs/use/performance.md"
XDP_PAGE = TREE / "docs/use/xdp.md"
PICTURES = TREE / "docs/use/performance"


def _behind(results: dict[str, Any]) -> str:
    """Goals not met, and rates below the stock driver's."""
    lines = []
    for (name, figure), limit in goals(read_budget()).items():
        entry = results["counted"].get(name)
        if not entry or figure not in entry["drivers"]["e1k"]["figures"]:
            continue
        reached = entry["drivers"]["e1k"]["figures"][figure]["median"]
        if limit.goal is not None and not limit.within(reached, limit.goal):
            heading, decimals, _ = BUDGETED[figure]
            stock = entry["drivers"]["e1000"]["figures"][figure]["median"]
            lines.append(f"- {entry['title']}, {heading}: {reached:.{decimals}f}, goal "
                         f"{limit.goal:.{decimals}f}, stock {stock:.{decimals}f}")
    for entry in results["counted"].values():
        stock, ours = (entry["drivers"][driver]["figures"]["rate"]["median"]
                       for driver in ("e1000", "e1k"))
        if ours < 0.99 * stock:
            lines.append(f"- **{entry['title']} is slower than with the stock driver: "
                         f"rate x{ours / stock:.2f}**")
    return "\n".join(lines) or "None."


def _blocks(results: dict[str, Any]) -> dict[str, str]:
    blocks = {}
    if results["counted"]:
        rows = table.counted_rows(results["counted"], goals(read_budget()))
        blocks["counted"] = (f"Debian's {results['kernel']}.\n\n"
                             + table.markdown(rows))
        blocks["behind"] = _behind(results)
        blocks["memory"] = table.markdown(table.memory_rows(results["memory"]))
        blocks["functions"] = table.markdown(table.function_rows(results["counted"]))
    if results["counted_82574"]:
        rows = table.counted_rows(results["counted_82574"], goals(read_budget(BUDGET_82574)))
        blocks["counted-82574"] = table.markdown(rows)
    if results.get("timed"):
        blocks["timed"] = (f"{results['accelerator'].upper()}, {results['repetitions']} pairs each.\n\n"
                           + table.markdown(table.timed_rows(results["timed"])))
    return blocks


def refresh(results: dict[str, Any]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for name, picture in plot.draw(results).items():
        (PICTURES / name.removeprefix("perf-")).write_text(picture)
    replace(PAGE, _blocks(results))
    if results["counted"]:
        refresh_xdp(results["counted"])
    print(f"{PAGE} and the pictures in {PICTURES} refreshed")


def refresh_xdp(counted: dict[str, Any]) -> None:
    replace(XDP_PAGE, {"receiving": table.markdown(table.receiving_rows(counted))})


def replace(page: Path, blocks: dict[str, str]) -> None:
    """What a page has between <!-- bench:NAME --> and its end."""
    text = page.read_text()
    for name, block in blocks.items():
        pattern = rf"(<!-- bench:{name} -->\n).*?(<!-- /bench:{name} -->)"
        text, found = re.subn(pattern, lambda match, block=block: f"{match[1]}{block}\n{match[2]}",
                              text, flags=re.S)
        if not found:
            raise ValueError(f"{page} has no place for the table '{name}'")
    page.write_text(text)
