// SPDX-License-Identifier: GPL-2.0-only
/*
 * EEPROM reads through EERD or, if it does not answer, through EECD's four
 * wires (Microwire).
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/iopoll.h>
#include <linux/pci.h>

#include <asm/byteorder.h>

#include "hw/hw.h"

/* A word takes some 50 us to shift out; the timeout is generous (SDM 5.3.1) */
#define E1K_NVM_POLL_US		5
#define E1K_NVM_TIMEOUT_US	10000

/* Half a clock period of the slowest EEPROM */
#define E1K_NVM_CLOCK_US	1

/* Start bit and opcode of a read, shifted out before the address (SDM 5.3.2) */
#define E1K_NVM_READ		6
#define E1K_NVM_READ_BITS	3

static int e1k_nvm_eerd(struct e1k_hw *hw, u16 offset, u16 *data)
{
	u32 eerd;
	int err;

	e1k_wr32(hw, E1K_EERD, offset << __ffs(hw->chip->eerd_addr) |
			       E1K_EERD_START);
	err = read_poll_timeout(e1k_rd32, eerd, eerd & hw->chip->eerd_done,
				E1K_NVM_POLL_US, E1K_NVM_TIMEOUT_US, false,
				hw, E1K_EERD);
	if (err || e1k_hw_is_unresponsive(hw))
		return -EIO;
	*data = FIELD_GET(E1K_EERD_DATA, eerd);
	return 0;
}

/* Drive the wires and wait until they settle. Return: DO. */
static bool e1k_nvm_wires(struct e1k_hw *hw, u32 eecd)
{
	bool out;

	e1k_wr32(hw, E1K_EECD, eecd);
	out = e1k_rd32(hw, E1K_EECD) & E1K_EECD_DO;
	udelay(E1K_NVM_CLOCK_US);
	return out;
}

static void e1k_nvm_shift_out(struct e1k_hw *hw, u32 eecd, u32 bits, int n)
{
	while (n--) {
		u32 bit = bits & BIT(n) ? E1K_EECD_DI : 0;

		e1k_nvm_wires(hw, eecd | bit);
		e1k_nvm_wires(hw, eecd | bit | E1K_EECD_SK);
		e1k_nvm_wires(hw, eecd | bit);
	}
}

static u16 e1k_nvm_shift_in(struct e1k_hw *hw, u32 eecd)
{
	u16 data = 0;
	int i;

	for (i = 0; i < 16; i++) {
		data = data << 1 | e1k_nvm_wires(hw, eecd | E1K_EECD_SK);
		e1k_nvm_wires(hw, eecd);
	}
	return data;
}

/* Read one word through EECD. SDM 5.3.2, 13.4.3. */
static int e1k_nvm_eecd(struct e1k_hw *hw, u16 offset, u16 *data)
{
	u32 idle = hw->chip->has_nvm_grant ? E1K_EECD_REQ : 0;
	u32 eecd;
	int err;

	e1k_wr32(hw, E1K_EECD, idle);
	err = read_poll_timeout(e1k_rd32, eecd, !idle || eecd & E1K_EECD_GNT,
				E1K_NVM_POLL_US, E1K_NVM_TIMEOUT_US, false,
				hw, E1K_EECD);
	if (!err) {
		u32 selected = idle | E1K_EECD_CS;

		e1k_nvm_shift_out(hw, selected, E1K_NVM_READ,
				  E1K_NVM_READ_BITS);
		e1k_nvm_shift_out(hw, selected, offset,
				  eecd & E1K_EECD_SIZE ? 8 : 6);
		*data = e1k_nvm_shift_in(hw, selected);
		e1k_nvm_wires(hw, idle);
	}
	e1k_wr32(hw, E1K_EECD, 0);
	return err || e1k_hw_is_unresponsive(hw) ? -EIO : 0;
}

/* Without an EEPROM the wires return bits, too: verify the checksum first. */
static bool e1k_nvm_eecd_answers(struct e1k_hw *hw)
{
	u16 word, sum = 0;
	unsigned int i;

	if (!hw->chip->has_nvm_wires)
		return false;
	for (i = 0; i < E1K_NVM_WORDS; i++) {
		if (e1k_nvm_eecd(hw, i, &word))
			return false;
		sum += word;
	}
	return sum == E1K_NVM_SUM;
}

static int e1k_nvm_read_word(struct e1k_hw *hw, u16 offset, u16 *data)
{
	if (!hw->nvm_by_eecd) {
		if (!e1k_nvm_eerd(hw, offset, data))
			return 0;
		hw->nvm_by_eecd = e1k_nvm_eecd_answers(hw);
	}
	if (hw->nvm_by_eecd && !e1k_nvm_eecd(hw, offset, data))
		return 0;
	dev_err(&hw->pdev->dev, "EEPROM read failed at word %u\n", offset);
	return -EIO;
}

/**
 * e1k_nvm_read() - read words of the EEPROM
 * @hw: the NIC
 * @offset: first word
 * @words: number of words
 * @data: destination; undefined on error
 * Context: may sleep; takes hw->nvm_lock. SDM 13.4.4.
 * Return: 0, -EINVAL if the range exceeds the EEPROM, -EIO if it does not
 * answer.
 */
int e1k_nvm_read(struct e1k_hw *hw, u16 offset, u16 words, u16 *data)
{
	int err = 0;
	u16 i;

	if (e1k_hw_is_unresponsive(hw))
		return -EIO;
	if (offset > E1K_NVM_WORDS || words > E1K_NVM_WORDS - offset)
		return -EINVAL;

	mutex_lock(&hw->nvm_lock);
	for (i = 0; i < words && !err; i++)
		err = e1k_nvm_read_word(hw, offset + i, &data[i]);
	mutex_unlock(&hw->nvm_lock);
	return err;
}

/**
 * e1k_nvm_check() - verify the EEPROM's checksum
 * @hw: the NIC
 * Context: may sleep. SDM 5.6.35.
 * Return: 0, -EBADMSG if the checksum is wrong, -EIO.
 */
int e1k_nvm_check(struct e1k_hw *hw)
{
	u16 data[E1K_NVM_WORDS], sum = 0;
	unsigned int i;
	int err;

	err = e1k_nvm_read(hw, 0, E1K_NVM_WORDS, data);
	if (err)
		return err;
	for (i = 0; i < E1K_NVM_WORDS; i++)
		sum += data[i];
	return sum == E1K_NVM_SUM ? 0 : -EBADMSG;
}

/**
 * e1k_nvm_read_mac() - read the station address
 * @hw: the NIC
 * @addr: ETH_ALEN bytes; undefined on error
 * Context: may sleep.
 * Return: 0, -EIO, or -EADDRNOTAVAIL if the address is invalid.
 */
int e1k_nvm_read_mac(struct e1k_hw *hw, u8 *addr)
{
	__le16 le[ETH_ALEN / 2];
	u16 data[ETH_ALEN / 2];
	unsigned int i;
	int err;

	err = e1k_nvm_read(hw, E1K_NVM_MAC, ARRAY_SIZE(data), data);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(data); i++)
		le[i] = cpu_to_le16(data[i]);
	memcpy(addr, le, ETH_ALEN);
	return is_valid_ether_addr(addr) ? 0 : -EADDRNOTAVAIL;
}
