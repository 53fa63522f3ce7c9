#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The pictures of the documents: as wide as a column on GitHub, text of a size that can be read
# there, no label cut off or lying on another, and dark where the reader's system is.

from pathlib import Path

import browser
import comparing
import drawing
import plotting
import walkrecorded

# Text that leaves the picture, is too small, or lies on other text. What is slanted has no
# box that says so.
BAD = """
const all = [...document.querySelectorAll('text')].filter((one) => !one.getAttribute('transform'));
const boxes = all.map((one) => one.getBoundingClientRect());
const wide = document.documentElement.viewBox.baseVal.width, found = [];
boxes.forEach((a, i) => {
	if (a.left < 0 || a.right > wide || parseFloat(getComputedStyle(all[i]).fontSize) < 8)
		found.push(all[i].textContent + ' ' + a.left + ' ' + a.right);
	boxes.slice(i + 1).forEach((b, j) => {
		if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
		    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
			found.push(all[i].textContent + ' / ' + all[i + j + 1].textContent);
	});
});
return found;
"""


def pictures():
    udp, rps, closed = (walkrecorded.result(name) for name in ("udp", "rps", "closed"))
    for result, name in ((udp, "receive"), (closed, "closed")):
        yield name, drawing.draw_walk(result, result["walks"][0])
    yield "transmit", drawing.draw_walk(udp, udp["walks"][1])
    yield "compared", comparing.picture(udp, rps)
    yield "bars", plotting.bars({"title": "A lab", "labels": ["one ping after the other", "flood"],
                                 "series": [("interrupts per packet", [1.0, 0.02]),
                                            ("packets per poll", [1.0, 61.3])]})


def test(t, page):
    for name, content in pictures():
        page.file = Path(page.file).with_name(f"{name}.svg")
        page.file.write_text(content, encoding="utf-8")
        shots = {}
        for scheme in browser.SCHEMES:
            page.open(width=838, scheme=scheme)
            shots[scheme] = page.picture(f"picture-{name}-{scheme}")
        t.same(page.run("return document.documentElement.viewBox.baseVal.width"), 838,
               f"{name}: 838 px wide")
        bad = page.run(BAD)
        t.check(not bad, f"{name}: no label is cut off, small, or on another", *bad[:6])
        t.check(shots["light"] != shots["dark"], f"{name}: dark where the system is")


browser.main(test)
