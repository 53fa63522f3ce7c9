# SPDX-License-Identifier: GPL-2.0-only
"""What can be said about a file by reading it."""

from __future__ import annotations

import ast
import fnmatch
import re
import tempfile
from pathlib import Path

from check import kernelsource
from check.common import TREE, Check, CheckError, Project, run

# Complaints of checkpatch that do not hold here: file, type, reason.
CHECKPATCH_ALLOW = [
    ("*", "CAMELCASE", "only names of the kernel's own headers, which it cannot see"),
    ("*", "UNCOMMENTED_DEFINITION", "kernel-doc of the structure says what a lock protects"),
    ("include/linux/netdevice.h", "COMPLEX_MACRO", "no parentheses can follow the arrow"),
    ("include/linux/netdevice.h", "MACRO_ARG_REUSE", "parameters of two functions"),
    ("include/linux/tracepoint.h", "MACRO_ARG_REUSE", "the kernel's own macro does the same"),
    ("include/linux/tracepoint.h", "MULTISTATEMENT_MACRO_USE_DO_WHILE", "as the kernel's own"),
    ("include/linux/tracepoint.h", "TRAILING_SEMICOLON", "as the kernel's own"),
    ("include/net/devlink.h", "COMPLEX_MACRO", "declares a field"),
    ("include/net/devlink.h", "MACRO_ARG_REUSE", "the name of a field"),
    ("include/net/netdev_queues.h", "MACRO_ARG_REUSE", "the kernel's own macros do the same"),
    ("include/net/netmem.h", "NEW_TYPEDEFS", "the kernel's own name"),
    ("include/net/xdp_sock_drv.h", "MACRO_WITH_FLOW_CONTROL", "has to end the function that asks"),
    ("tests/fault/module/*", "AVOID_EXTERNS", "what is written in assembly needs a declaration"),
    ("tests/upstream/settle.c", "AVOID_EXTERNS", "the linker makes these names"),
    ("tests/unit/shim/*", "PREFER_KERNEL_TYPES", "defines them"),
    ("src/adapter.h", "MACRO_ARG_REUSE", "the head of a loop"),
    ("src/trace.h", "OPEN_ENDED_LINE", "the form that all trace events have"),
    ("src/trace.h", "PARENTHESIS_ALIGNMENT", "the form that all trace events have"),
    ("src/stats.h", "COMPLEX_MACRO", "a list that takes a macro"),
    ("src/stats.h", "MACRO_ARG_UNUSED", "a list that takes a macro"),
    ("src/stats.h", "MACRO_ARG_REUSE", "a list that takes a macro"),
]

LICENSE_ID = "SPDX-License-Identifier: GPL-2.0-only"
# Files that cannot or need not say their license.
NO_LICENSE_ID = ("LICENSE", "*.md", "*.json", "*.json.gz", "*.svg", "*.png", "debian/changelog",
                 "debian/control", "debian/source/format", "debian/*.docs", "debian/*.install",
                 "debian/*.links", "debian/*.manpages", "debian/*.examples")

# What the driver's comments no longer say: words of its own where network drivers have
# others, and sentences without a subject one could name.
OUT = re.compile(r"\b(heals?|cures?|deaf|slices?|singles|pieces|books|spare|judges?|claims?|"
                 r"renews?|reap\w*|traps?|way up|hand(?:s|ed)? up|so many|so much|somebody|nobody|"
                 r"whoever|who (?:has|does|is)|the other way round)\b", re.IGNORECASE)

# Words that codespell takes for others.
WORDS = "inflight,iif,xdpf"

FILE_LINES = 700
HEADER_LINES = 300
# Registers and tracepoints.
LONG_HEADERS = ("src/regs.h", "src/trace.h")
FUNCTION_LINES = 60
LOOP_LINES = 80
LOOP = re.compile(r"poll|xmit")


def is_allowed(name: str, kind: str) -> bool:
    """Whether a complaint of checkpatch does not hold for a file."""
    return any(fnmatch.fnmatch(name, pattern) and kind == allowed
               for pattern, allowed, _ in CHECKPATCH_ALLOW)


def check_spdx(project: Project) -> list[str]:
    """The license in the first lines of every file."""
    found = []
    for name in project.files:
        if any(fnmatch.fnmatch(name, pattern) for pattern in NO_LICENSE_ID):
            continue
        if LICENSE_ID not in "\n".join(project.text(name).splitlines()[:3]):
            found.append(f"{name}:1: no \"{LICENSE_ID}\"")
    return found


def check_checkpatch(project: Project) -> list[str]:
    """The kernel's own style checker."""
    script = str(kernelsource.directory() / "scripts/checkpatch.pl")
    files = project.sources("src", "include", "tests")
    with tempfile.TemporaryDirectory() as scratch:  # it leaves a file where it runs
        done = run("perl", script, "--no-tree", "--strict", "--terse", "--show-types",
                   "-f", *(str(TREE / f) for f in files), cwd=Path(scratch))
    found = []
    for line in done.stdout.replace(f"{TREE}/", "").splitlines():
        match = re.match(r"(\S+?):\d+: \w+:(\w+): ", line)
        if match and not is_allowed(match[1], match[2]):
            found.append(line)
    if "lines checked" not in done.stdout:
        raise CheckError("checkpatch.pl did not run:\n" + done.stdout[-2000:])
    return found


def c_functions(text: str) -> list[tuple[str, int, int]]:
    """Name, first line and length of each function, by the kernel's style:

    a body is between a "{" and a "}" that stand alone in the first column.
    """
    found = []
    lines = text.splitlines()
    start = 0
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            head = " ".join(lines[max(0, start - 8):start - 1])
            names = re.findall(r"(\w+)\s*\((?!\()", head.rsplit(";", 1)[-1].rsplit("}", 1)[-1])
            found.append((names[0] if names else "?", start, number - start + 1))
            start = 0
    return found


def python_functions(text: str) -> list[tuple[str, int, int]]:
    """Name, first line and length of each Python function."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []  # check_python says so
    return [(node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def check_length(project: Project) -> list[str]:
    """Files and functions that have outgrown a reader."""
    found = []
    sources = project.sources("src", "include", "tests")
    for name in [*sources, *project.scripts]:
        text = project.text(name)
        most = HEADER_LINES if name.endswith(".h") and name not in LONG_HEADERS else FILE_LINES
        if (count := text.count("\n")) > most:
            found.append(f"{name}:{most}: file of {count} lines, at most {most}")
        functions = []
        if name in sources:
            functions = c_functions(text)
        elif project.scripts[name] == "python":
            functions = python_functions(text)
        for function, line, length in functions:
            limit = LOOP_LINES if LOOP.search(function) else FUNCTION_LINES
            if length > limit:
                found.append(f"{name}:{line}: {function}() has {length} lines, at most {limit}")
    return found


def check_version(project: Project) -> list[str]:
    """Questions about the kernel's version, which a backport answers wrongly."""
    return [f"{name}:{number}: asks for the kernel's version; add a probe to include/probes"
            for name in project.sources("src", "include")
            for number, line in enumerate(project.text(name).splitlines(), 1)
            if re.search(r"\b(LINUX_VERSION_CODE|KERNEL_VERSION|RHEL_RELEASE)\b", line)]


def check_shell(project: Project) -> list[str]:
    """shellcheck."""
    names = [n for n, kind in project.scripts.items() if kind in ("sh", "bash")]
    done = run("shellcheck", "-x", "-f", "gcc", "--source-path=SCRIPTDIR", *names)
    return done.stdout.splitlines()


def check_python(project: Project) -> list[str]:
    """Python's own compiler, and pyflakes."""
    names = [n for n, kind in project.scripts.items() if kind == "python"]
    found = []
    for name in names:
        try:
            compile(project.text(name), name, "exec", dont_inherit=True)
        except SyntaxError as error:
            found.append(f"{name}:{error.lineno}: {error.msg}")
    return found + run("pyflakes3", *names).stdout.splitlines()


def comments(text: str) -> list[tuple[int, str]]:
    """Number and text of each line of a comment in C."""
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), 1):
        begin = line.find("/*")
        if inside or begin >= 0 or line.startswith("//"):
            found.append((number, line[max(begin, 0):] if not inside else line))
            inside = "*/" not in line[max(begin, 0):] and not line.startswith("//")
    return found


def check_words(project: Project) -> list[str]:
    """Words that are out, in the driver's comments."""
    return [f"{name}:{number}: \"{match[0]}\": say it in the words of CONTRIBUTING.md"
            for name in project.sources("src", "include")
            for number, line in comments(project.text(name))
            for match in OUT.finditer(line)]


def check_spelling(project: Project) -> list[str]:
    """codespell."""
    names = [n for n in project.files if n != "LICENSE"]
    return run("codespell", "-L", WORDS, *names).stdout.splitlines()


CHECKS = [
    Check("spdx", "every file names its license", check_spdx),
    Check("checkpatch", "the kernel's style, strictly", check_checkpatch),
    Check("length", f"files of {FILE_LINES} lines, headers of {HEADER_LINES}, functions of "
          f"{FUNCTION_LINES} ({LOOP_LINES})", check_length),
    Check("version", "no question about the kernel's version", check_version),
    Check("shell", "shellcheck", check_shell),
    Check("python", "Python compiles, pyflakes", check_python),
    Check("words", "no words that are out in the driver's comments", check_words),
    Check("spelling", "codespell", check_spelling),
]
