#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Echo requests and replies over IPv6, neighbour discovery first, in both
# directions.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 3
setup

check "the NIC pings its peer" all_answered nut ping -q -c 30 -i 0.01 -W 5 "$PEER_IP6"
check "the peer pings the NIC" all_answered ping -q -c 30 -i 0.01 -W 5 "$NUT_IP6"
check "a flood of pings loses none" all_answered nut ping -q -f -c 200 -W 5 "$PEER_IP6"
