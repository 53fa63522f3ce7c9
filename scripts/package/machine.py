# SPDX-License-Identifier: GPL-2.0-only
"""A Debian machine with a disk of its own, reached by ssh through its NIC.

This program is the boot loader: it takes the newest kernel and its initramfs
from the disk, as the machine left them.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
# pylint: disable=wrong-import-position
from lib.paths import TREE
from vm import accel, qemu
from vm.kernel import version_key

DIR = TREE / "build/package"
BOOT_SECONDS = 900
COMMAND_SECONDS = 3600
NIC_MAC, OTHER_MAC = "52:54:00:e1:00:01", "52:54:00:e1:00:05"


class MachineError(Exception):
    """It does not boot, or cannot be reached."""


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Machine:
    """The machine. Use as a context manager; start() boots it."""

    def __init__(self, disk: Path | None = None) -> None:
        image = Path(subprocess.run([TREE / "scripts/package/image", "path"], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout.strip())
        shutil.rmtree(DIR, ignore_errors=True)
        DIR.mkdir(parents=True)
        self.disk = DIR / "disk"
        self._copy(disk or image, self.disk)
        # ssh refuses a key that others can read.
        self._key = DIR / "key"
        shutil.copyfile(image.parent / "key", self._key)
        self._key.chmod(0o600)
        # One connection for all commands of a boot: setting one up takes an emulated machine
        # many seconds. The path of a socket must be short.
        self._sockets = tempfile.TemporaryDirectory(prefix="e1k-")
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self.is_emulated = True
        self._boots = 0

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.disk.unlink(missing_ok=True)
        self._sockets.cleanup()

    @staticmethod
    def _copy(old: Path, new: Path) -> None:
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", old, new], check=True)

    def copy_disk(self, path: Path) -> None:
        """Keep the disk of a machine that is off."""
        self._copy(self.disk, path)

    def _debugfs(self, *commands: str, change: bool = False) -> str:
        words = ["/usr/sbin/debugfs", *(["-w"] if change else []), "-f", "-", str(self.disk)]
        return subprocess.run(words, input="\n".join(commands) + "\n", text=True, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def put(self, text: str, path: str) -> None:
        """Write a file on the disk of a machine that is off."""
        (DIR / "file").write_text(text, encoding="utf-8")
        self._debugfs(f"write {DIR / 'file'} {path}", change=True)

    def _newest_kernel(self) -> str:
        found = re.findall(r"/vmlinuz-([^/]+)/", self._debugfs("ls -p /boot"))
        if not found:
            raise MachineError("there is no kernel on the disk")
        return max(found, key=version_key)

    def start(self) -> str:
        """Boot the newest kernel and wait for ssh; the kernel's release."""
        release = self._newest_kernel()
        kernel, initrd = DIR / "vmlinuz", DIR / "initrd"
        self._debugfs(f"dump /boot/vmlinuz-{release} {kernel}",
                      f"dump /boot/initrd.img-{release} {initrd}")
        self._boots += 1
        self._port = _free_port()
        console = DIR / f"console-{self._boots}.log"
        mode = accel.choose("qemu-system-x86_64", kernel, initrd)
        self.is_emulated = mode != "kvm"
        append = ("root=/dev/vda rw console=ttyS0 quiet loglevel=4 mitigations=off nokaslr "
                  "random.trust_cpu=on no_timer_check systemd.show_status=yes "
                  "systemd.default_timeout_start_sec=600 systemd.default_device_timeout_sec=600 ")
        append += "" if mode == "kvm" else " ".join(qemu.emulated_time())
        command = [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-M", "pc,usb=off,vmport=off",
            *qemu.cpu_options("qemu-system-x86_64", mode), "-smp", "2", "-m", "1536",
            "-kernel", str(kernel), "-initrd", str(initrd), "-append", append,
            "-serial", f"file:{console}", "-device", "virtio-rng-pci",
            "-drive", f"file={self.disk},if=virtio,format=raw,cache=unsafe",
            "-netdev", f"user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:{self._port}-:22",
            "-device", f"e1000,netdev=net0,mac={NIC_MAC},addr=0x10,romfile=",
            "-netdev", "user,id=net1,restrict=on,net=10.0.3.0/24",
            "-device", f"e1000,netdev=net1,mac={OTHER_MAC},addr=0x11,romfile=",
        ]
        with open(DIR / "qemu.log", "ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=log, start_new_session=True)
        deadline = time.monotonic() + BOOT_SECONDS
        while self.run("true", seconds=60)[0]:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise MachineError(f"no ssh after {BOOT_SECONDS} s:\n" + self.console())
            time.sleep(2)
        return release

    def console(self) -> str:
        """The end of what the machine said on its console."""
        log = DIR / f"console-{self._boots}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-40:])

    def last_words(self) -> str:
        """The end of what ssh and the kernel said."""
        said = (DIR / "ssh.log").read_text(errors="replace").splitlines()[-10:]
        return "\n".join(["ssh:", *said, "kernel:", self.run("dmesg | tail -n 20")[1]])

    def run(self, command: str, data: bytes | None = None,
            seconds: float = COMMAND_SECONDS) -> tuple[int, str]:
        """Run a command line by ssh; exit code and output."""
        words = ["ssh", "-E", str(DIR / "ssh.log"), "-i", str(self._key), "-p", str(self._port), "-F", "none",
                 "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                 "-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=20",
                 "-o", "ServerAliveCountMax=30", "-o", "ControlMaster=auto",
                 "-o", "ControlPersist=yes", "-o", f"ControlPath={self._sockets.name}/{self._boots}",
                 "root@127.0.0.1", command]
        try:
            done = subprocess.run(words, input=data or b"", stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=seconds, check=False)
        except subprocess.TimeoutExpired as error:
            return 255, (error.stdout or b"").decode(errors="replace") + "\n(no end of it)"
        return done.returncode, done.stdout.decode(errors="replace")

    def stop(self) -> None:
        """Let it shut down in an orderly way."""
        assert self._process
        self.run("systemctl --no-block reboot", seconds=60)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(BOOT_SECONDS)
            return
        raise MachineError("it does not shut down:\n" + self.console())
