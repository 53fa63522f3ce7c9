# SPDX-License-Identifier: GPL-2.0-only
"""kernel-doc: well-formed, and on every public function. Links of the documentation."""

from __future__ import annotations

import os.path
import re

from check import kernelsource
from check.common import TREE, Check, Project, run, symbols

LINK = re.compile(r"\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ +(.*?) *$", re.M)
# A file that a sentence names: with its directory, and no part of a pattern.
NAMED = re.compile(r"(?<![\w/.-])((?:docs|scripts|tests|tools|debian|include|src)/[\w./-]*\w\.\w+)(?![*{\w])")


def check_kernel_doc(project: Project) -> list[str]:
    """What kernel-doc says about the comments that are there."""
    done = run(*kernelsource.kernel_doc(), "-none", "-Werror",
               *project.sources("src", "include"))
    return [line for line in done.stdout.splitlines()
            if not re.search(r"warning: no structured comments found|\d+ (warnings|errors) as",
                             line)]


def check_documented(project: Project) -> list[str]:
    """Functions that another file can call and that no comment describes."""
    described = set()
    for name in project.sources("src"):
        described.update(re.findall(r"^/\*\*\n \* (\w+)\(\) - ", project.text(name), re.M))
    found = []
    for source, obj in project.builds()[0].objects().items():
        text = project.text(source)
        for symbol in symbols(obj):
            if not symbol.is_function or symbol.name in described:
                continue
            definition = re.search(rf"^[a-z].*\b{symbol.name}\(", text, re.M)
            if definition:
                line = text.count("\n", 0, definition.start()) + 1
                found.append(f"{source}:{line}: {symbol.name}() has no kernel-doc")
    return found


def anchors(text: str) -> set[str]:
    """What a link may say after #, as GitHub makes it of the headings."""
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            for title in HEADING.findall(text)}


def check_links(project: Project) -> list[str]:
    """Links, and names of files, that lead nowhere."""
    found = []
    # What has been is history: its names are those of then.
    for name in (n for n in project.files if n.endswith(".md") and n != "CHANGELOG.md"):
        text = project.text(name)
        for path, anchor in LINK.findall(text):
            target = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            if not (TREE / target).exists():
                found.append(f"{name}: there is no {path}")
            elif anchor and anchor not in anchors(project.text(target)):
                found.append(f"{name}: {path} has no heading for #{anchor}")
        found += [f"{name}: there is no {path}" for path in NAMED.findall(text)
                  if not path.startswith("tools/testing/") and not (TREE / path).exists()]
    return found


CHECKS = [
    Check("links", "links and names of files lead somewhere", check_links),
    Check("kernel-doc", "kernel-doc comments are well-formed", check_kernel_doc),
    Check("documented", "every public function has kernel-doc", check_documented),
]
