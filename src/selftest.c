// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool -t: tests that tell the truth in a virtual machine. Only what every
 * NIC of the family and every emulation of it must do is asked for.
 */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "adapter.h"
#include "rx.h"
#include "selftest.h"
#include "tx.h"
#include "tx_complete.h"

enum e1k_test {
	E1K_TEST_REGISTERS,
	E1K_TEST_EEPROM,
	E1K_TEST_INTERRUPT,
	E1K_TEST_LOOPBACK,
	E1K_TEST_LINK,
	E1K_TEST_COUNT
};

static const char e1k_test_names[E1K_TEST_COUNT][ETH_GSTRING_LEN] = {
	[E1K_TEST_REGISTERS]	= "Registers (offline)",
	[E1K_TEST_EEPROM]	= "EEPROM    (on/offline)",
	[E1K_TEST_INTERRUPT]	= "Interrupt (offline)",
	[E1K_TEST_LOOPBACK]	= "Loopback  (offline)",
	[E1K_TEST_LINK]		= "Link      (on/offline)",
};

/* Offline, the test frames: sizes that use one and several descriptors */
#define E1K_TEST_FRAME_LEN	1024
#define E1K_TEST_RING		E1K_RING_MIN
/* Reception may be stalled for a second after RCTL was written */
#define E1K_TEST_TRIES		40
#define E1K_TEST_WAIT_MS	50
/*
 * Negotiation, on hardware, takes two to three seconds; VirtualBox keeps the link
 * down for five after a reset.
 */
#define E1K_TEST_LINK_TRIES	160

/**
 * e1k_selftest_count() - how many tests there are
 *
 * Return: the number.
 */
int e1k_selftest_count(void)
{
	return E1K_TEST_COUNT;
}

/**
 * e1k_selftest_get_strings() - the tests' names
 * @data: e1k_selftest_count() times ETH_GSTRING_LEN bytes
 */
void e1k_selftest_get_strings(u8 *data)
{
	memcpy(data, e1k_test_names, sizeof(e1k_test_names));
}

static struct sk_buff *e1k_test_frame(struct net_device *netdev, u8 seed)
{
	struct sk_buff *skb = netdev_alloc_skb(netdev, E1K_TEST_FRAME_LEN);
	struct ethhdr *eth;
	unsigned int i;
	u8 *data;

	if (!skb)
		return NULL;
	eth = skb_put_zero(skb, sizeof(*eth));
	ether_addr_copy(eth->h_dest, netdev->dev_addr);
	ether_addr_copy(eth->h_source, netdev->dev_addr);
	eth->h_proto = htons(ETH_P_LOOPBACK);
	data = skb_put(skb, E1K_TEST_FRAME_LEN - sizeof(*eth));
	for (i = 0; i < E1K_TEST_FRAME_LEN - sizeof(*eth); i++)
		data[i] = seed + i;
	skb_reset_mac_header(skb);
	return skb;
}

/* Send one frame and look for it among the received ones. */
static bool e1k_test_roundtrip(struct net_device *netdev,
			       struct e1k_tx_ring *tx, struct e1k_rx_ring *rx,
			       u8 seed)
{
	struct sk_buff *skb = e1k_test_frame(netdev, seed);
	struct sk_buff *want;
	const void *got;
	bool same = false;
	u32 len;

	if (!skb)
		return false;
	want = skb_get(skb);
	__netif_tx_lock_bh(tx->txq);
	e1k_tx_xmit(tx, skb);
	__netif_tx_unlock_bh(tx->txq);

	msleep(E1K_TEST_WAIT_MS);
	/* The ring's timer would wait for us, on this CPU, in vain */
	local_bh_disable();
	e1k_tx_complete(tx, 0);
	local_bh_enable();
	while (!same && e1k_rx_peek(rx, &got, &len))
		/* With rx-fcs there is more behind it */
		same = len >= want->len &&
		       !memcmp(got, want->data, want->len);
	kfree_skb(want);
	return same;
}

static int e1k_test_link(struct e1k_adapter *adapter, unsigned int tries)
{
	for (; tries; tries--) {
		if (e1k_mac_link_is_up(&adapter->hw))
			return 0;
		msleep(E1K_TEST_WAIT_MS);
	}
	return -ENOLINK;
}

/* A frame sent in loopback comes back as it was. */
static int e1k_test_loopback(struct e1k_adapter *adapter)
{
	struct e1k_link_cfg loop = adapter->link_cfg;
	struct e1k_cfg cfg = adapter->cfg;
	unsigned int i;
	int err;

	if (!e1k_mac_can_loop(&adapter->hw)) {
		netdev_info(adapter->netdev, "no loopback on this platform, not tested\n");
		return 0;
	}
	cfg.tx_size = E1K_TEST_RING;
	cfg.rx_size = E1K_TEST_RING;
	loop.loopback = true;
	err = e1k_adapter_test_begin(adapter, &cfg, &loop);
	if (err)
		return err;

	/* A MAC that loops back may need a link for it, and was just reset */
	if (e1k_has_quirk(&adapter->hw, E1K_QUIRK_LOOP_MAC))
		e1k_test_link(adapter, E1K_TEST_LINK_TRIES);
	err = -EIO;
	for (i = 0; i < E1K_TEST_TRIES && err; i++) {
		e1k_rx_peek_end(adapter->rx);
		if (e1k_test_roundtrip(adapter->netdev, adapter->tx, adapter->rx, i))
			err = 0;
	}
	e1k_adapter_test_end(adapter);
	return err;
}

static void e1k_test_note(struct ethtool_test *test, u64 *data,
			  enum e1k_test which, int err)
{
	/* ethtool shows the number: the errno says more than a 1 */
	data[which] = -err;
	if (err)
		test->flags |= ETH_TEST_FL_FAILED;
}

static void e1k_test_offline(struct e1k_adapter *adapter, struct ethtool_test *test,
			     u64 *data)
{
	struct net_device *netdev = adapter->netdev;
	int err;

	netif_device_detach(netdev);
	e1k_adapter_suspend(adapter);

	/* Nothing can be asked of a NIC that does not come back from its reset */
	err = e1k_mac_reset(&adapter->hw);
	e1k_test_note(test, data, E1K_TEST_REGISTERS,
		      err ?: e1k_mac_test_regs(&adapter->hw));
	e1k_test_note(test, data, E1K_TEST_INTERRUPT,
		      err ?: e1k_irq_test(&adapter->irq));
	e1k_test_note(test, data, E1K_TEST_LOOPBACK,
		      err ?: e1k_test_loopback(adapter));

	err = e1k_adapter_resume(adapter);
	/* Else the service work attaches it when the NIC has come back */
	if (!err || !netif_running(netdev))
		netif_device_attach(netdev);
	e1k_test_note(test, data, E1K_TEST_LINK,
		      err ?: e1k_test_link(adapter, E1K_TEST_LINK_TRIES));
}

/**
 * e1k_selftest() - run the tests
 * @adapter: the device, up or down
 * @test: ETH_TEST_FL_OFFLINE asks for those that stop traffic
 * @data: e1k_selftest_count() results: 0, or an errno
 *
 * Everything is as it was afterwards; offline the link goes down for a moment.
 *
 * Context: RTNL.
 */
void e1k_selftest(struct e1k_adapter *adapter, struct ethtool_test *test, u64 *data)
{
	memset(data, 0, E1K_TEST_COUNT * sizeof(*data));
	e1k_test_note(test, data, E1K_TEST_EEPROM, e1k_nvm_check(&adapter->hw));
	if (test->flags & ETH_TEST_FL_OFFLINE)
		e1k_test_offline(adapter, test, data);
	else
		e1k_test_note(test, data, E1K_TEST_LINK, e1k_test_link(adapter, 1));
}
