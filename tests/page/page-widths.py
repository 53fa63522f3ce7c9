#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page on a telephone, in GitHub's column and on a wide screen: nothing sticks out,
# no label is cut off, nothing is too small to read or to touch.

import browser

# What is wider than the window, unless it lies in something that scrolls by itself.
OUTSIDE = """
const found = [];
for (const one of document.querySelectorAll('body *')) {
	const box = one.getBoundingClientRect();
	if (box.width && box.right > innerWidth + 1 && !one.closest('.roll, .wide, pre, [hidden], select'))
		found.push(one.tagName + ' ' + (one.id || one.className) + ' ' + box.right);
}
return found;
"""
# Text that does not fit into what it stands in.
CUT = """
return [...document.querySelectorAll('button, th, td, .names div, summary, h1, h2, dd')].filter((one) =>
	one.getClientRects().length && one.scrollWidth > one.clientWidth + 1 && one.clientWidth &&
	getComputedStyle(one).display !== 'inline').map((one) => one.textContent.slice(0, 40));
"""
SMALL = """
return [...document.querySelectorAll('body *')].filter((one) => one.getClientRects().length &&
	[...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
	parseFloat(getComputedStyle(one).fontSize) < 11).map((one) => one.textContent.slice(0, 30));
"""
TOUCH = """
return [...document.querySelectorAll('button, select')].filter((one) => {
	const box = one.getBoundingClientRect();
	return box.width && (box.height < 24 || box.width < 24);
}).map((one) => one.id);
"""


def test(t, page):
    for width in browser.WIDTHS:
        for language in browser.LANGUAGES:
            for tab in ("walk", "lost", "glossary"):
                page.open(f"tab={tab}&lang={language}&beside={1 if tab == 'walk' else -1}", width)
                name = f"{width} px, {language}, {tab}"
                scrolls = page.run("return document.documentElement.scrollWidth - innerWidth")
                bad = page.run(OUTSIDE) + page.run(CUT)
                t.check(scrolls <= 0 and not bad, f"{name}: nothing sticks out or is cut off",
                        f"{scrolls} px too wide", *bad[:8])
                bad = page.run(SMALL) + page.run(TOUCH)
                t.check(not bad, f"{name}: nothing is too small", *bad[:8])
        for scheme in browser.SCHEMES:
            page.open("hop=5", width, scheme)
            t.check(page.picture(f"walk-{width}-{scheme}"), f"{width} px, {scheme}: a picture")


browser.main(test)
