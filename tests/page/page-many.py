#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page shows what --count and --live found: least, median, p99 and most of each hop,
# a histogram that a screen reader can read, and the slowest packet whole.

import browser


def test(t, page):
    page.open("tab=many")
    rows = page.run("return DATA.results[0].many.hops.length + Object.keys(DATA.results[0].many.total).length")
    t.same(page.count("#many tbody tr"), rows + page.run("return DATA.results[0].drops.length"),
           "a line for each hop, for the whole way, and for each kind of drop")
    cells = page.run("return [...document.querySelectorAll('#many tbody tr')].slice(0, 5).map((row) =>"
                     " [...row.querySelectorAll('.number')].map((one) => Number(one.textContent)))")
    t.check(all(row[1] <= row[2] <= row[3] <= row[4] for row in cells),
            "least, median, p99 and most are in that order", cells)
    sums = page.run("return DATA.results[0].many.hops.every((one) =>"
                    " one.histogram.reduce((sum, row) => sum + row[1], 0) === one.count)")
    t.check(sums and page.count("#many svg.bars[aria-label]") >= 10,
            "each has a histogram of all its values, in words too")
    page.click("[data-tab='walk']")
    t.check(page.count(".hop") > 10, "the slowest packet is shown whole")


browser.main(test, "many")
