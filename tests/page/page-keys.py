#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page can be used without a pointer: keys step, play, change axis, language,
# scheme and tab; Tab reaches each control, and shows where it is.

import browser

RIGHT, LEFT, END, HOME, TAB, ESCAPE = "\ue014", "\ue012", "\ue010", "\ue011", "\ue004", "\ue00c"


def of(page, name):
    return page.run(f"return state.{name}")


def test(t, page):
    page.open()
    last = page.run("return pairsShown().length") - 1
    for keys, wanted in (((RIGHT, RIGHT), 2), ((LEFT,), 1), ((END,), last), ((RIGHT,), last),
                         ((HOME,), 0), ((LEFT,), 0)):
        page.type(*keys)
        names = {RIGHT: "right", LEFT: "left", END: "End", HOME: "Home"}
        t.same(of(page, "hop"), wanted, " ".join(names[key] for key in keys) + f": hop {wanted}")
    page.type(" ")
    t.check(of(page, "playing"), "space plays")
    page.type(" ")
    t.check(not of(page, "playing"), "space pauses")
    for key, name, wanted in (("a", "axis", "time"), ("a", "axis", "log"), ("a", "axis", "steps"),
                              ("l", "lang", "zh"), ("l", "lang", "en"), ("d", "theme", "dark"),
                              ("d", "theme", "light"), ("+", "zoom", 2), ("-", "zoom", 1),
                              ("w", "walk", 1), ("b", "beside", 0), ("2", "tab", "lost"),
                              ("1", "tab", "walk")):
        page.type(key)
        t.same(of(page, name), wanted, f"{key}: {name} is {wanted}")
    page.type("?")
    t.check(page.run("return find('help').open"), "? shows the keys")
    page.type(ESCAPE)
    t.check(not page.run("return find('help').open"), "Escape closes them")
    page.open()
    seen, hidden = [], []
    for _ in range(30):
        page.type(TAB)
        here = page.run("const one = document.activeElement; return [one.id || one.dataset.tab,"
                        " getComputedStyle(one).outlineStyle, one.tagName]")
        if here[2] == "BODY":
            break
        seen.append(here[0])
        hidden += [here[0]] if here[1] == "none" else []
    wanted = {"language", "theme", "keys", "walk", "lost", "glossary", "first", "second", "axis",
              "start", "back", "play", "next", "end", "narrow", "wide", "chart"}
    t.check(wanted <= set(seen), "Tab reaches all controls", wanted - set(seen))
    t.same(hidden, [], "what has the focus shows that")


browser.main(test)
