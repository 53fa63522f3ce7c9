# SPDX-License-Identifier: GPL-2.0-only
"""kernel-doc: well-formed, and on every public function."""

from __future__ import annotations

import re

from check import kernelsource
from check.common import Check, Project, run, symbols


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


CHECKS = [
    Check("kernel-doc", "kernel-doc comments are well-formed", check_kernel_doc),
    Check("documented", "every public function has kernel-doc", check_documented),
]
