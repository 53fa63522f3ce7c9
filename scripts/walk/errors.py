# SPDX-License-Identifier: GPL-2.0-only
"""What goes wrong in a way that a person can do something about."""


class WalkError(Exception):
    """Said without a traceback; the exit status is 1."""


class NoPacket(WalkError):
    """Nothing that matched came in time."""
