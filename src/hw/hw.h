/* SPDX-License-Identifier: GPL-2.0-only */
/* The hardware layer: registers, PHY and EEPROM; no skb, net_device or ring */
#ifndef E1K_HW_H
#define E1K_HW_H

#include <linux/bitfield.h>
#include <linux/etherdevice.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "hw/82574.h"
#include "hw/platform.h"
#include "regs.h"
#include "service.h"

struct pci_dev;

/**
 * struct e1k_chip - constants of one model
 * @name: for messages and ``ethtool -i``
 * @device: PCI device id
 * @max_frame: longest frame that the NIC handles, FCS included, bytes
 * @autoread_ms: duration of the EEPROM auto-read after a reset
 * @txdctl: value of TXDCTL
 * @eerd_done: EERD's bit
 * @eerd_addr: EERD's field
 * @has_itr: has interrupt throttling (ITR, RADV, TADV)
 * @has_nvm_wires: EECD's wires reach the EEPROM (Microwire)
 * @has_nvm_grant: EECD's wires must be requested, and are granted
 * @is_pcie: PCI Express: bus mastering ends before a reset
 * @has_msix: MSI-X, with a vector for each queue
 * @has_systim: has a clock, SYSTIM
 */
struct e1k_chip {
	const char *name;
	u16 device;
	u16 max_frame;
	u16 autoread_ms;
	u32 txdctl;
	u32 eerd_done;
	u32 eerd_addr;
	bool has_itr;
	bool has_nvm_wires;
	bool has_nvm_grant;
	bool is_pcie;
	bool has_msix;
	bool has_systim;
};

/**
 * struct e1k_link - state of the link
 * @up: STATUS.LU
 * @full_duplex: duplex
 * @speed: Mb/s
 * @rx_pause: received PAUSE frames are obeyed
 * @tx_pause: PAUSE frames are sent
 */
struct e1k_link {
	bool up;
	bool full_duplex;
	u16 speed;
	bool rx_pause;
	bool tx_pause;
};

/**
 * struct e1k_link_cfg - link settings requested by the user
 * @autoneg: negotiate; otherwise force
 * @full_duplex: duplex if forced
 * @speed: speed if forced, 10 or 100 Mb/s
 * @adv: advertised modes, ADVERTISE_* bits of MII_ADVERTISE
 * @adv1000: advertised modes, ADVERTISE_1000* bits of MII_CTRL1000
 * @loopback: loop every frame back, in the PHY or the MAC
 * @pause_autoneg: use the negotiated pause modes
 * @rx_pause: obey PAUSE frames
 * @tx_pause: send PAUSE frames
 */
struct e1k_link_cfg {
	bool autoneg;
	bool full_duplex;
	u16 speed;
	u16 adv;
	u16 adv1000;
	bool loopback;
	bool pause_autoneg;
	bool rx_pause;
	bool tx_pause;
};

/**
 * struct e1k_hw - one NIC
 * @addr: BAR 0
 * @pdev: the PCI function, for configuration space and messages
 * @chip: the model
 * @platform: the emulation, or real hardware
 * @quirks: bits of enum e1k_quirk; constant after probe
 * @service: takes the events for the layers above
 * @removed: a read returned all ones; cleared when the NIC answers again
 * @queues: usable queue pairs, each with an MSI-X vector of its index, then one
 *	    for other causes; or 1 with the only interrupt. Constant after probe
 * @msix: MSI-X is in use; constant after probe
 * @detached: the bus recovers, or the function is reset: registers must not be
 *	   read. Written under RTNL, or when the bus freezes
 * @lock: protects @rctl and the filter shadows; BH-safe, nests inside the
 *        netdev's address lock
 * @rctl: shadow of RCTL. @lock
 * @mta: shadow of MTA. @lock
 * @vfta: VLANs to accept. @lock
 * @vlan_filter: the user enabled VLAN filtering. @lock
 * @vlan_promisc: accept all VLANs, the interface is promiscuous. @lock
 * @vlan_open: all VLANs are accepted, regardless of @vfta. @lock
 * @vlans: number of bits set in @vfta. @lock
 * @rss: receive-side scaling. RTNL
 * @lbm: RCTL.LBM bits for MAC loopback, or 0. RTNL
 * @rar: shadow of RAL and RAH. @lock
 * @ledctl: LEDCTL before ``ethtool -p`` changed it. RTNL
 * @mdio_lock: serialises MDIC transactions
 * @phy_id: PHY identifier words; constant after probe
 * @nvm_lock: serialises EEPROM transactions
 * @nvm_by_eecd: EERD does not answer, EECD's four wires do. @nvm_lock
 */
struct e1k_hw {
	void __iomem *addr;
	struct pci_dev *pdev;
	const struct e1k_chip *chip;
	const struct e1k_platform *platform;
	u64 quirks;
	struct e1k_service *service;
	u32 queues;
	bool msix;
	bool removed;
	bool detached;

	spinlock_t lock;
	u32 rctl;
	u32 mta[E1K_MTA_LEN];
	u32 vfta[E1K_VFTA_LEN];
	bool vlan_filter;
	bool vlan_promisc;
	bool vlan_open;
	u16 vlans;
	struct e1k_rss rss;
	u32 lbm;
	struct {
		u32 low;
		u32 high;
	} rar[E1K_RAR_LEN];

	u32 ledctl;

	struct mutex mdio_lock;
	u32 phy_id;

	struct mutex nvm_lock;
	bool nvm_by_eecd;
};

static inline bool e1k_has_quirk(const struct e1k_hw *hw, enum e1k_quirk quirk)
{
	return hw->quirks & quirk;
}

static inline bool e1k_has_cap(const struct e1k_hw *hw, enum e1k_quirk cap)
{
	return hw->quirks & cap;
}

static inline bool e1k_has_itr(const struct e1k_hw *hw)
{
	return hw->chip->has_itr || e1k_has_quirk(hw, E1K_QUIRK_ITR);
}

/**
 * e1k_hw_is_unresponsive() - are register values meaningless?
 * @hw: the NIC
 * Context: any.
 * Return: true if the NIC was removed, or is detached while the bus or the
 * function is reset.
 */
static inline bool e1k_hw_is_unresponsive(const struct e1k_hw *hw)
{
	return READ_ONCE(hw->removed) || READ_ONCE(hw->detached);
}

/* mmio.c */
u32 e1k_rd32(struct e1k_hw *hw, u32 reg);
bool e1k_hw_revive(struct e1k_hw *hw);

/**
 * e1k_wr32() - write a register
 * @hw: the NIC
 * @reg: offset
 * @val: value
 * Context: any. Writes to a removed device have no effect and need no check.
 */
static inline void e1k_wr32(struct e1k_hw *hw, u32 reg, u32 val)
{
	writel(val, hw->addr + reg);
}

/* chips.c, platform.c */
const struct e1k_chip *e1k_chip_find(u16 device);
void e1k_quirk_text(const struct e1k_hw *hw, char *buf, size_t len);
void e1k_hw_identify(struct e1k_hw *hw, struct pci_dev *pdev);
int e1k_hw_probe_quirks(struct e1k_hw *hw);

/**
 * struct e1k_rx_setup - receiver configuration
 * @buf_len: bytes of each buffer, a power of two from 256 to 16384
 * @long_frames: accept frames of more than 1522 bytes
 * @store_bad: accept frames with errors
 * @keep_crc: leave the FCS at the end of each frame
 * @queues: rings in use
 * @hash: report hashes, also if there is no queue to choose
 * @head: of each ring, the first slot with a buffer
 * @tail: of each ring, the slot behind the last
 */
struct e1k_rx_setup {
	u32 buf_len;
	bool long_frames;
	bool store_bad;
	bool keep_crc;
	u32 queues;
	bool hash;
	u32 head[E1K_QUEUES_MAX];
	u32 tail[E1K_QUEUES_MAX];
};

/* mac.c */
int e1k_mac_reset(struct e1k_hw *hw);
void e1k_mac_init(struct e1k_hw *hw);
void e1k_mac_rx_start(struct e1k_hw *hw, const struct e1k_rx_setup *setup);
void e1k_mac_rx_pause(struct e1k_hw *hw);
void e1k_mac_rx_resume(struct e1k_hw *hw, const struct e1k_rx_setup *setup, u32 queue);
void e1k_mac_drain(struct e1k_hw *hw);
bool e1k_mac_is_receiving(struct e1k_hw *hw);
u32 e1k_mac_rx_tail(struct e1k_hw *hw, u32 queue);
void e1k_mac_rx_stop(struct e1k_hw *hw);
void e1k_mac_tx_start(struct e1k_hw *hw, u32 queues);
void e1k_mac_tx_stop(struct e1k_hw *hw);
bool e1k_mac_is_tx_paused(struct e1k_hw *hw);
void e1k_mac_set_vlan_offload(struct e1k_hw *hw, bool on);
void e1k_mac_set_rx_csum(struct e1k_hw *hw, bool on);
void e1k_mac_set_itr(struct e1k_hw *hw, u32 queue, u32 usecs);
void e1k_mac_set_tx_delay(struct e1k_hw *hw, u32 usecs);
void e1k_mac_save_led(struct e1k_hw *hw);
void e1k_mac_set_led(struct e1k_hw *hw, bool on);
void e1k_mac_restore_led(struct e1k_hw *hw);
u32 e1k_mac_wake_supported(struct e1k_hw *hw);
void e1k_mac_set_wake(struct e1k_hw *hw, u32 wolopts);
void e1k_mac_link_force(struct e1k_hw *hw, const struct e1k_link_cfg *cfg);
bool e1k_mac_can_loop(const struct e1k_hw *hw);
bool e1k_mac_link_is_up(struct e1k_hw *hw);
void e1k_mac_link_get(struct e1k_hw *hw, const struct e1k_link_cfg *cfg,
		      struct e1k_link *link);
void e1k_mac_link_apply(struct e1k_hw *hw, const struct e1k_link *link,
			u32 max_frame);

/* filter.c */
void e1k_filter_read_rctl(struct e1k_hw *hw);
void e1k_filter_reset(struct e1k_hw *hw);
void e1k_filter_rctl(struct e1k_hw *hw, u32 clear, u32 set);
void e1k_filter_set_rar(struct e1k_hw *hw, unsigned int i, const u8 *addr);
void e1k_filter_set_multicast(struct e1k_hw *hw, const u32 *mta);
void e1k_filter_hash(u32 *mta, const u8 *addr);
void e1k_filter_set_promisc(struct e1k_hw *hw, bool on);
void e1k_filter_set_vlan(struct e1k_hw *hw, u16 vid, bool on);
void e1k_filter_enable_vlan(struct e1k_hw *hw, bool on);
void e1k_filter_open_vlan(struct e1k_hw *hw, bool on);

/* phy.c; the internal PHY of these chips answers at address 1 (SDM 8.2) */
#define E1K_PHY_ADDR		1

int e1k_phy_read(struct e1k_hw *hw, u32 reg, u16 *val);
int e1k_phy_init(struct e1k_hw *hw);
u16 e1k_phy_adv(const struct e1k_link_cfg *cfg);
int e1k_phy_setup(struct e1k_hw *hw, const struct e1k_link_cfg *cfg);
int e1k_phy_restart(struct e1k_hw *hw);
int e1k_phy_get_mode(struct e1k_hw *hw, struct e1k_link *link);
int e1k_phy_get_pause(struct e1k_hw *hw, struct e1k_link *link);
void e1k_phy_get_mdix(struct e1k_hw *hw, u8 *state, u8 *ctrl);

/* regdump.c, regtest.c */
#define E1K_REGS_VERSION	1

int e1k_mac_regs_len(void);
const char *e1k_mac_reg_name(unsigned int i);
u32 e1k_mac_reg_read(struct e1k_hw *hw, unsigned int i);
int e1k_mac_test_regs(struct e1k_hw *hw);
void e1k_mac_get_regs(struct e1k_hw *hw, u32 *data);

/* nvm.c */
int e1k_nvm_read(struct e1k_hw *hw, u16 offset, u16 words, u16 *data);
int e1k_nvm_check(struct e1k_hw *hw);
int e1k_nvm_read_mac(struct e1k_hw *hw, u8 *addr);

#endif /* E1K_HW_H */
