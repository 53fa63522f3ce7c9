/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When to poll again by timer: a pure function of what polls found, which the
 * unit tests build on the host. repoll_policy.h has the reasons.
 */
#ifndef E1K_REPOLL_DECIDE_H
#define E1K_REPOLL_DECIDE_H

#include <linux/compiler.h>
#include <linux/minmax.h>

#include "repoll_policy.h"

static inline bool e1k_repoll_is_timed(const struct e1k_repoll_poll *poll)
{
	return poll->waited > E1K_REPOLL_ENOUGH;
}

static inline u32 e1k_repoll_end(const struct e1k_repoll_poll *poll)
{
	return e1k_repoll_is_timed(poll) ? E1K_REPOLL_ENOUGH : E1K_REPOLL_NOT;
}

/**
 * e1k_repoll_policy_start() - allow timed polls
 * @policy: zeroed, or stopped
 * @slots: descriptors of the receive ring; a small one shortens the delay
 */
static inline void e1k_repoll_policy_start(struct e1k_repoll_policy *policy,
					   u32 slots)
{
	policy->bulk_ns = E1K_REPOLL_BULK_NS *
			  min_t(u32, slots, E1K_REPOLL_BULK_SLOTS) /
			  E1K_REPOLL_BULK_SLOTS;
	policy->half_ring = slots / 2;
	policy->answer_ns = E1K_REPOLL_NS;
}

/**
 * e1k_repoll_policy_stop() - end a row of polls, keep what was learned
 * @policy: started
 */
static inline void e1k_repoll_policy_stop(struct e1k_repoll_policy *policy)
{
	policy->misses = 0;
	policy->rest = 0;
}

/* After a hit: return the delay until the next answer. */
static inline u32 e1k_repoll_learn(struct e1k_repoll_policy *policy,
				   const struct e1k_repoll_poll *poll)
{
	if (poll->frames > 1) {
		policy->answer_ns = E1K_REPOLL_NS;
		return E1K_REPOLL_NS + poll->frames * E1K_REPOLL_FRAME_NS;
	}
	if (!policy->misses && poll->idle &&
	    policy->answer_ns >= E1K_REPOLL_LEAST_NS)
		policy->answer_ns -= E1K_REPOLL_SOONER_NS;
	return policy->answer_ns;
}

/* Without trust: return the delay of a trial, or 0 for none. */
static __always_inline u32 e1k_repoll_try(struct e1k_repoll_policy *policy,
					  u64 now)
{
	policy->late = now - policy->last_ns < E1K_REPOLL_LATE_NS;
	policy->last_ns = now;
	if (policy->late) {
		policy->untried += E1K_REPOLL_LATE;
	} else {
		policy->untried += 1 + E1K_REPOLL_REST;
		policy->rest = E1K_REPOLL_REST;
	}
	if (policy->untried < E1K_REPOLL_TRIAL)
		return 0;
	policy->untried = 0;
	policy->rest = 0;
	return E1K_REPOLL_NS;
}

/* A poll received frames, but no bulk: return the next delay, or 0. */
static __always_inline u32
e1k_repoll_found(struct e1k_repoll_policy *policy,
		 const struct e1k_repoll_poll *poll, u64 (*clock)(void))
{
	u32 ns = policy->answer_ns;

	if (policy->unanswered >= E1K_REPOLL_ONE_WAY) {
		policy->misses = 0;
		policy->trust = 0;
		policy->rest = E1K_REPOLL_REST;
		return 0;
	}
	if (e1k_repoll_is_timed(poll)) {
		if (!policy->trust)
			policy->trust = E1K_REPOLL_TRUST_FIRST;
		else if (policy->trust < E1K_REPOLL_TRUST_MAX)
			policy->trust++;
		ns = e1k_repoll_learn(policy, poll);
	}
	policy->misses = 0;
	if (policy->trust)
		return ns;
	return e1k_repoll_try(policy, clock());
}

/* A timed poll found nothing: return the next delay, or 0. */
static inline u32 e1k_repoll_missed(struct e1k_repoll_policy *policy)
{
	bool learned = policy->trust && policy->answer_ns < E1K_REPOLL_NS;
	u8 tries = E1K_REPOLL_TRIES;

	if (learned)
		tries = 1 + E1K_REPOLL_MOMENTS;
	else if (!policy->trust)
		tries = policy->late ? E1K_REPOLL_LATE_TRIES : 1;
	if (++policy->misses < tries) {
		if (!learned)
			return E1K_REPOLL_NS;
		if (policy->misses == 1)
			policy->answer_ns += E1K_REPOLL_LATER_NS;
		return policy->misses * E1K_REPOLL_MOMENT_NS;
	}
	if (policy->trust)
		policy->trust--;
	return 0;
}

/*
 * A poll of bulk, or one of the next E1K_REPOLL_HOLD: return the next delay, or
 * 0. Not inlined: polls that find an answer must be short.
 */
static noinline u32
e1k_repoll_in_bulk(struct e1k_repoll_policy *policy, u32 frames, bool in,
		   bool out, u32 waited)
{
	policy->bulk_in = in ? E1K_REPOLL_HOLD :
			       policy->bulk_in - !!policy->bulk_in;
	policy->bulk_out = out ? E1K_REPOLL_HOLD :
				 policy->bulk_out - !!policy->bulk_out;
	policy->bulk = in || out || frames > E1K_REPOLL_FRAMES ?
		       E1K_REPOLL_HOLD : policy->bulk - 1;
	if (policy->bulk_in && policy->bulk_out) {
		policy->trust = E1K_REPOLL_TRUST_MAX;
		policy->misses = 0;
		return E1K_REPOLL_NS;
	}
	/* At this rate, when is half the ring full? */
	if (waited <= E1K_REPOLL_ENOUGH)
		waited = policy->bulk_ns;
	return clamp_t(u32, waited * policy->half_ring / frames, E1K_REPOLL_NS,
		       policy->bulk_ns);
}

static __always_inline u32
e1k_repoll_received(struct e1k_repoll_policy *policy,
		    const struct e1k_repoll_poll *poll, u64 (*clock)(void))
{
	bool out = poll->sent - policy->sent > E1K_REPOLL_BYTES;
	bool in = poll->bytes > E1K_REPOLL_BYTES;

	if (poll->sent != policy->sent)
		policy->unanswered = 0;
	else if (policy->unanswered < E1K_REPOLL_ONE_WAY)
		policy->unanswered++;
	policy->sent = poll->sent;
	if (poll->frames > E1K_REPOLL_FRAMES || in || out || policy->bulk)
		return e1k_repoll_in_bulk(policy, poll->frames, in, out,
					  poll->waited);
	return e1k_repoll_found(policy, poll, clock);
}

/**
 * e1k_repoll_decide() - decide whether another timed poll is likely to pay
 * @policy: started
 * @poll: what the poll that is ending found
 * @clock: returns ns; called only if the time matters
 * Return: the delay until the timed poll in ns; E1K_REPOLL_NOT or
 * E1K_REPOLL_ENOUGH to unmask the NIC.
 */
static __always_inline u32
e1k_repoll_decide(struct e1k_repoll_policy *policy,
		  const struct e1k_repoll_poll *poll, u64 (*clock)(void))
{
	u32 ns = 0;

	if (policy->rest && poll->frames <= E1K_REPOLL_FRAMES) {
		/* Only the time: will the next poll be late? */
		policy->rest = 0;
		policy->sent = poll->sent;
		policy->last_ns = clock();
		return E1K_REPOLL_NOT;
	}
	if (poll->frames)
		ns = e1k_repoll_received(policy, poll, clock);
	else if (e1k_repoll_is_timed(poll))
		ns = e1k_repoll_missed(policy);
	return ns ? ns : e1k_repoll_end(poll);
}

#endif /* E1K_REPOLL_DECIDE_H */
