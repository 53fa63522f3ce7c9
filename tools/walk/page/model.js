// SPDX-License-Identifier: GPL-2.0-only
// The data, the state of the page, and questions to them. No drawing here.
'use strict';

const DATA = JSON.parse(document.getElementById('data').textContent);
const WALKS = DATA.results.flatMap((result) => result.walks.map((walk) => ({ result, walk })));
const AXES = ['steps', 'time', 'log'];
const LANGUAGES = ['en', 'zh'];
const THREADS = ['ksoftirqd', 'napi thread'];
const ORDER = ['hardware', 'nmi', 'hardirq', 'softirq', 'ksoftirqd', 'napi thread', 'process'];
const state = {
	walk: 0, beside: -1, hop: 0, axis: 'steps', zoom: 1, tab: 'walk', playing: 0,
	lang: DATA.language, theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
};

const find = (id) => document.getElementById(id);

function escaped(text) {
	return String(text).replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[one]));
}

// A sentence of words.json in the language that was chosen; its {fields} are filled in.
function say(key, fields = {}) {
	const text = (DATA.words[key] || [key, key])[LANGUAGES.indexOf(state.lang)];
	return text.replace(/\{(\w+)\}/g, (all, name) => fields[name]);
}

// Data that has its Chinese in a field of its own.
function told(thing, english, chinese) {
	return (state.lang === 'zh' && thing[chinese]) || thing[english] || '';
}

const wordsOf = (row) => told(row, 'en', 'zh');
const gapOf = (row) => (row.gaps || {})[state.lang] || '';
const stepOf = (row) => DATA.steps[row.step] || {};
const functionOf = (row) => row.function.replace(/^.*:/, '');

function nameOf({ result, walk }) {
	return `${result.scenario} · ${say(walk.path)}: ${walk.packet}`;
}

function laneOf(row) {
	if (row.cpu === null)
		return { key: 'nic', name: say('nic'), order: -1 };
	const name = row.context === 'process' ? row.task : say(row.context);
	return { key: `${row.cpu} ${row.context} ${row.task}`.replace(/(irq|thread|ksoftirqd) .*/, '$1'),
		name: `CPU ${row.cpu} · ${name}`, order: row.cpu * 10 + ORDER.indexOf(row.context) };
}

function styleOf(row) {
	if (row.drop)
		return 'drop';
	return row.cpu === null ? 'hardware' : THREADS.includes(row.context) ? 'thread' : row.context;
}

// Milliseconds would save digits and cost a thought: microseconds everywhere.
function us(value) {
	return value === null || value === undefined ? '' : value.toFixed(value < 10 && value % 1 ? 1 : 0);
}

// Since the walk's own first step; a step without a time is where the next one is.
function timesOf(walk) {
	const timed = walk.steps.filter((row) => row.us !== null);
	const first = timed.length ? timed[0].us : 0;
	return walk.steps.map((row, at) => {
		const near = walk.steps.slice(at).find((one) => one.us !== null) || timed[timed.length - 1];
		return near ? near.us - first : 0;
	});
}

// Two lists of steps, lined up: the longest common subsequence. [[index or -1, index or -1]...]
function aligned(left, right) {
	const key = (row) => `${row.step} ${row.function}`;
	const best = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
	for (let i = left.length - 1; i >= 0; i--)
		for (let j = right.length - 1; j >= 0; j--)
			best[i][j] = key(left[i]) === key(right[j]) ? best[i + 1][j + 1] + 1 :
				Math.max(best[i + 1][j], best[i][j + 1]);
	const pairs = [];
	let i = 0, j = 0;
	while (i < left.length || j < right.length) {
		if (i < left.length && j < right.length && key(left[i]) === key(right[j]))
			pairs.push([i++, j++]);
		else if (j >= right.length || (i < left.length && best[i + 1][j] >= best[i][j + 1]))
			pairs.push([i++, -1]);
		else
			pairs.push([-1, j++]);
	}
	return pairs;
}

// The walks that are shown: one, or two; and their steps in pairs if they are two.
function shown() {
	const walks = [WALKS[state.walk]];
	if (state.beside >= 0 && WALKS[state.beside])
		walks.push(WALKS[state.beside]);
	return walks;
}

function pairsShown() {
	const walks = shown();
	if (walks.length < 2)
		return walks[0].walk.steps.map((row, at) => [at]);
	return aligned(walks[0].walk.steps, walks[1].walk.steps);
}

// How many packets were lost at each place, by the place's id; and what has no place.
function losses() {
	const counts = {}, others = [];
	const places = DATA.places;
	const add = (id, count) => { counts[id] = (counts[id] || 0) + count; };
	for (const result of DATA.results) {
		for (const drop of result.drops || []) {
			const sending = drop.reason === 'NETFILTER_DROP' && drop.context === 'process';
			const place = sending ? { id: 'D13' } : places.find((one) => one.reasons.includes(drop.reason));
			if (place)
				add(place.id, drop.count);
			else
				others.push(drop);
		}
		for (const place of places)
			for (const name of place.counters)
				if ((result.counters || {})[name])
					add(place.id, result.counters[name]);
	}
	for (const [id, count] of Object.entries((DATA.lab || {}).counts || {}))
		add(id, count);
	return { counts, others };
}
