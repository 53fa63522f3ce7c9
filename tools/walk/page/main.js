// SPDX-License-Identifier: GPL-2.0-only
// What is clicked and typed, and the address that says what is shown.
'use strict';

const TABS = ['walk', 'lost', 'many', 'lab', 'glossary'];
const KEYS = [['← →', 'key-step'], ['Home End', 'key-ends'], ['Space', 'key-play'], ['a', 'key-axis'],
	['+ −', 'key-zoom'], ['w b', 'key-walks'], ['1 … 5', 'key-tabs'], ['l', 'key-language'], ['d', 'key-theme']];
const PACE = 700;

function tabsHere() {
	return TABS.filter((tab) => (tab === 'walk' && WALKS.length) || tab === 'lost' || tab === 'glossary' ||
		(tab === 'many' && DATA.results.some((one) => one.many)) || (tab === 'lab' && (DATA.lab || DATA.pair)));
}

function drawFrame() {
	const first = DATA.results[0] || {};
	document.documentElement.lang = state.lang === 'zh' ? 'zh-CN' : 'en';
	document.documentElement.dataset.theme = state.theme;
	find('title').textContent = DATA.lab ? DATA.lab.title :
		`${told(first, 'title', 'title_zh')} · ${first.device}, Linux ${first.kernel}`;
	document.title = `e1k-walk: ${find('title').textContent}`;
	find('language').textContent = state.lang === 'en' ? '中文' : 'English';
	find('theme').textContent = say(state.theme === 'dark' ? 'theme-light' : 'theme-dark');
	find('keys').textContent = say('keys');
	document.querySelectorAll('[data-say]').forEach((one) => { one.textContent = say(one.dataset.say); });
	for (const name of ['start', 'back', 'next', 'end', 'narrow', 'wide']) {
		find(name).title = say(name);
		find(name).setAttribute('aria-label', say(name));
	}
	find('tabs').innerHTML = tabsHere().map((tab) =>
		`<button type="button" role="tab" data-tab="${tab}" aria-selected="${tab === state.tab}">${escaped(say(`tab-${tab}`))}</button>`).join('');
	for (const tab of TABS)
		find(tab).hidden = tab !== state.tab;
	find('help').innerHTML = `<table>${KEYS.map(([keys, what]) => `<tr><td>${keys.split(' ').map((key) => key === '…' ? key : `<kbd>${key}</kbd>`).join(' ')}</td><td>${escaped(say(what))}</td></tr>`).join('')}</table>` +
		`<form method="dialog"><button>${escaped(say('close'))}</button></form>`;
}

function drawChoices() {
	const options = WALKS.map((one, at) => `<option value="${at}">${escaped(nameOf(one))}</option>`).join('');
	find('first').innerHTML = options;
	find('second').innerHTML = `<option value="-1">${escaped(say('nothing'))}</option>${options}`;
	find('axis').innerHTML = AXES.map((axis) => `<option value="${axis}">${escaped(say(axis))}</option>`).join('');
	find('first').value = state.walk;
	find('second').value = state.beside;
	find('axis').value = state.axis;
}

function drawWalk() {
	if (!WALKS.length)
		return;
	state.hop = Math.min(Math.max(0, state.hop), pairsShown().length - 1);
	drawChoices();
	find('play').textContent = say(state.playing ? 'pause' : 'play');
	find('place').textContent = say('hop', { n: state.hop + 1, all: pairsShown().length });
	drawChart();
	drawLegend();
	drawDetail();
	drawList();
	drawNotes();
	listIntoView();
}

// While it plays or keys are pressed; on a narrow screen the detail stays where it is.
function listIntoView() {
	const row = document.querySelector('#list tr.chosen');
	if (row && state.follow && matchMedia('(min-width: 901px)').matches)
		row.scrollIntoView({ block: 'nearest' });
	state.follow = false;
}

function draw() {
	drawFrame();
	drawLost();
	drawMany();
	drawLab();
	drawGlossary();
	if (state.tab === 'walk')
		drawWalk();
	remember();
}

// The address: a link leads to the same hop of the same walk.
function remember() {
	const kept = { tab: state.tab, walk: state.walk, beside: state.beside, hop: state.hop + 1, axis: state.axis, lang: state.lang, theme: state.theme };
	history.replaceState(null, '', `#${new URLSearchParams(kept)}`);
}

function recall() {
	const kept = new URLSearchParams(location.hash.slice(1));
	const choose = (name, known) => {
		if (known.includes(kept.get(name)))
			state[name] = kept.get(name);
	};
	choose('axis', AXES);
	choose('lang', LANGUAGES);
	choose('theme', ['light', 'dark']);
	choose('tab', tabsHere());
	const walks = WALKS.map((_, at) => String(at));
	if (walks.includes(kept.get('walk')))
		state.walk = Number(kept.get('walk'));
	if (['-1', ...walks].includes(kept.get('beside')))
		state.beside = Number(kept.get('beside'));
	state.hop = (Number(kept.get('hop')) || 1) - 1;
}

function pause() {
	clearInterval(state.playing);
	state.playing = 0;
}

function go(hop) {
	state.hop = hop;
	state.follow = true;
	drawWalk();
	remember();
}

function play() {
	if (state.playing) {
		pause();
		drawWalk();
		return;
	}
	const last = pairsShown().length - 1;
	state.playing = setInterval(() => {
		if (state.hop >= last)
			pause();
		go(Math.min(last, state.hop + 1));
	}, PACE);
	go(state.hop >= last ? 0 : state.hop);
}

// From one walk to another: the first hop; what is no number is no walk.
function choose(name, value) {
	pause();
	state[name] = Number(value);
	state.hop = 0;
	draw();
}

function zoom(factor) {
	state.zoom = Math.min(64, Math.max(1, state.zoom * factor));
	drawWalk();
}

function set(name, value) {
	pause();
	state[name] = value;
	draw();
}

const following = (list, value) => list[(list.indexOf(value) + 1) % list.length];

const ACTIONS = {
	ArrowRight: () => go(state.hop + 1), ArrowLeft: () => go(state.hop - 1),
	Home: () => go(0), End: () => go(Infinity), ' ': play,
	a: () => set('axis', following(AXES, state.axis)), l: () => set('lang', following(LANGUAGES, state.lang)),
	d: () => set('theme', state.theme === 'dark' ? 'light' : 'dark'), '+': () => zoom(2), '=': () => zoom(2), '-': () => zoom(0.5),
	w: () => choose('walk', (state.walk + 1) % WALKS.length),
	b: () => choose('beside', state.beside + 1 < WALKS.length ? state.beside + 1 : -1),
	'?': () => find('help').showModal(),
};
// Only where a walk is to be seen.
const OF_WALK = ['ArrowRight', 'ArrowLeft', 'Home', 'End', ' ', 'a', '+', '=', '-', 'w', 'b'];

function typed(event) {
	const inField = event.target.closest('select, dialog') || (event.target.closest('button, summary') && event.key === ' ');
	if (event.ctrlKey || event.altKey || event.metaKey || inField)
		return;
	const tab = tabsHere()[Number(event.key) - 1];
	if (tab)
		set('tab', tab);
	else if (ACTIONS[event.key] && (state.tab === 'walk' || !OF_WALK.includes(event.key)))
		ACTIONS[event.key]();
	else
		return;
	event.preventDefault();
}

function clicked(event) {
	const hop = event.target.closest('.hop[data-at]'), row = event.target.closest('tr[data-hop]');
	const tab = event.target.closest('[data-tab]');
	if (tab)
		set('tab', tab.dataset.tab);
	if (!hop && !row)
		return;
	pause();
	if (row)
		go(Number(row.dataset.hop));
	else
		go(pairsShown().findIndex((pair) => pair[Number(hop.dataset.side)] === Number(hop.dataset.at)));
}

function begin() {
	state.tab = DATA.lab ? 'lab' : tabsHere()[0];
	// Two runs of one comparison: the same way of both, side by side.
	if (DATA.pair)
		state.beside = WALKS.findIndex((one) => one.result !== WALKS[0].result && one.walk.path === WALKS[0].walk.path);
	recall();
	find('first').addEventListener('change', (event) => choose('walk', event.target.value));
	find('second').addEventListener('change', (event) => choose('beside', event.target.value));
	find('axis').addEventListener('change', (event) => set('axis', event.target.value));
	const buttons = { start: ACTIONS.Home, back: ACTIONS.ArrowLeft, next: ACTIONS.ArrowRight, end: ACTIONS.End, play,
		narrow: () => zoom(0.5), wide: () => zoom(2), language: ACTIONS.l, theme: ACTIONS.d, keys: ACTIONS['?'] };
	for (const [name, action] of Object.entries(buttons))
		find(name).addEventListener('click', action);
	document.addEventListener('keydown', typed);
	document.addEventListener('click', clicked);
	addEventListener('resize', () => state.tab === 'walk' && drawWalk());
	draw();
}

begin();
