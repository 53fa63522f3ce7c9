// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/debug/e1k/<PCI address>/, read-only: rings and quirks */
#include <linux/debugfs.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>

#include "adapter.h"
#include "debugfs.h"

static struct dentry *e1k_debugfs_root;

static void e1k_debugfs_show_mac(struct seq_file *s, struct e1k_hw *hw,
				 const char *const *names)
{
	unsigned int i;

	for (; *names; names++)
		for (i = 0; e1k_mac_reg_name(i); i++)
			if (!strcmp(e1k_mac_reg_name(i), *names))
				seq_printf(s, "%-10s %#x\n", *names,
					   e1k_mac_reg_read(hw, i));
}

static void e1k_debugfs_show_indices(struct seq_file *s, u32 size, u32 next,
				     u32 clean)
{
	seq_printf(s, "size       %u\n", size);
	seq_printf(s, "next       %u (slot %u)\n", next, next & (size - 1));
	seq_printf(s, "clean      %u (slot %u)\n", clean, clean & (size - 1));
}

static int e1k_debugfs_tx_show(struct seq_file *s, void *unused)
{
	static const char *const regs[] = {
		"TDBAL", "TDBAH", "TDLEN", "TDH", "TDT", "TCTL", NULL
	};
	struct e1k_adapter *adapter = s->private;
	struct e1k_tx_ring *ring;

	rtnl_lock();
	ring = adapter->tx;
	if (ring) {
		u32 next = READ_ONCE(ring->next_to_use), clean = READ_ONCE(ring->next_to_clean);

		e1k_debugfs_show_indices(s, ring->size, next, clean);
		seq_printf(s, "rung       %u\n", READ_ONCE(ring->tail_written));
		seq_printf(s, "in flight  %u\n", e1k_idx_used(next, clean));
		seq_printf(s, "stopped    %d\n",
			   netif_tx_queue_stopped(ring->txq));
		e1k_debugfs_show_mac(s, &adapter->hw, regs);
	} else {
		seq_puts(s, "down\n");
	}
	rtnl_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(e1k_debugfs_tx);

static int e1k_debugfs_rx_show(struct seq_file *s, void *unused)
{
	static const char *const regs[] = {
		"RDBAL", "RDBAH", "RDLEN", "RDH", "RDT", "RCTL", NULL
	};
	struct e1k_adapter *adapter = s->private;
	struct e1k_rx_ring *ring;

	rtnl_lock();
	ring = adapter->rx;
	if (ring) {
		u32 next = READ_ONCE(ring->next_to_use), clean = READ_ONCE(ring->next_to_clean);

		e1k_debugfs_show_indices(s, ring->size, next, clean);
		seq_printf(s, "buffers    %u\n", e1k_idx_used(next, clean));
		seq_printf(s, "headroom   %u\n", ring->layout.headroom);
		seq_printf(s, "truesize   %u\n", ring->layout.truesize);
		seq_printf(s, "max length %u\n", ring->layout.max_len);
		e1k_debugfs_show_mac(s, &adapter->hw, regs);
	} else {
		seq_puts(s, "down\n");
	}
	rtnl_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(e1k_debugfs_rx);

static int e1k_debugfs_quirks_show(struct seq_file *s, void *unused)
{
	struct e1k_adapter *adapter = s->private;
	struct e1k_hw *hw = &adapter->hw;
	unsigned int i;

	seq_printf(s, "%s on %s\n", hw->chip->name, hw->platform->name);
	for (i = 0; i < E1K_QUIRK_COUNT; i++)
		if (e1k_has_quirk(hw, BIT(i)))
			seq_printf(s, "%-12s %s\n", e1k_quirks[i].name,
				   e1k_quirks[i].why);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(e1k_debugfs_quirks);

/**
 * e1k_debugfs_create() - create the files of one device
 * @adapter: the device
 * Context: may sleep. Failure is not an error, as usual with debugfs.
 */
void e1k_debugfs_create(struct e1k_adapter *adapter)
{
	adapter->debugfs = debugfs_create_dir(pci_name(adapter->hw.pdev),
					      e1k_debugfs_root);
	debugfs_create_file("tx_ring", 0400, adapter->debugfs, adapter,
			    &e1k_debugfs_tx_fops);
	debugfs_create_file("rx_ring", 0400, adapter->debugfs, adapter,
			    &e1k_debugfs_rx_fops);
	debugfs_create_file("quirks", 0444, adapter->debugfs, adapter,
			    &e1k_debugfs_quirks_fops);
}

/**
 * e1k_debugfs_destroy() - undo e1k_debugfs_create()
 * @adapter: the device
 * Context: may sleep; without RTNL, since it waits for readers.
 */
void e1k_debugfs_destroy(struct e1k_adapter *adapter)
{
	debugfs_remove_recursive(adapter->debugfs);
}

/**
 * e1k_debugfs_init() - create the driver's directory
 */
void e1k_debugfs_init(void)
{
	e1k_debugfs_root = debugfs_create_dir(E1K_DRV_NAME, NULL);
}

/**
 * e1k_debugfs_exit() - undo e1k_debugfs_init()
 */
void e1k_debugfs_exit(void)
{
	debugfs_remove_recursive(e1k_debugfs_root);
}
