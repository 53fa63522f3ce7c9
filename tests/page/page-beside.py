#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page shows two walks of a comparison on one axis: the same step stands in the same
# column, the same time at the same place; what only one of them has is marked.

import browser

PLACES = """
return [0, 1].map((side) => [...document.querySelectorAll(`.hop[data-side="${side}"]`)]
	.sort((a, b) => a.dataset.at - b.dataset.at)
	.map((one) => parseFloat(one.getAttribute('transform').slice(10))));
"""


def test(t, page):
    page.open()
    t.same(page.count(".strip"), 2, "two strips")
    left, right = page.run(PLACES)
    pairs = page.run("return pairsShown()")
    both = [pair for pair in pairs if -1 not in pair]
    alone = [pair for pair in pairs if -1 in pair]
    t.check(len(both) > 15 and alone, "most steps are in both, some are not")
    t.check(all(abs(left[a] - right[b]) < 0.2 for a, b in both),
            "the same step stands in the same column")
    t.same(page.count("#list tr.alone"), len(alone), "what only one has is marked in the list")
    rps = page.run("return WALKS[state.beside].walk.steps.findIndex((row) => row.step === 'R13')")
    page.click(f".hop[data-side='1'][data-at='{rps}'] .hit")
    t.check("process_backlog" in page.text("#detail"), "a hop of the second one can be clicked")
    t.check("CPU 1" in page.text(".strip:nth-child(2) .names"), "the lanes are the CPUs of each")
    page.choose("#axis", "time")
    left, right = page.run(PLACES)
    times = page.run("return shown().map(({ walk }) => timesOf(walk))")
    rates = [(x[-1] - x[0]) / (time[-1] - time[0]) for x, time in zip((left, right), times)]
    t.check(abs(rates[0] / rates[1] - 1) < 0.01, "a microsecond is as wide in both", rates)
    t.check(abs(left[0] - right[0]) < 0.2, "both begin at the same place")
    page.click("#wide")
    page.click("#wide")
    page.run("document.querySelectorAll('.roll')[0].scrollLeft = 100")
    page.run("return new Promise((done) => setTimeout(done, 100))")
    t.same(page.run("return [...document.querySelectorAll('.roll')].map((one) => one.scrollLeft)"),
           [100, 100], "both are scrolled together")
    page.choose("#axis", "log")
    left, right = page.run(PLACES)
    t.check(left == sorted(left) and right == sorted(right), "the order is the same on any axis")
    page.click("[data-tab='lab']")
    t.check("RPS" not in page.text("#lab h2") if page.count("#lab h2") else page.count("#lab td"),
            "the comparison's figures have a tab")


browser.main(test, "pair")
