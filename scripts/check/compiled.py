# SPDX-License-Identifier: GPL-2.0-only
"""Compilers and sparse, on the kernels that the module is built for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from check.common import TREE, Build, Check, CheckError, Project, need, run

# What of gcc's command line makes the code what it is, as opposed to what
# only gcc knows.
MEANING = re.compile(r"-(D|U|I|std=|nostdinc$|m64$|m32$|mcmodel=|mno-(sse|mmx|3dnow|avx|80387)"
                     r"|fshort-wchar|funsigned-char|fms-extensions|fno-strict-|fno-common|O2)")
WARNINGS = re.compile(r"-W(?!p,|a,|l,)")

SPARSE = ["sparse", "-Wbitwise", "-Wno-return-void", "-Wno-unknown-attribute",
          "-D__CHECK_ENDIAN__", "-D__linux__", "-Dlinux", "-D__STDC__", "-Dunix", "-D__unix__",
          "-m64", "-mlittle-endian", "--arch=x86"]
CLANG = ["clang", "-fsyntax-only", "-Qunused-arguments", "-Wno-unknown-warning-option",
         # the kernel's own dialect
         "-Wno-gnu"]
KERNEL_HEADERS = r"^-I(?=/usr/src/)"
# Where the compiler runs among the kernel's headers, before 6.13
KERNEL_OR_HERE = r"^-I(?=/usr/src/|\./)"


@dataclass(frozen=True)
class Compilation:
    """How kbuild compiled one file: read from the .cmd file that it leaves."""

    source: str
    directory: str
    arguments: list[str]

    def options(self, keep: re.Pattern[str]) -> list[str]:
        """The options that match, -include FILE among them."""
        found = []
        words = iter(self.arguments)
        for word in words:
            if word == "-include":
                found += [word, next(words)]
            elif keep.match(word):
                found.append(word)
        return found


def compilations(build: Build) -> list[Compilation]:
    """Every file of the module, with paths as the build's root has them."""
    tree = str(TREE) if build.is_host else "/e1k"
    found = []
    for obj in build.objects().values():
        line = (obj.parent / f".{obj.name}.cmd").read_text().splitlines()[0]
        words = shlex.split(line.split(":=", 1)[1].split(" ; ")[0])
        # Kernels before 6.13 compile in their own directory, and name the
        # source by its full path.
        directory = f"/usr/src/linux-headers-{build.release}"
        if not words[-1].startswith("/"):
            directory = f"{tree}/build/kernels/{build.suite}"
        found.append(Compilation(words[-1], directory, words[1:-1]))
    return found


def _shorten(text: str, build: Build) -> list[str]:
    """Name files as in the tree, and say for which kernel."""
    text = re.sub(rf"(?:{re.escape(str(TREE))}|/e1k)/build/kernels/{build.suite}/", "", text)
    return [f"[{build.suite}] {line}" for line in text.splitlines()]


def check_kernels(project: Project) -> list[str]:
    """gcc with W=1, for every kernel."""
    try:
        project.builds()
    except CheckError:
        pass  # the log says why
    return project.build_log.splitlines() if project.build_failed else []


def _for_each_file(project: Project, command: Callable[[Compilation], list[str]]) -> list[str]:
    """Run an analyser on all files of all builds, two at a time.

    It is the one of the kernel's own suite: an old one cannot read new headers.
    """
    def analyse(build: Build, compilation: Compilation) -> list[str]:
        enter = [] if build.is_host else ["scripts/kernel/kroot", "exec", build.suite]
        done = run(*enter, "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh",
                   compilation.directory, *command(compilation), compilation.source)
        found = _shorten(done.stdout, build)
        if done.returncode and not found:
            found = [f"[{build.suite}] {compilation.source}: exit status {done.returncode}"]
        return found

    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = [pool.submit(analyse, build, compilation)
                for build in project.builds() for compilation in compilations(build)]
        return [line for job in jobs for line in job.result()]


def check_sparse(project: Project) -> list[str]:
    """sparse."""
    need("sparse")
    return _for_each_file(project, lambda c: [*SPARSE, *c.options(MEANING)])


def check_clang(project: Project) -> list[str]:
    """clang as a second opinion: it compiles nothing, but reads with other eyes."""
    need("clang")
    keep = re.compile(f"{MEANING.pattern}|{WARNINGS.pattern}")

    # The kernel's headers are system headers here: their warnings are not ours.
    def command(compilation: Compilation) -> list[str]:
        among = compilation.directory.startswith("/usr/src/")
        theirs = KERNEL_OR_HERE if among else KERNEL_HEADERS
        return [*CLANG, *(re.sub(theirs, "-isystem", o) for o in compilation.options(keep))]

    return _for_each_file(project, command)


KERNELS = Check("kernels", "builds without a warning (gcc, W=1) for every kernel", check_kernels)
CHECKS = [
    Check("sparse", "sparse with endian checks, for every kernel", check_sparse),
    Check("clang", "clang's warnings, for every kernel", check_clang),
]
