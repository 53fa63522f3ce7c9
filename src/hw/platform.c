// SPDX-License-Identifier: GPL-2.0-only
/*
 * A NIC's platform, an emulation or real hardware, and its quirks. The
 * subsystem id identifies it on every architecture and under every accelerator;
 * asking the CPU for a hypervisor would not.
 */
#include <linux/pci.h>
#ifdef CONFIG_X86
#include <asm/hypervisor.h>
#endif

#include "hw/hw.h"

#define E1K_SUBVENDOR_QEMU	0x1af4
#define E1K_SUBDEVICE_QEMU	0x1100
#define E1K_SUBVENDOR_VMWARE	0x15ad

/* With Intel's vendor id */
#define E1K_SUBDEVICE_VBOX	0x001e	/* 82540EM */
#define E1K_SUBDEVICE_VBOX_543	0x1004	/* 82543GC */
#define E1K_SUBDEVICE_BHYVE	0x1008	/* 82545EM */
#define E1K_SUBDEVICE_QEMU_82574	0x0000

/* FCTTV's, to see whether a reset clears it; written anew after each */
#define E1K_PROBE_MARK		0x5a5a

/* In the order of enum e1k_quirk's bits: faults first, then capabilities */
static const char *const e1k_quirk_names[E1K_QUIRK_COUNT] = {
	"rctl-stall", "rst-keeps", "stats-keep", "posted-tail",
	"uc-filter", "itr", "tso6", "no-fcs", "few-stats", "no-stats",
	"tso6-vlan", "tso-64k", "rx-cut", "len-zero", "udp-zero", "itr-ms",
	"loop-mac", "no-loop", "no-tso", "l4-csum", "fcs-apart", "pad-sum",
	"rx-blocks", "rdt-drops", "slow-hash", "slow-rx-sum", "slow-tx-sum",
	"live-rings", "bus-stop", "hash-all", "sync-tx",
	"irq-floor", "quiet-mask", "tx-contexts",
};

/* Seen on QEMU 7.2, 10.0 and 11.1: docs/driver/hardware.md */
static const struct e1k_platform e1k_qemu = {
	.name = "QEMU",
	.quirks = E1K_QUIRK_RCTL_STALL | E1K_QUIRK_RST_KEEPS |
		  E1K_QUIRK_STATS_KEEP | E1K_QUIRK_ITR | E1K_QUIRK_TSO6 |
		  E1K_QUIRK_NO_FCS | E1K_CAP_LIVE_RINGS | E1K_CAP_BUS_STOP |
		  E1K_CAP_HASH_ALL | E1K_CAP_SYNC_TX | E1K_CAP_IRQ_FLOOR |
		  E1K_CAP_QUIET_MASK,
	.kvm_quirks = E1K_QUIRK_POSTED_TAIL | E1K_QUIRK_SLOW_TX_SUM,
};

/* The same platform's 82574L: what holds there is not what holds above */
static const struct e1k_platform e1k_qemu_82574 = {
	.name = "QEMU",
	.quirks = E1K_QUIRK_SLOW_HASH | E1K_QUIRK_L4_CSUM | E1K_QUIRK_FCS_APART |
		  E1K_QUIRK_PAD_SUM | E1K_QUIRK_RX_BLOCKS | E1K_QUIRK_RDT_DROPS |
		  E1K_CAP_LIVE_RINGS | E1K_CAP_SYNC_TX | E1K_CAP_IRQ_FLOOR |
		  E1K_CAP_QUIET_MASK | E1K_CAP_TX_CONTEXTS,
	.kvm_quirks = E1K_QUIRK_SLOW_RX_SUM,
	.systim_ns = 16,
};

static const struct e1k_platform e1k_vmware = {
	.name = "VMware",
	/* VMware reliably matches only the first receive address */
	.quirks = E1K_QUIRK_UC_FILTER,
};

static const struct e1k_platform e1k_vbox = {
	.name = "VirtualBox",
	.quirks = E1K_QUIRK_TSO6_VLAN | E1K_QUIRK_TSO_64K |
		  E1K_QUIRK_RX_CUT | E1K_QUIRK_LOOP_MAC,
};

static const struct e1k_platform e1k_bhyve = {
	.name = "bhyve",
	.quirks = E1K_QUIRK_NO_STATS | E1K_QUIRK_LEN_ZERO |
		  E1K_QUIRK_UDP_ZERO | E1K_QUIRK_ITR_MS | E1K_QUIRK_NO_LOOP,
};

static const struct e1k_platform e1k_hardware = {
	.name = "hardware",
	.is_hardware = true,
};

/*
 * VirtualBox's 82545EM has the ids of VMware's, but I/O ports in BAR 2, where
 * VMware has memory: VMware's BARs 0 and 2 take two slots each.
 */
static bool e1k_is_vbox_545(struct pci_dev *pdev)
{
	return pdev->device == 0x100f && pdev->revision == 2 &&
	       pci_resource_flags(pdev, 2) & IORESOURCE_IO;
}

static const struct e1k_platform *e1k_platform_find(struct pci_dev *pdev)
{
	u16 vendor = pdev->subsystem_vendor, device = pdev->subsystem_device;

	if (vendor == E1K_SUBVENDOR_QEMU && device == E1K_SUBDEVICE_QEMU)
		return &e1k_qemu;
	if (vendor == E1K_SUBVENDOR_VMWARE)
		return e1k_is_vbox_545(pdev) ? &e1k_vbox : &e1k_vmware;
	if (vendor != PCI_VENDOR_ID_INTEL)
		return &e1k_hardware;
	/* Intel's own cards have a subsystem id */
	if (device == E1K_SUBDEVICE_QEMU_82574 && pdev->device == 0x10d3)
		return &e1k_qemu_82574;
	if (device == E1K_SUBDEVICE_VBOX ||
	    (device == E1K_SUBDEVICE_VBOX_543 && pdev->device == 0x1004))
		return &e1k_vbox;
	if (device == E1K_SUBDEVICE_BHYVE && pdev->device == 0x100f)
		return &e1k_bhyve;
	return &e1k_hardware;
}

/*
 * KVM queues RDT writes, QEMU sees them only with the next VM exit. And with KVM
 * the guest computes a checksum for less than QEMU, which adds byte by byte. When
 * instructions are emulated QEMU's own are the faster ones.
 */
static bool e1k_is_kvm(void)
{
#ifdef CONFIG_X86
	return hypervisor_is_type(X86_HYPER_KVM);
#else
	return true;	/* cannot tell: the likelier case */
#endif
}

/**
 * e1k_quirk_text() - list the names of the NIC's quirks
 * @hw: the NIC
 * @buf: destination, at least E1K_QUIRK_TEXT_LEN bytes
 * @len: bytes of @buf
 */
void e1k_quirk_text(const struct e1k_hw *hw, char *buf, size_t len)
{
	const char *sep = "";
	unsigned int i;
	size_t n = 0;

	strscpy(buf, "none", len);
	for (i = 0; i < E1K_QUIRK_COUNT; i++) {
		if (!e1k_has_quirk(hw, BIT_ULL(i)))
			continue;
		n += scnprintf(buf + n, len - n, "%s%s", sep,
			       e1k_quirk_names[i]);
		sep = ",";
	}
}

/**
 * e1k_hw_identify() - identify the model and the platform
 * @hw: the NIC; filled in
 * @pdev: the PCI function, of a model that e1k_chip_find() knows
 */
void e1k_hw_identify(struct e1k_hw *hw, struct pci_dev *pdev)
{
	hw->pdev = pdev;
	hw->chip = e1k_chip_find(pdev->device);
	hw->platform = e1k_platform_find(pdev);
	hw->quirks = hw->platform->quirks;
	if (e1k_is_kvm())
		hw->quirks |= hw->platform->kvm_quirks;

	spin_lock_init(&hw->lock);
	/* No VLAN yet */
	hw->vlan_open = true;
	mutex_init(&hw->mdio_lock);
	mutex_init(&hw->nvm_lock);
}

/*
 * QEMU 11 dropped the registers of its extra_mac_registers option: most
 * counters, and AIT, which is writable where it exists. AIT only matters at
 * half duplex, so the test is harmless. SDM 13.4.35.
 */
static void e1k_probe_few_stats(struct e1k_hw *hw)
{
	u32 ait = e1k_rd32(hw, E1K_AIT);

	e1k_wr32(hw, E1K_AIT, ait ^ 1);
	if (e1k_rd32(hw, E1K_AIT) == ait)
		hw->quirks |= E1K_QUIRK_FEW_STATS;
	e1k_wr32(hw, E1K_AIT, ait);
}

/*
 * QEMU 7.2 segments nothing: what becomes of TSO depends on the backend, and its
 * checksums for IPv6 are wrong. It shows in CTRL.RST, which clears only the
 * station address there; that of QEMU 10 clears all.
 */
static int e1k_probe_82574(struct e1k_hw *hw)
{
	int err;

	e1k_wr32(hw, E1K_FCTTV, E1K_PROBE_MARK);
	err = e1k_mac_reset(hw);
	if (err || e1k_rd32(hw, E1K_FCTTV) != E1K_PROBE_MARK)
		return err;
	hw->quirks |= E1K_QUIRK_TSO6 | E1K_QUIRK_RST_KEEPS;
	if (!e1k_82574_try_tso(hw))
		hw->quirks |= E1K_QUIRK_NO_TSO;
	return e1k_mac_reset(hw);
}

/**
 * e1k_hw_probe_quirks() - detect quirks by register access
 * @hw: the NIC, identified and mapped
 * Context: may sleep; before the interface is registered.
 * Return: 0, or the error of a reset.
 */
int e1k_hw_probe_quirks(struct e1k_hw *hw)
{
	if (hw->platform == &e1k_qemu)
		e1k_probe_few_stats(hw);
	return hw->platform == &e1k_qemu_82574 ? e1k_probe_82574(hw) : 0;
}
