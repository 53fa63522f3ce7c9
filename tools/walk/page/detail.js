// SPDX-License-Identifier: GPL-2.0-only
// What is known of the chosen hop, and the list of all of them.
'use strict';

function field(name, value, code = false) {
	if (value === '' || value === null || value === undefined)
		return '';
	const text = escaped(value);
	return `<dt>${escaped(say(name))}</dt><dd>${code ? `<code>${text}</code>` : text}</dd>`;
}

function excerpt(place) {
	const source = DATA.sources[place];
	if (!source)
		return '';
	const wanted = Number(place.split(':')[1]);
	const lines = source.lines.map((line, at) => {
		const number = source.first + at, text = `${String(number).padStart(4)}  ${line}`;
		return number === wanted ? `<span class="here">${escaped(text)}</span>` : escaped(text);
	});
	return `<pre class="code">${lines.join('\n')}</pre>`;
}

function valueText(value) {
	if (typeof value !== 'number' || value % 1)
		return String(value);
	return value > 9 || value < 0 ? `${value}  (0x${(value >>> 0).toString(16)})` : String(value);
}

function valuesOf(row) {
	const rows = Object.entries(row.values || {});
	if (row.inferred)
		return '';
	const body = rows.map(([name, value]) => `<tr><td><code>${escaped(name)}</code></td><td><code>${escaped(valueText(value))}</code></td></tr>`);
	return `<h3>${escaped(say('values'))}</h3>` + (rows.length ? `<table class="values"><tbody>${body.join('')}</tbody></table>` :
		`<p class="dim">${escaped(say('novalues'))}</p>`);
}

// Where each header begins: [name, first byte].
function headersOf(bytes) {
	const found = [['Ethernet', 0]];
	let at = 14, type = bytes[12] << 8 | bytes[13];
	if (type === 0x8100) {
		type = bytes[16] << 8 | bytes[17];
		at = 18;
	}
	const network = { 0x0800: 'IPv4', 0x86dd: 'IPv6', 0x0806: 'ARP' }[type];
	if (!network || bytes.length <= at)
		return found;
	found.push([network, at]);
	if (network === 'ARP')
		return found;
	const protocol = network === 'IPv4' ? bytes[at + 9] : bytes[at + 6];
	at += network === 'IPv4' ? (bytes[at] & 15) * 4 : 40;
	const transport = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6' }[protocol];
	if (transport && bytes.length > at) {
		found.push([transport, at]);
		at += transport === 'TCP' ? (bytes[at + 12] >> 4) * 4 : 8;
	}
	if (bytes.length > at)
		found.push(['data', at]);
	return found;
}

function dump(walk) {
	const bytes = (walk.bytes.match(/../g) || []).map((two) => parseInt(two, 16));
	if (!bytes.length)
		return '';
	const parts = headersOf(bytes).map(([name, first], n, all) => {
		const lines = [], end = n + 1 < all.length ? all[n + 1][1] : bytes.length;
		for (let at = first; at < end; at += 8) {
			const some = bytes.slice(at, Math.min(end, at + 8));
			const text = some.map((one) => one > 31 && one < 127 ? String.fromCharCode(one) : '.').join('');
			const hex = some.map((one) => one.toString(16).padStart(2, '0')).join(' ');
			lines.push(`${at.toString(16).padStart(4, '0')}  ${escaped(hex.padEnd(25))}${escaped(text)}`);
		}
		return `<u>${name}</u>\n${lines.join('\n')}`;
	});
	return `<h3>${escaped(say('bytes'))}</h3><p class="dim">${escaped(say('bytes-of', { seen: bytes.length, all: walk.length }))}</p>` +
		`<pre class="bytes">${parts.join('\n')}</pre>`;
}

function detailOf({ walk }, row) {
	const step = stepOf(row), lane = laneOf(row);
	const title = row.step === 'drop' ? `✕ ${say('dropped')}` : `${row.step} · ${told(step, 'title', 'zh')}`;
	const place = DATA.places.find((one) => one.reasons.includes(row.drop));
	const time = row.us === null ? say('inferred') : `${us(row.us)} µs` + (row.delta === null ? '' : `; ${say('after', { delta: us(row.delta) })}`);
	return `<h2>${escaped(title)}</h2><p class="${row.drop ? 'box loss' : ''}">${escaped(wordsOf(row))}</p>` +
		(place ? `<p class="box">${escaped(told(place, 'do', 'zh_do'))}<br><code>${escaped(place.look)}</code></p>` : '') +
		(step.words ? `<p class="dim">${escaped(told(step, 'words', 'zh_words'))}</p>` : '') +
		`<dl>${field('function', row.function, true)}${field('source', row.source, true)}` +
		`${field('reason', row.drop, true)}${field('at', time)}${field('gap', gapOf(row))}` +
		`${field('where', lane.name)}${field('task', row.pid === null || row.pid === undefined ? '' : `${row.task} (pid ${row.pid})`)}` +
		`${field('skb', row.skb, true)}</dl>${excerpt(row.source)}${valuesOf(row)}${dump(walk)}`;
}

function drawDetail() {
	const walks = shown(), pair = pairsShown()[state.hop];
	find('detail').innerHTML = walks.map((one, side) => {
		if (pair[side] < 0 || pair[side] === undefined)
			return '';
		const head = walks.length > 1 ? `<p class="dim">${escaped(nameOf(one))}</p>` : '';
		return head + detailOf(one, one.walk.steps[pair[side]]);
	}).join('<hr>');
}

function listOne({ walk }) {
	const head = ['us', 'since', 'step', 'where', 'function'].map((name) =>
		`<th class="${name === 'us' || name === 'since' ? 'number' : name === 'where' ? 'lane' : ''}">${escaped(say(name))}</th>`).join('');
	const rows = walk.steps.map((row, at) => {
		const gap = gapOf(row) ? `<tr class="gap"><td colspan="6">… ${escaped(gapOf(row))}</td></tr>` : '';
		return `${gap}<tr data-hop="${at}" class="${at === state.hop ? 'chosen' : ''}"><td class="number">${us(row.us)}</td>` +
			`<td class="number dim">${row.delta ? `+${us(row.delta)}` : ''}</td><td>${row.step === 'drop' ? '✕' : row.step}</td>` +
			`<td class="lane ${styleOf(row)}">${escaped(laneOf(row).name)}</td><td><code>${escaped(functionOf(row) || '—')}</code></td>` +
			`<td class="what ${row.drop ? 'loss' : ''}">${escaped(wordsOf(row))}</td></tr>`;
	});
	return `<table class="steps"><thead><tr>${head}<th>${escaped(say('what'))}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function listTwo(walks) {
	const times = walks.map(({ walk }) => timesOf(walk));
	const cell = (side, at) => at < 0 ? '<td class="number dim">—</td>' :
		`<td class="number">${walks[side].walk.steps[at].us === null ? '' : us(times[side][at])}</td>`;
	const rows = pairsShown().map((pair, at) => {
		const side = pair[0] >= 0 ? 0 : 1, row = walks[side].walk.steps[pair[side]];
		const both = pair[0] >= 0 && pair[1] >= 0 && row.us !== null;
		const more = both ? times[1][pair[1]] - times[0][pair[0]] : 0;
		const difference = both ? `${more < 0 ? '−' : '+'}${us(Math.abs(more))}` : '';
		return `<tr data-hop="${at}" class="${at === state.hop ? 'chosen' : ''} ${pair.includes(-1) ? 'alone' : ''}">` +
			`<td>${row.step === 'drop' ? '✕' : row.step}</td><td><code>${escaped(functionOf(row) || '—')}</code>` +
			`${pair.includes(-1) ? ` <span class="dim">${escaped(say('alone'))}: ${escaped(walks[side].result.scenario)}</span>` : ''}</td>` +
			`${cell(0, pair[0])}${cell(1, pair[1])}<td class="number dim">${difference}</td></tr>`;
	});
	const names = walks.map(({ result }) => `<th class="number">${escaped(result.scenario)}, µs</th>`).join('');
	return `<table class="pairs"><thead><tr><th>${escaped(say('step'))}</th><th>${escaped(say('function'))}</th>${names}` +
		`<th class="number">${escaped(say('difference'))}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function drawList() {
	const walks = shown();
	find('list').innerHTML = walks.length > 1 ? listTwo(walks) : listOne(walks[0]);
}

// What watching cost; of what was not measured nothing is said.
function probesCost(probes) {
	return ['probes', ...(probes.hits_a_packet === null ? [] : ['probes-packet']), ...(probes.us_a_packet === null ? [] : ['probes-us'])]
		.map((name) => say(name, probes)).join('');
}

// What was found out besides; what this kernel does not have.
function drawNotes() {
	const lines = [...new Set(shown().flatMap(({ result }) => (result.notes_by || {})[state.lang] || result.notes || []))];
	const missing = shown()[0].result.missing || [];
	find('notes').innerHTML = lines.map((line) => `<p>${escaped(line)}</p>`).join('') +
		(missing.length ? `<details><summary>${escaped(say('not-here'))}: ${missing.length}</summary>${missing.map((row) =>
			`<p><code>${escaped(row.hook)}</code>: ${escaped(row.instead)}</p>`).join('')}</details>` : '');
	const probes = shown()[0].result.probes;
	if (probes)
		find('notes').innerHTML += `<p id="probes">${escaped(probesCost(probes))}</p>`;
	const pair = DATA.pair;
	find('lesson').textContent = pair && walksAreThePair() ? told(pair, 'lesson', 'zh') : '';
}

function walksAreThePair() {
	return state.beside >= 0;
}
