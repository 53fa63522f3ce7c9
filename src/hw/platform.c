// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who emulates the NIC, and the quirks that follow from it.
 *
 * An emulation is known by the subsystem id it puts on the NIC: that works on
 * every architecture and under every accelerator, where asking the CPU for a
 * hypervisor does not.
 */
#include <linux/pci.h>
#ifdef CONFIG_X86
#include <asm/hypervisor.h>
#endif

#include <e1k/hw.h>

#define E1K_SUBVENDOR_QEMU	0x1af4
#define E1K_SUBDEVICE_QEMU	0x1100
#define E1K_SUBVENDOR_VMWARE	0x15ad
#define E1K_SUBDEVICE_VBOX	0x001e	/* with Intel's vendor id */

/* In the order of enum e1k_quirk's bits. */
const struct e1k_quirk_info e1k_quirks[E1K_QUIRK_COUNT] = {
	{ "rctl-stall", "a write to RCTL stops reception for a second" },
	{ "rst-keeps", "CTRL.RST clears nothing but itself" },
	{ "stats-keep", "some statistics are not cleared by reading them" },
	{ "posted-tail", "a tail write stays unseen until the next trap" },
	{ "uc-filter", "only the first receive address works: promiscuous instead" },
	{ "itr", "interrupt throttling works on every model" },
	{ "tso6", "IPv6 segments get a wrong length: not offered" },
	{ "hash-all", "the multicast hash is looked up for every address" },
	{ "irq-floor", "interrupts are 128 us apart at least: timed polls too" },
	{ "no-fcs", "room for the CRC is counted, but not written: blanked" },
	{ "few-stats", "most counters of the MAC are not there: not shown" },
};

static const struct e1k_platform e1k_qemu = {
	.name = "QEMU",
	.quirks = E1K_QUIRK_RCTL_STALL | E1K_QUIRK_RST_KEEPS |
		  E1K_QUIRK_STATS_KEEP | E1K_QUIRK_ITR | E1K_QUIRK_TSO6 |
		  E1K_QUIRK_HASH_ALL | E1K_QUIRK_IRQ_FLOOR |
		  E1K_QUIRK_NO_FCS,
};

static const struct e1k_platform e1k_vmware = {
	.name = "VMware",
	/* Only the first receive address is looked at reliably */
	.quirks = E1K_QUIRK_UC_FILTER,
};

static const struct e1k_platform e1k_vbox = {
	.name = "VirtualBox",
};

static const struct e1k_platform e1k_hardware = {
	.name = "hardware",
};

static const struct e1k_platform *e1k_platform_find(struct pci_dev *pdev)
{
	if (pdev->subsystem_vendor == E1K_SUBVENDOR_QEMU &&
	    pdev->subsystem_device == E1K_SUBDEVICE_QEMU)
		return &e1k_qemu;
	if (pdev->subsystem_vendor == E1K_SUBVENDOR_VMWARE)
		return &e1k_vmware;
	if (pdev->subsystem_vendor == PCI_VENDOR_ID_INTEL &&
	    pdev->subsystem_device == E1K_SUBDEVICE_VBOX)
		return &e1k_vbox;
	return &e1k_hardware;
}

/* KVM queues writes to RDT and hands them over only with the next exit. */
static bool e1k_is_kvm(void)
{
#ifdef CONFIG_X86
	return hypervisor_is_type(X86_HYPER_KVM);
#else
	return true;	/* cannot tell: assume the costlier case */
#endif
}

/**
 * e1k_quirk_text() - name the quirks in force
 * @hw: the NIC
 * @buf: where to, at least E1K_QUIRK_TEXT_LEN bytes
 * @len: bytes of @buf
 */
void e1k_quirk_text(const struct e1k_hw *hw, char *buf, size_t len)
{
	const char *sep = "";
	unsigned int i;
	size_t n = 0;

	strscpy(buf, "none", len);
	for (i = 0; i < E1K_QUIRK_COUNT; i++) {
		if (!e1k_has_quirk(hw, BIT(i)))
			continue;
		n += scnprintf(buf + n, len - n, "%s%s", sep,
			       e1k_quirks[i].name);
		sep = ",";
	}
}

/**
 * e1k_hw_identify() - find out what the NIC is and who emulates it
 * @hw: the NIC; filled in
 * @pdev: the PCI function, of a model that e1k_chip_find() knows
 */
void e1k_hw_identify(struct e1k_hw *hw, struct pci_dev *pdev)
{
	hw->pdev = pdev;
	hw->chip = e1k_chip_find(pdev->device);
	hw->platform = e1k_platform_find(pdev);
	hw->quirks = hw->platform->quirks;
	if (hw->platform == &e1k_qemu && e1k_is_kvm())
		hw->quirks |= E1K_QUIRK_POSTED_TAIL;

	spin_lock_init(&hw->lock);
	mutex_init(&hw->mdio_lock);
	mutex_init(&hw->nvm_lock);
}

/**
 * e1k_hw_look() - find out what only the registers tell
 * @hw: the NIC, identified and mapped
 *
 * QEMU since 11 has lost what its extra_mac_registers had brought: most counters,
 * and among others AIT, which can be written where it exists. It matters at half
 * duplex only.
 *
 * Context: before the interface is registered. SDM 13.4.35.
 */
void e1k_hw_look(struct e1k_hw *hw)
{
	u32 ait;

	if (hw->platform != &e1k_qemu)
		return;
	ait = e1k_rd32(hw, E1K_AIT);
	e1k_wr32(hw, E1K_AIT, ait ^ 1);
	if (e1k_rd32(hw, E1K_AIT) == ait)
		hw->quirks |= E1K_QUIRK_FEW_STATS;
	e1k_wr32(hw, E1K_AIT, ait);
}
