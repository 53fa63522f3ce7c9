#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page, light and dark: it begins as the system is set, text has a contrast of
# 4.5:1 at least, marks of 3:1, and the contexts' colours differ for colour-blind people.

import itertools

import browser

# Every text that can be seen, its colour and the nearest background, in the browser.
TEXTS = """
const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const found = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
	const one = walk.currentNode.parentElement;
	if (!walk.currentNode.data.trim() || one.closest('script, style, [hidden], title, dialog:not([open])') ||
	    !one.getClientRects().length)
		continue;
	const style = getComputedStyle(one);
	let back = one, ground = [];
	do {
		ground = parse(getComputedStyle(back).backgroundColor);
		back = back.parentElement;
	} while (back && ground[3] === 0);
	found.push([walk.currentNode.data.trim().slice(0, 30), parse(one instanceof SVGElement ? style.fill : style.color), ground]);
}
return found;
"""
CONTEXTS = ("hardirq", "softirq", "thread", "process", "hardware", "drop")
# Machado, Oliveira and Fernandes 2009, severity 1, on linear light.
BLIND = {
    "nobody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900))}
# Told apart when they lie side by side (CIE 1976).
LEAST_DIFFERENCE = 12


def linear(colour):
    return [value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
            for value in colour[:3]]


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(light):
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, light)) / white
           for row, white in zip(matrix, (0.9505, 1, 1.089))]
    root = [value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in xyz]
    return 116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])


def seen(colour, matrix):
    return lab([min(1, max(0, sum(a * b for a, b in zip(row, linear(colour))))) for row in matrix])


def colours(page):
    made = page.run("""const one = document.createElement('i'); document.body.append(one);
        return arguments[0].map((name) => { one.className = name;
            return getComputedStyle(one).color.match(/[\\d.]+/g).map(Number); });""", CONTEXTS)
    return dict(zip(CONTEXTS, made))


def too_near(palette):
    found = []
    for (name, one), (other_name, other) in itertools.combinations(palette.items(), 2):
        for who, matrix in BLIND.items():
            a, b = seen(one, matrix), seen(other, matrix)
            distance = sum((x - y) ** 2 for x, y in zip(a, b)) ** 0.5
            if distance < LEAST_DIFFERENCE:
                found.append(f"{name} and {other_name}, {who}: {distance:.1f}")
    return found


def test(t, page):
    pictures = {}
    for scheme in browser.SCHEMES:
        page.open(scheme=scheme)
        t.same(page.run("return state.theme"), scheme, f"{scheme}: as the system is set")
        for tab in ("walk", "lost", "glossary"):
            page.open(f"tab={tab}&walk=2&hop=8", scheme=scheme)
            texts = page.run(TEXTS)
            bad = [f"'{text}' {colour} on {ground}: {contrast(colour, ground):.2f}"
                   for text, colour, ground in texts if contrast(colour, ground) < 4.5]
            t.check(len(texts) > 30 and not bad, f"{scheme}, {tab}: text has a contrast of 4.5:1",
                    f"{len(texts)} texts", *bad[:10])
        palette = colours(page)
        ground = page.run("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        t.check(all(contrast(one, ground) >= 3 for one in palette.values()),
                f"{scheme}: marks have a contrast of 3:1")
        bad = too_near(palette)
        t.check(not bad, f"{scheme}: colour-blind people tell the contexts apart", *bad)
        pictures[scheme] = page.picture(f"glossary-{scheme}")
    t.check(pictures["light"] != pictures["dark"], "the two schemes differ")
    page.open(scheme="dark")
    page.click("#theme")
    t.same(page.run("return document.documentElement.dataset.theme"), "light",
           "the button changes the scheme")


browser.main(test)
