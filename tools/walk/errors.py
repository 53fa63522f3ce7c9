# SPDX-License-Identifier: GPL-2.0-only
"""What goes wrong in a way that a person can do something about."""


class WalkError(Exception):
    """Said without a traceback; the exit status is 1."""

    status = 1


class UsageError(WalkError):
    """What was asked for can never be done, whatever the machine; the exit status is 2."""

    status = 2


class NotHere(WalkError):
    """The NIC under test has nothing of the kind that a scenario shows."""


class NoPacket(WalkError):
    """Nothing that matched came in time."""
