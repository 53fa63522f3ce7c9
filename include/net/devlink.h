/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_NET_DEVLINK_H
#define COMPAT_NET_DEVLINK_H

#include_next <net/devlink.h>
#include <e1k_kcompat.h>

/*
 * Health reporters: newer kernels have the grace period in the ops, older ones
 * take it as an argument. The driver's ops begin with the kernel's.
 */
#ifndef E1K_HAVE_DEVLINK_HEALTH_GRACE_IN_OPS
#define COMPAT_FIELD(field) \
	typeof_member(struct devlink_health_reporter_ops, field) field

struct compat_devlink_health_reporter_ops {
	union {
		struct devlink_health_reporter_ops kernel;
		struct {
			COMPAT_FIELD(name);
			COMPAT_FIELD(recover);
			COMPAT_FIELD(dump);
			COMPAT_FIELD(diagnose);
		};
	};
	u64 default_graceful_period;
};

#undef COMPAT_FIELD

#define COMPAT_SAME(field)						\
	static_assert(offsetof(struct devlink_health_reporter_ops, field) == \
		      offsetof(struct compat_devlink_health_reporter_ops, field))

COMPAT_SAME(name);
COMPAT_SAME(recover);
COMPAT_SAME(dump);
COMPAT_SAME(diagnose);

#undef COMPAT_SAME

#define devlink_health_reporter_ops compat_devlink_health_reporter_ops

static inline struct devlink_health_reporter *
compat_health_reporter_create(struct devlink *devlink,
			      const struct devlink_health_reporter_ops *ops,
			      void *priv)
{
	return devlink_health_reporter_create(devlink, &ops->kernel,
					      ops->default_graceful_period,
					      priv);
}

#define devlink_health_reporter_create(devlink, ops, priv) \
	compat_health_reporter_create(devlink, ops, priv)
#endif

/* Older kernels need a feature flag besides the ops for a reload. */
#ifdef E1K_HAVE_DEVLINK_SET_FEATURES
static inline void compat_devlink_register(struct devlink *devlink)
{
	devlink_set_features(devlink, DEVLINK_F_RELOAD);
	devlink_register(devlink);
}

#define devlink_register(devlink) compat_devlink_register(devlink)
#endif

#endif /* COMPAT_NET_DEVLINK_H */
