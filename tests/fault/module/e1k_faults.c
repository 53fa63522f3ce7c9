// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes allocations and DMA mappings fail in a test's guest, on a kernel that was
 * built without fault injection too: probes on the functions that the allocators
 * ask, or on the allocators where a kernel without fault injection has no such
 * functions, and on the one that maps, let them say no.
 *
 * In debugfs, e1k_faults/:
 *   nth       write n: the n-th from now that the writing task makes itself fails;
 *             read: how many are still to come, 0 when it has failed
 *   percent   how many of a hundred fail at random, outside of such a task
 *   pages     number of page allocations that may not sleep and will fail at random,
 *   skbs      number of heads of skbs,
 *   mappings  number of DMA mappings
 *   order     as if memory was fragmented: where a caller has another way, 2^order
 *             pages at once and more are not to be had; 0: they are
 */
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/linkage.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/preempt.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>

/* What fails; the files in debugfs. */
enum e1k_fault_kind { E1K_FAULT_SKBS, E1K_FAULT_PAGES, E1K_FAULT_MAPPINGS, E1K_FAULT_KINDS };

static const char *const e1k_fault_names[E1K_FAULT_KINDS] = { "skbs", "pages", "mappings" };

/* How often each kind will still fail at random */
static atomic_t e1k_fault_times[E1K_FAULT_KINDS];

/**
 * struct e1k_fault - one function that can be made to fail
 * @probe: where
 * @value: what it returns then
 * @kind: what fails with it
 * @armed: this kernel has the function
 * @may_fail: is this call one that may fail, by its arguments and @random
 */
struct e1k_fault {
	struct kprobe probe;
	unsigned long value;
	enum e1k_fault_kind kind;
	bool armed;
	bool (*may_fail)(struct pt_regs *regs, bool random);
};

static struct task_struct *e1k_fault_task;
static int e1k_fault_nth;
static u32 e1k_fault_percent;
static u32 e1k_fault_order;

/* Where an overridden function goes: straight back to its caller. */
void e1k_fault_return(void);
asm(".pushsection .text\n"
	".type e1k_fault_return, @function\n"
	"e1k_fault_return:\n"
	ANNOTATE_NOENDBR "\n"
	ASM_RET
	".size e1k_fault_return, . - e1k_fault_return\n"
	".popsection\n");

static bool e1k_fault_slab(struct pt_regs *regs, bool random)
{
	struct kmem_cache *cache = (void *)regs_get_kernel_argument(regs, 0);
	gfp_t gfp = regs_get_kernel_argument(regs, 1);

	if (gfp & __GFP_NOFAIL)
		return false;
	return !random || (!(gfp & __GFP_DIRECT_RECLAIM) &&
			   kmem_cache_size(cache) == sizeof(struct sk_buff));
}

/* kmalloc() of newer kernels, whose arguments differ: by its number only */
static bool e1k_fault_kmalloc(struct pt_regs *regs, bool random)
{
	return !random;
}

static bool e1k_fault_page(struct pt_regs *regs, bool random)
{
	gfp_t gfp = regs_get_kernel_argument(regs, 0);

	/* Pages of processes are none of the driver's */
	if (gfp & (__GFP_NOFAIL | __GFP_HIGHMEM))
		return false;
	return !random || !(gfp & __GFP_DIRECT_RECLAIM);
}

static bool e1k_fault_is_fragmented(struct pt_regs *regs)
{
	gfp_t gfp = regs_get_kernel_argument(regs, 0);
	unsigned int order = regs_get_kernel_argument(regs, 1);
	u32 least = READ_ONCE(e1k_fault_order);

	return least && order >= least && (gfp & __GFP_NORETRY);
}

static bool e1k_fault_map(struct pt_regs *regs, bool random)
{
	return true;
}

/* DMA debugging has allocations of its own: let one fail, and it switches itself off. */
static bool e1k_fault_is_debugging(void)
{
	unsigned long calls[24];
	char name[KSYM_SYMBOL_LEN];
	unsigned int i, count;

	if (!IS_ENABLED(CONFIG_DMA_API_DEBUG))
		return false;
	count = stack_trace_save(calls, ARRAY_SIZE(calls), 0);
	for (i = 0; i < count; i++) {
		sprint_symbol_no_offset(name, calls[i]);
		/* Either may be missing: the compiler turns calls into jumps */
		if (str_has_prefix(name, "debug_dma_") ||
		    str_has_prefix(name, "add_dma_entry"))
			return true;
	}
	return false;
}

static bool e1k_fault_is_due(struct e1k_fault *fault, struct pt_regs *regs)
{
	atomic_t *times = &e1k_fault_times[fault->kind];

	if (fault->may_fail == e1k_fault_page && e1k_fault_is_fragmented(regs))
		return true;
	if (in_task() && current == READ_ONCE(e1k_fault_task)) {
		if (!e1k_fault_nth || !fault->may_fail(regs, false) ||
		    e1k_fault_is_debugging())
			return false;
		return --e1k_fault_nth == 0;
	}
	if (atomic_read(times) <= 0 || !fault->may_fail(regs, true) ||
	    get_random_u32() % 100 >= e1k_fault_percent || e1k_fault_is_debugging())
		return false;
	return atomic_dec_if_positive(times) >= 0;
}

static int e1k_fault_before(struct kprobe *probe, struct pt_regs *regs)
{
	struct e1k_fault *fault = container_of(probe, struct e1k_fault, probe);

	if (!e1k_fault_is_due(fault, regs))
		return 0;
	regs_set_return_value(regs, fault->value);
	instruction_pointer_set(regs, (unsigned long)e1k_fault_return);
	return 1;
}

/* Without it the probe may become a jump, which cannot be overridden. */
static void e1k_fault_after(struct kprobe *probe, struct pt_regs *regs,
			    unsigned long flags)
{
}

#define E1K_FAULT(function, result, what, filter) {			\
	.probe = {							\
		.symbol_name = function,				\
		.pre_handler = e1k_fault_before,			\
		.post_handler = e1k_fault_after,			\
	},								\
	.value = (unsigned long)(result),				\
	.kind = E1K_FAULT_##what,					\
	.may_fail = filter,						\
}

static struct e1k_fault e1k_faults[] = {
	E1K_FAULT("dma_map_page_attrs", DMA_MAPPING_ERROR, MAPPINGS, e1k_fault_map),
	E1K_FAULT("should_failslab", -ENOMEM, SKBS, e1k_fault_slab),
	E1K_FAULT("should_fail_alloc_page", true, PAGES, e1k_fault_page),
	/* From here on only where the two above are missing */
	E1K_FAULT("kmem_cache_alloc_noprof", 0, SKBS, e1k_fault_slab),
	E1K_FAULT("kmem_cache_alloc_node_noprof", 0, SKBS, e1k_fault_slab),
	E1K_FAULT("kmem_cache_alloc_bulk_noprof", 0, SKBS, e1k_fault_slab),
	E1K_FAULT("__kmalloc_noprof", 0, SKBS, e1k_fault_kmalloc),
	E1K_FAULT("__kmalloc_node_noprof", 0, SKBS, e1k_fault_kmalloc),
	E1K_FAULT("__kmalloc_cache_noprof", 0, SKBS, e1k_fault_kmalloc),
	E1K_FAULT("__kvmalloc_node_noprof", 0, SKBS, e1k_fault_kmalloc),
	E1K_FAULT("__alloc_frozen_pages_noprof", 0, PAGES, e1k_fault_page),
	E1K_FAULT("__alloc_pages_noprof", 0, PAGES, e1k_fault_page),
};

#define E1K_FAULT_ASKED		3	/* entries that every kernel should have */

static ssize_t e1k_fault_nth_read(struct file *file, char __user *to, size_t size,
				  loff_t *pos)
{
	char text[16];
	int len = scnprintf(text, sizeof(text), "%d\n", e1k_fault_nth);

	return simple_read_from_buffer(to, size, pos, text, len);
}

static ssize_t e1k_fault_nth_write(struct file *file, const char __user *from,
				   size_t size, loff_t *pos)
{
	int nth, err;

	err = kstrtoint_from_user(from, size, 0, &nth);
	if (err)
		return err;
	e1k_fault_nth = nth;
	WRITE_ONCE(e1k_fault_task, nth ? current : NULL);
	return size;
}

static const struct file_operations e1k_fault_nth_ops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.read	= e1k_fault_nth_read,
	.write	= e1k_fault_nth_write,
};

static struct dentry *e1k_fault_dir;

static void e1k_fault_remove(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(e1k_faults); i++)
		if (e1k_faults[i].armed)
			unregister_kprobe(&e1k_faults[i].probe);
}

static int __init e1k_fault_init(void)
{
	bool armed[E1K_FAULT_KINDS] = {};
	int i, err;

	for (i = 0; i < ARRAY_SIZE(e1k_faults); i++) {
		struct e1k_fault *fault = &e1k_faults[i];

		/* One of each kind is enough where the allocators ask */
		if (i == E1K_FAULT_ASKED && armed[E1K_FAULT_SKBS] && armed[E1K_FAULT_PAGES])
			break;
		err = register_kprobe(&fault->probe);
		fault->armed = !err;
		armed[fault->kind] |= !err;
	}
	for (i = 0; i < E1K_FAULT_KINDS; i++) {
		if (armed[i])
			continue;
		pr_err("nothing to probe for %s\n", e1k_fault_names[i]);
		e1k_fault_remove();
		return -ENOENT;
	}
	e1k_fault_dir = debugfs_create_dir("e1k_faults", NULL);
	debugfs_create_file("nth", 0600, e1k_fault_dir, NULL, &e1k_fault_nth_ops);
	debugfs_create_u32("percent", 0600, e1k_fault_dir, &e1k_fault_percent);
	debugfs_create_u32("order", 0600, e1k_fault_dir, &e1k_fault_order);
	for (i = 0; i < E1K_FAULT_KINDS; i++)
		debugfs_create_atomic_t(e1k_fault_names[i], 0600, e1k_fault_dir,
					&e1k_fault_times[i]);
	return 0;
}
module_init(e1k_fault_init);

static void __exit e1k_fault_exit(void)
{
	debugfs_remove_recursive(e1k_fault_dir);
	e1k_fault_remove();
}
module_exit(e1k_fault_exit);

MODULE_DESCRIPTION("Makes allocations and DMA mappings fail, for tests");
MODULE_LICENSE("GPL");
