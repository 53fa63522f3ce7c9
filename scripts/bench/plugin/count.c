// SPDX-License-Identifier: GPL-2.0-only
/*
 * A QEMU plugin that counts what a guest with one processor executes: runs of
 * each translation block, and accesses of kernel modules to device memory.
 *
 * The program in the guest brackets what shall be counted by two marker
 * instructions (nopl with a displacement that is used nowhere else). At the first
 * all counters go to zero, at the second they are appended to the file given
 * by the argument out=:
 *
 *	S
 *	T <hex address> <instructions> <runs>	one line a block that ran
 *	M <hex physical address> <r|w> <times>	one line a device register
 *	E
 *
 * Callbacks, not inline operations: with -icount the latter miscount.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu-plugin-api.h"

#define KERNEL_START	0xffff800000000000ULL
/* Where x86-64 maps modules; everything that touches a NIC lives there */
#define MODULES_START	0xffffffffa0000000ULL
#define MODULES_END	0xffffffffff000000ULL

#define BLOCK_BUCKETS	65536
#define IO_SLOTS	4096

/* nopl 0x316b65NN(%rax): NN is 'b' to begin, 'e' to end */
static const uint8_t marker[] = { 0x0f, 0x1f, 0x80 };
static const uint8_t marker_tail[] = { 0x65, 0x6b, 0x31 };

struct block {
	struct block *next;
	uint64_t vaddr;
	uint64_t runs;
	/* Counted, but not executed: see io_access() */
	uint64_t unrun;
	size_t insns;
	uint64_t vaddrs[];
};

struct io_count {
	uint64_t phys;
	uint64_t times;
	bool store;
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_API;

static struct block *blocks[BLOCK_BUCKETS];
static struct io_count io_counts[IO_SLOTS];
static struct block *running;
static FILE *out;

static void reset(void)
{
	for (size_t i = 0; i < BLOCK_BUCKETS; i++)
		for (struct block *b = blocks[i]; b; b = b->next)
			b->runs = b->unrun = 0;
	memset(io_counts, 0, sizeof(io_counts));
}

static void dump(void)
{
	fputs("S\n", out);
	for (size_t i = 0; i < BLOCK_BUCKETS; i++)
		for (struct block *b = blocks[i]; b; b = b->next)
			if (b->runs)
				fprintf(out, "T %llx %llu %llu\n",
					(unsigned long long)b->vaddr,
					(unsigned long long)(b->runs * b->insns - b->unrun),
					(unsigned long long)b->runs);
	for (size_t i = 0; i < IO_SLOTS; i++)
		if (io_counts[i].times)
			fprintf(out, "M %llx %c %llu\n",
				(unsigned long long)io_counts[i].phys,
				io_counts[i].store ? 'w' : 'r',
				(unsigned long long)io_counts[i].times);
	fputs("E\n", out);
	fflush(out);
}

static void block_runs(unsigned int vcpu, void *data)
{
	(void)vcpu;
	running = data;
	running->runs++;
}

static void marker_runs(unsigned int vcpu, void *data)
{
	(void)vcpu;
	if ((uintptr_t)data == 'b')
		reset();
	else
		dump();
}

/*
 * With -icount a block that meets device memory before its last instruction is
 * left there and goes on in a new block, which is counted again: take back what
 * the first one did not execute.
 */
static void drop_unrun(uint64_t vaddr)
{
	for (size_t i = 0; running && i < running->insns; i++)
		if (running->vaddrs[i] == vaddr) {
			running->unrun += running->insns - 1 - i;
			return;
		}
}

static void io_access(unsigned int vcpu, qemu_plugin_meminfo_t info,
		      uint64_t vaddr, void *data)
{
	struct qemu_plugin_hwaddr *addr = qemu_plugin_get_hwaddr(info, vaddr);
	bool store = qemu_plugin_mem_is_store(info);
	uint64_t phys;
	size_t slot;

	(void)vcpu;
	if (!addr || !qemu_plugin_hwaddr_is_io(addr))
		return;
	drop_unrun((uintptr_t)data);
	phys = qemu_plugin_hwaddr_phys_addr(addr);
	slot = (phys / 4 * 2 + store) % IO_SLOTS;
	for (size_t i = 0; i < IO_SLOTS; i++, slot = (slot + 1) % IO_SLOTS) {
		struct io_count *count = &io_counts[slot];

		if (count->times && (count->phys != phys || count->store != store))
			continue;
		count->phys = phys;
		count->store = store;
		count->times++;
		return;
	}
}

static void watch_marker(struct qemu_plugin_insn *insn)
{
	uint8_t bytes[7];

	if (qemu_plugin_insn_data(insn, bytes, sizeof(bytes)) != sizeof(bytes) ||
	    memcmp(bytes, marker, sizeof(marker)) ||
	    memcmp(bytes + 4, marker_tail, sizeof(marker_tail)))
		return;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, marker_runs,
					       QEMU_PLUGIN_CB_NO_REGS,
					       (void *)(uintptr_t)bytes[3]);
}

static struct block *get_block(struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb);
	uint64_t vaddr = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
	struct block **bucket = &blocks[(vaddr ^ vaddr >> 16) % BLOCK_BUCKETS];
	struct block *block;

	for (block = *bucket; block; block = block->next)
		if (block->vaddr == vaddr && block->insns == insns)
			return block;
	block = calloc(1, sizeof(*block) + insns * sizeof(block->vaddrs[0]));
	if (!block)
		abort();
	block->vaddr = vaddr;
	block->insns = insns;
	block->next = *bucket;
	*bucket = block;
	return block;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = get_block(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, block_runs,
					     QEMU_PLUGIN_CB_NO_REGS, block);
	for (size_t i = 0; i < block->insns; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t vaddr = qemu_plugin_insn_vaddr(insn);

		/* The same start and length, but other code: a module reloaded */
		block->vaddrs[i] = vaddr;
		if (vaddr < KERNEL_START)
			watch_marker(insn);
		else if (vaddr >= MODULES_START && vaddr < MODULES_END)
			qemu_plugin_register_vcpu_mem_cb(insn, io_access,
							 QEMU_PLUGIN_CB_NO_REGS,
							 QEMU_PLUGIN_MEM_RW,
							 (void *)(uintptr_t)vaddr);
	}
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const struct qemu_info *info,
					   int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	out = fopen(argv[0] + 4, "w");
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
