#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The namespace in which the NIC lives is deleted: the NIC comes back, and works.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 2
setup

keep_pinging
ip netns del "$NS"
end "$pinging"
check "the NIC is in the first namespace" wait_for iface_of "$NUT_MAC"
ip netns add "$NS"
adopt
check "the peer answers" all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"
