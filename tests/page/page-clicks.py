#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page: a click on a hop, in the chart or in the list, shows what is known of it:
# function, line of source, reason, registers, bytes. The buttons step and play.

import time

import browser


def hop(page):
    return page.run("return [state.walk, state.hop]")


def test(t, page):
    page.open()
    irq = page.run("return WALKS[0].walk.steps.findIndex((row) => row.event === 'e1k_irq')")
    page.click(f".hop[data-at='{irq}'] .hit")
    t.same(hop(page), [0, irq], "a click on a mark of the chart chooses its hop")
    detail = page.text("#detail")
    for what, wanted in (("function", "e1k_irq_handler"), ("words", "cause read: ICR 0x80"),
                         ("register", "128 (0x80)"), ("byte", "45 00")):
        t.check(wanted in detail, f"the {what} is shown: {wanted}", detail)
    line = page.text("#detail pre .here")
    t.check("e1k_irq_trace(e1k_irq," in line, "its line of source is shown", line)
    page.click("#list tr[data-hop='2']")
    t.same(hop(page), [0, 2], "a click on a line of the list chooses its hop")
    t.same(page.text("#list tr.chosen td:nth-child(3)"), "R3", "the list shows which it is")
    for button, wanted in (("next", 3), ("back", 2), ("start", 0), ("end", -1)):
        page.click(f"#{button}")
        last = page.run("return pairsShown().length") - 1
        t.same(hop(page)[1], last if wanted < 0 else wanted, f"the button '{button}'")
    page.click("#start")
    page.click("#play")
    # As long as it takes: a timer of the page, on a machine that is busy.
    for _ in range(600):
        if hop(page)[1] >= 2:
            break
        time.sleep(0.1)
    t.check(hop(page)[1] >= 2, "it plays")
    page.click("#play")
    t.same(page.run("return state.playing"), 0, "and pauses")
    lost = page.run("return WALKS.findIndex((one) => one.walk.steps.some((row) => row.drop))")
    page.choose("#first", str(lost))
    page.click(".hop:has(.mark.drop) .hit")
    detail = page.text("#detail")
    t.check("NO_SOCKET" in detail and "ss -lun" in detail,
            "a drop shows the kernel's reason, and what to do", detail)
    page.click("[data-tab='lost']")
    t.check(page.text("#lost h2") == "Receive", "a click on a tab shows it")


browser.main(test)
