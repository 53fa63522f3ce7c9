#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In the guest: ask nicstate, which the runner keeps in memory, as Python takes
# seconds to start on an emulated processor. Where it is not there, as after a
# kexec, it is started for this once. Sourced by tests/lib/e1k.sh, or a program.
#
# usage: nicstate.sh look|end

nicstate() {
	local place=/run/e1k-nicstate token=$$.$RANDOM ask answer line

	if [[ -p $place/answer ]]; then
		# Opened for reading and writing, a FIFO does not wait for its other end.
		exec {ask}<>"$place/ask" {answer}<>"$place/answer"
		echo "$1 $token" >&"$ask"
		# A test that was killed may have left its answer in the FIFO.
		while IFS= read -r -t $((120 * ${E1K_PATIENCE:-1})) -u "$answer" line; do
			[[ $line != "$token "* ]] || break
		done
		exec {ask}>&- {answer}>&-
		if [[ $line == "$token "* ]]; then
			[[ -z ${line#* } ]] || echo "${line#* }"
			return
		fi
	fi
	"${BASH_SOURCE[0]%.sh}" "$1"
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || nicstate "$1"
