// SPDX-License-Identifier: GPL-2.0-only
/*
 * EEPROM reads through EERD.
 */
#include <linux/bitfield.h>
#include <linux/iopoll.h>
#include <linux/pci.h>

#include <asm/byteorder.h>

#include <e1k/hw.h>

/* A word takes some 50 us to shift out; this is generous (SDM 5.3.1) */
#define E1K_NVM_POLL_US		5
#define E1K_NVM_TIMEOUT_US	10000

static int e1k_nvm_read_word(struct e1k_hw *hw, u16 offset, u16 *data)
{
	u32 eerd;
	int err;

	e1k_wr32(hw, E1K_EERD, FIELD_PREP(E1K_EERD_ADDR, offset) |
			       E1K_EERD_START);
	err = read_poll_timeout(e1k_rd32, eerd, eerd & E1K_EERD_DONE,
				E1K_NVM_POLL_US, E1K_NVM_TIMEOUT_US, false,
				hw, E1K_EERD);
	if (err || READ_ONCE(hw->removed)) {
		dev_err(&hw->pdev->dev,
			"EEPROM word %u: no answer (EERD %#x)\n", offset, eerd);
		return -EIO;
	}
	*data = FIELD_GET(E1K_EERD_DATA, eerd);
	return 0;
}

/**
 * e1k_nvm_read() - read words of the EEPROM
 * @hw: the NIC
 * @offset: first word
 * @words: how many
 * @data: where to; undefined on error
 *
 * Context: may sleep; takes hw->nvm_lock. SDM 13.4.4.
 * Return: 0, -EINVAL when the range does not fit, -EIO when the EEPROM does
 * not answer.
 */
int e1k_nvm_read(struct e1k_hw *hw, u16 offset, u16 words, u16 *data)
{
	int err = 0;
	u16 i;

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
 *
 * Context: may sleep. SDM 5.6.35.
 * Return: 0, -EBADMSG when the words do not add up, -EIO.
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
 *
 * Context: may sleep.
 * Return: 0, -EIO, or -EADDRNOTAVAIL when the words hold no valid address.
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
