// SPDX-License-Identifier: GPL-2.0-only
/* Self-tests for ``ethtool -t``, of what every NIC and emulation must do */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>

#include "adapter.h"
#include "irq_msix.h"
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

/* Bytes of a loopback test frame */
#define E1K_TEST_FRAME_LEN	1024
#define E1K_TEST_RING		E1K_RING_MIN
/* 40 * 50 ms: a write to RCTL may stall reception for a second */
#define E1K_TEST_TRIES		40
#define E1K_TEST_WAIT_MS	50
/* Times that the ring is emptied before a frame is sent */
#define E1K_TEST_DRAIN		256
/* Jiffies (20 ms) in which a masked cause must not interrupt */
#define E1K_TEST_SILENCE	(HZ / 50 + 1)
/* 160 * 50 ms: negotiation takes 2 to 3 s; VirtualBox is down for 5 s */
#define E1K_TEST_LINK_TRIES	160

/**
 * e1k_selftest_count() - number of tests
 * Return: the number.
 */
int e1k_selftest_count(void)
{
	return E1K_TEST_COUNT;
}

/**
 * e1k_selftest_get_strings() - names of the tests
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

/* Frames queued in the emulation would fill the ring before the test frame. */
static void e1k_test_drain(struct e1k_rx_ring *rx)
{
	unsigned int rounds = E1K_TEST_DRAIN;
	const void *data;
	bool seen;
	u32 len;

	do {
		seen = false;
		while (e1k_rx_peek(rx, &data, &len))
			seen = true;
		e1k_rx_peek_end(rx);
	} while (seen && --rounds);
}

/* Send one frame and search for it among the received ones. */
static bool e1k_test_roundtrip(struct net_device *netdev,
			       struct e1k_tx_ring *tx, struct e1k_rx_ring *rx,
			       u8 seed)
{
	struct sk_buff *skb = e1k_test_frame(netdev, seed);
	struct sk_buff *want;
	bool same = false;
	const void *got;
	u32 len;

	if (!skb)
		return false;
	want = skb_get(skb);
	__netif_tx_lock_bh(tx->txq);
	e1k_tx_xmit(tx, skb);
	__netif_tx_unlock_bh(tx->txq);

	msleep(E1K_TEST_WAIT_MS);
	/* The ring's timer on this CPU would wait for complete_lock for ever */
	local_bh_disable();
	e1k_tx_complete(tx, 0);
	local_bh_enable();
	while (!same && e1k_rx_peek(rx, &got, &len))
		/* With rx-fcs the FCS follows */
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

/* Check that a frame sent in loopback is received unchanged. */
static int e1k_test_loopback(struct e1k_adapter *adapter)
{
	struct e1k_link_cfg loop = adapter->link_cfg;
	struct e1k_cfg cfg = adapter->cfg;
	const struct e1k_ring_set *rings;
	unsigned int i;
	int err;

	if (!e1k_mac_can_loop(&adapter->hw)) {
		netdev_info(adapter->netdev, "no loopback on %s, test skipped\n",
			    adapter->hw.platform->name);
		return 0;
	}
	cfg.tx_size = E1K_TEST_RING;
	cfg.rx_size = E1K_TEST_RING;
	loop.loopback = true;
	err = e1k_adapter_test_begin(adapter, &cfg, &loop);
	if (err)
		return err;

	/* MAC loopback may need a link, which the reset took down */
	if (e1k_has_quirk(&adapter->hw, E1K_QUIRK_LOOP_MAC))
		e1k_test_link(adapter, E1K_TEST_LINK_TRIES);
	err = -EIO;
	rings = &adapter->queue[0].rings;
	for (i = 0; i < E1K_TEST_TRIES && err; i++) {
		e1k_test_drain(rings->rx);
		if (e1k_test_roundtrip(adapter->netdev, rings->tx, rings->rx, i))
			err = 0;
	}
	e1k_adapter_test_end(adapter);
	return err;
}

struct e1k_irq_test {
	struct e1k_hw *hw;
	struct completion seen;
	u32 icr;
};

static irqreturn_t e1k_irq_test_handler(int line, void *data)
{
	struct e1k_irq_test *test = data;
	u32 icr = e1k_rd32(test->hw, E1K_ICR);

	if (!(icr & E1K_INT_ENABLE) || icr == U32_MAX)
		return IRQ_NONE;
	e1k_wr32(test->hw, E1K_IMC, U32_MAX);
	test->icr = icr;
	complete(&test->seen);
	return IRQ_HANDLED;
}

/* A masked cause must not interrupt, an unmasked one must. */
static int e1k_irq_test_cause(struct e1k_irq_test *test, u32 cause)
{
	e1k_rd32(test->hw, E1K_ICR);
	reinit_completion(&test->seen);
	test->icr = 0;

	e1k_wr32(test->hw, E1K_ICS, cause);
	if (wait_for_completion_timeout(&test->seen, E1K_TEST_SILENCE))
		return -EBUSY;
	e1k_wr32(test->hw, E1K_IMS, cause);
	if (!wait_for_completion_timeout(&test->seen, HZ))
		return -ETIMEDOUT;
	return test->icr & cause ? 0 : -EIO;
}

/*
 * Test the interrupt of each cause that the driver uses. Causes are raised by ICS
 * (SDM 13.4.19); the NIC is masked before and after. Return 0, -ETIMEDOUT if one
 * did not come, -EBUSY if one came while masked, -EIO if another came, or the
 * error of request_irq().
 */
static int e1k_test_irq(struct e1k_irq *irq)
{
	static const u32 causes[] = {
		E1K_INT_TXDW, E1K_INT_LSC, E1K_INT_RXDMT0, E1K_INT_RXO,
		E1K_INT_RXT0,
	};
	struct e1k_irq_test test = { .hw = irq->hw };
	int line = irq->hw->pdev->irq;
	unsigned int i;
	int err;

	if (irq->hw->msix)
		return e1k_msix_test(irq);
	init_completion(&test.seen);
	err = request_irq(line, e1k_irq_test_handler, IRQF_SHARED,
			  "e1k-self-test", &test);
	if (err)
		return err;
	/* The interface's own handler must not clear the causes */
	WRITE_ONCE(irq->testing, true);
	for (i = 0; i < ARRAY_SIZE(causes) && !err; i++)
		err = e1k_irq_test_cause(&test, causes[i]);
	e1k_wr32(irq->hw, E1K_IMC, U32_MAX);
	e1k_rd32(irq->hw, E1K_ICR);
	WRITE_ONCE(irq->testing, false);
	free_irq(line, &test);
	return err;
}

static int e1k_test_irqs(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;
	int err;

	/* The reset may have cleared which vector each cause has */
	e1k_mac_init(&adapter->hw);
	e1k_for_each_vector(q, adapter) {
		err = e1k_test_irq(&q->irq);
		if (err)
			return err;
	}
	return 0;
}

static void e1k_test_note(struct ethtool_test *test, u64 *data,
			  enum e1k_test which, int err)
{
	/* ethtool shows the value: report the errno, not just 1 */
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

	/* After a failed reset the NIC cannot be tested */
	err = e1k_mac_reset(&adapter->hw);
	e1k_test_note(test, data, E1K_TEST_REGISTERS,
		      err ?: e1k_mac_test_regs(&adapter->hw));
	e1k_test_note(test, data, E1K_TEST_INTERRUPT,
		      err ?: e1k_test_irqs(adapter));
	e1k_test_note(test, data, E1K_TEST_LOOPBACK,
		      err ?: e1k_test_loopback(adapter));

	err = e1k_adapter_resume(adapter);
	/* Otherwise the service work attaches it after a successful reset */
	if (!err || !netif_running(netdev))
		netif_device_attach(netdev);
	e1k_test_note(test, data, E1K_TEST_LINK,
		      err ?: e1k_test_link(adapter, E1K_TEST_LINK_TRIES));
}

/**
 * e1k_selftest() - run the tests, then restore the state of the device
 * @adapter: the device, up or down
 * @test: ETH_TEST_FL_OFFLINE requests the tests that stop traffic
 * @data: e1k_selftest_count() results: 0, or an errno
 * Context: RTNL. The link goes down for a moment if offline.
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
