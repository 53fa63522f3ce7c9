#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
# nics: e1000
#
# docs/use/ethtool.md says what ethtool can do with this NIC: it is what the driver
# answers. With --print the tables are printed, to be put into the document.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
TOP=$LIB/../..

if [[ ${1-} == --print ]]; then
	plan 0 >/dev/null
	setup
	nut "$TOP/tests/lib/ethtool-table" "$NUT"
	exit
fi

plan 4
setup

tables=$(mktemp)
defer "rm -f $tables"
documented() {
	sed '1,/^<!-- begin/d; /^<!-- end/,$d' "$TOP/docs/use/ethtool.md"
}
# Whatever the tool tried, and more than one test would notice.
changed() {
	nut ethtool -a "$NUT"
	nut ethtool -c "$NUT"
	nut ethtool -k "$NUT"
	nut ethtool -g "$NUT"
	nut ethtool "$NUT"
}

before=$(changed)
answers() {
	nut "$TOP/tests/lib/ethtool-table" "$NUT" >"$tables"
}
check "the driver answers" answers
check "docs/use/ethtool.md says the same" diff <(documented) "$tables"
wait_for has_carrier
unchanged() {
	[[ $(changed) == "$before" ]]
}
check "trying has changed nothing" wait_for unchanged
check "the peer answers" all_answered nut ping -q -c 5 -i 0.05 -W 5 "$PEER_IP"
