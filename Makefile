# SPDX-License-Identifier: GPL-2.0-only
#
# What a person types. The module itself is described in Kbuild, so
# "make -C KDIR M=DIR" needs nothing of this file.

# The running kernel's headers; where it has none (a container, say), the newest.
ifeq ($(origin KDIR),undefined)
KDIR := $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(lastword $(shell printf '%s\n' /lib/modules/*/build | sort -V)))
endif

build = $(MAKE) -C $(KDIR) M=$(CURDIR)

# Which of the kernels that find mistakes; they need more memory for it.
KIND := debug
DEBUG_MEM := $(or $(MEM),1536)
# The newest of them runs in the newest QEMU, unless another one is wanted.
newest_qemu = $(if $(KROOT),export QEMU="$${QEMU:-$$(scripts/vm/newer-qemu 11 forky)}"; )

modules: ## Build e1k.ko for KDIR= (default: the running kernel; this is plain "make")
	$(build) modules

# The module answers to the same devices as the stock driver: which of the two a boot
# would load is left to chance unless one has to be asked for, as e1k-switch does.
modprobe_dir = $(INSTALL_MOD_PATH)/etc/modprobe.d

install: modules ## Install the module for KDIR= (as root); the stock driver stays the default
	$(build) modules_install
	mkdir -p $(modprobe_dir)
	cp debian/e1k-dkms.modprobe $(modprobe_dir)/e1k.conf
	depmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) \
		"$$(modinfo -F vermagic ./e1k.ko | cut -d " " -f 1)"

compile_commands.json: modules ## For editors: how each file was compiled
	scripts/kernel/compile-commands

clean: ## Remove what was built (not the cache in ~/.cache/e1k)
	$(if $(wildcard $(KDIR)/Makefile),$(build) clean)
	rm -rf build compile_commands.json
	find scripts tests tools -name __pycache__ -prune -exec rm -r {} +

run: guest-module ## Boot a guest, bring the driver up, move packets, show the result
	scripts/run

walk: guest-module ## Follow one packet through the kernel: S=udp,rps,... or napi drops sends copies; C=gro
	tools/walk/walk

walk-docs: guest-module ## Put what the walk prints today into docs/walk/packet-walk.md
	tools/walk/walk-docs

test: guest-module bpf ## Run the tests in guests: T=ping CHANGED=1 NIC=e1000-82545em KVER= KROOT= J= V=1
	scripts/test

test-debug: setup-debug $(if $(KROOT),setup-kernels) ## The tests on a kernel that finds mistakes (KIND=kcsan: data races): T= NIC= J= KROOT=forky
	$(newest_qemu)$(MAKE) test KVER=$(KIND) MEM=$(DEBUG_MEM)

test-kvm: guest-module bpf ## Core tests under real KVM, which is emulated where there is none: T= NIC=
	scripts/test-kvm

test-differential: guest-module ## The same scenarios on the stock driver and on e1k, compared: T= NIC= KROOT=
	DIR=tests/differential J=$(or $(J),1) scripts/test

test-selftests: export KROOT := $(or $(KROOT),forky)
test-selftests: setup-test setup-kernels guest-module ## The kernel's own selftests on this NIC: T= NIC= DRV=e1000 (another driver)
	scripts/selftests
	DIR=tests/upstream J=1 scripts/test

coverage: setup-debug ## The tests on the debug kernel, and which lines of the module they ran
	scripts/coverage --clear
	-$(MAKE) test KVER=debug MEM=$(DEBUG_MEM)
	scripts/coverage --html

mutate: setup-test setup-run ## Break the driver in one place at a time: is it noticed? ONLY=tx LIST=1 JOBS= MIN= AGAIN=1
	scripts/mutate

debug-kernel: setup-debug $(if $(KROOT),setup-kernels) ## Build that kernel: KIND=debug or kcsan, KROOT=forky (once, then it is in the cache)
	scripts/kernel/debug-kernel $(KIND)$(KROOT:%=-%)

bpf: setup-test ## Build the BPF programs of the tests and the examples, into build/bpf
	$(MAKE) -s -C tests/bpf

soak: guest-module ## Mixed traffic and control operations for MIN= minutes (default 2)
	scripts/soak

shell: guest-module bpf ## A shell in a guest with the driver loaded
	scripts/shell

unit: ## Run the unit tests on this machine
	$(MAKE) -s -C tests/unit

test-page: setup-test ## The walk's page in a browser, and its exports in other programs: T= PICTURES=
	scripts/test-page

check: setup-check setup-kernels ## Style and static analysis of the sources
	scripts/check/check

kernels: setup-kernels ## Build for every supported kernel
	scripts/kernel/kernels

upstream: setup-debug setup-check setup-kernels ## Put src/ into the newest kernel's tree, build it there, write a patch series: JOBS=
	scripts/kernel/kroot make forky
	scripts/kernel/upstream

bench: guest-module setup-kernels ## Compare with the stock driver, counted and timed: QUICK=1
	scripts/bench/bench

bench-kvm: guest-module ## What a packet costs under real KVM, emulated where there is none: W=rr64 SETUP=e1k
	scripts/bench/kvm $(W) $(if $(SETUP),--setup $(SETUP))

bench-gate: guest-module setup-kernels ## Hold the counted costs against tests/perf-budget*
	scripts/bench/gate
	scripts/bench/gate --nic e1000e

deb: setup-deb ## Build the Debian packages (DKMS module, tools) in build/deb
	scripts/package/deb

test-package: deb setup-kernels ## Install, switch, upgrade the kernel, go back, in a fresh Debian guest: KEEP=1 FROM=
	scripts/package/test

test-matrix: setup-kernels ## Core tests on every kernel, machine, architecture: C=trixie T=all LIST=1
	scripts/matrix

setup: ## Install what run and test need (as root or with sudo)
	scripts/setup

setup-%:
	@scripts/setup $*

# The module for the kernel that the guest will boot: not necessarily KDIR's.
guest-module: $(if $(KROOT),setup-kernels,setup-run)
	@scripts/kernel/guest-module

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 /p' $(firstword $(MAKEFILE_LIST)) | \
		awk '{ printf "  %-6s%-18s", $$1, $$2; $$1 = $$2 = ""; sub(/^ +/, ""); print }'

.PHONY: modules install clean run walk walk-docs test test-page test-debug test-kvm test-differential test-selftests coverage mutate debug-kernel bpf shell soak unit \
	check kernels upstream bench bench-kvm bench-gate deb test-package test-matrix setup guest-module help
