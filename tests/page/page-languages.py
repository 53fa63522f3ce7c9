#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# The walk's page is all English or all Chinese, whatever is chosen, and every word of it
# has both.

import json
import re

import browser
import webpage

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# English words that are no names: three in a row are a sentence.
SENTENCE = re.compile(r"\b[a-z]{3,} [a-z]{2,} [a-z]{2,}\b")


def visible(page):
    """Without what a program is told: code, bytes, the other language's name."""
    return page.run("""
        const copy = document.body.cloneNode(true);
        copy.querySelectorAll('script, code, pre, [hidden], #language, dl.raw').forEach((one) => one.remove());
        return copy.innerText || copy.textContent;""")


def test(t, page):
    tables = {name: webpage.load(f"{name}.json") for name in ("glossary", "places")}
    words = webpage.load("page/words.json")
    t.same([key for key, row in words.items() if len(row) != 2 or not all(row)], [],
           "each word of the page is there twice")
    lacks = [row["term"] for row in tables["glossary"] if not CHINESE.search(row["zh"])]
    lacks += [row["id"] for row in tables["places"] if not row["do"] or not CHINESE.search(row["zh_do"])]
    t.same(lacks, [], "each term and each place is told in both languages")
    used = set(re.findall(r"(?:say|field)\('([\w-]+)'", "".join(map(webpage.text, webpage.PARTS))))
    t.same(sorted(used - words.keys()), [], "each word that is used is there")
    for tab in ("walk", "lost", "glossary"):
        page.open(f"tab={tab}&lang=en")
        found = CHINESE.findall(visible(page))
        t.check(not found, f"{tab}: nothing is Chinese in English", json.dumps(found)[:300])
        page.open(f"tab={tab}&lang=zh")
        text = visible(page)
        found = SENTENCE.findall(text)
        t.check(CHINESE.search(text) and not found, f"{tab}: nothing is English in Chinese",
                *found[:10])
    t.same(page.run("return document.documentElement.lang"), "zh-CN", "the page says so")
    page.click("#language")
    t.same(page.run("return document.documentElement.lang"), "en", "the button changes it")


browser.main(test)
