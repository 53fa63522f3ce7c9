/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_DEVLINK_H
#define COMPAT_DEVLINK_H

#include <net/devlink.h>
#include <compat/compat.h>

/*
 * Health reporters: the grace period is a field of the ops on newer kernels
 * and an argument before. Name it in both places:
 *	static const struct devlink_health_reporter_ops ops = {
 *		COMPAT_HEALTH_GRACE(GRACE_MS)
 *		.name = ...
 *	};
 *	compat_health_reporter_create(devlink, &ops, GRACE_MS, priv);
 */
#ifdef E1K_HAVE_DEVLINK_HEALTH_GRACE_IN_OPS
#define COMPAT_HEALTH_GRACE(ms) .default_graceful_period = (ms),
#define compat_health_reporter_create(devlink, ops, grace_ms, priv) \
	devlink_health_reporter_create(devlink, ops, priv)
#else
#define COMPAT_HEALTH_GRACE(ms)
#define compat_health_reporter_create(devlink, ops, grace_ms, priv) \
	devlink_health_reporter_create(devlink, ops, grace_ms, priv)
#endif

/* Older kernels want to be told besides that the ops for it are there. */
static inline void compat_devlink_allow_reload(struct devlink *devlink)
{
#ifdef E1K_HAVE_DEVLINK_SET_FEATURES
	devlink_set_features(devlink, DEVLINK_F_RELOAD);
#endif
}

#endif /* COMPAT_DEVLINK_H */
