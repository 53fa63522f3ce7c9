#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The page of a lab: its plot and its tables first, and the map with what it lost where.

import browser


def test(t, page):
    page.open()
    t.same(page.run("return state.tab"), "lab", "the lab is shown first")
    t.check(page.count("#lab .fill") == 2 and "0.02" in page.text("#lab"), "its plot")
    t.check("no socket" in page.text("#lab") and "A note." in page.text("#lab"), "its tables")
    page.click("[data-tab='lost']")
    t.same(page.text("[data-place='D8'] .count"), "✕ 20", "what it lost is on the map")
    t.same(page.count("details.lossy"), 1, "and nothing else")
    page.type("l")
    t.check("20" in page.text("#sum"), "in Chinese, too")


browser.main(test, "lab")
