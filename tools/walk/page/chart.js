// SPDX-License-Identifier: GPL-2.0-only
// The chart: lanes by CPU and context, one strip for each walk, all on one axis.
'use strict';

const LANE = 40, HEAD = 24, STEP = 30, EDGE = 20;
// A shape for each context: colours alone would not do.
const SHAPES = {
	hardirq: 'M0-9 9 7H-9Z', softirq: 'M-7.5-7.5H7.5V7.5H-7.5Z', thread: 'M0-9.5 9.5 0 0 9.5-9.5 0Z',
	process: 'M8.5 0A8.5 8.5 0 1 1-8.5 0 8.5 8.5 0 1 1 8.5 0Z', hardware: 'M-5-8H5L9 0 5 8H-5L-9 0Z',
	nmi: 'M0-9 9 7H-9Z', drop: 'M-9-5-5-9 0-4 5-9 9-5 4 0 9 5 5 9 0 4-5 9-9 5-4 0Z',
};

function shape(style, more = '') {
	return `<path class="mark ${style}" d="${SHAPES[style] || SHAPES.process}" ${more}/>`;
}

function lanesOf(walk) {
	const lanes = new Map();
	for (const row of walk.steps) {
		const lane = laneOf(row);
		if (!lanes.has(lane.key))
			lanes.set(lane.key, lane);
	}
	return [...lanes.values()].sort((a, b) => a.order - b.order);
}

// Where each hop of each walk stands: in steps, or in time; 0 to 1, and how wide that is.
function positions(walks, pairs, room) {
	let found, width;
	if (state.axis === 'steps') {
		found = walks.map(({ walk }) => walk.steps.map(() => 0));
		pairs.forEach((pair, column) => pair.forEach((at, side) => {
			if (at >= 0)
				found[side][at] = column / Math.max(1, pairs.length - 1);
		}));
		width = Math.max(room, pairs.length * STEP) * state.zoom;
	} else {
		const times = walks.map(({ walk }) => timesOf(walk));
		const scale = state.axis === 'log' ? Math.log1p : (value) => value;
		const most = scale(Math.max(1, ...times.flat()));
		found = times.map((list) => list.map((value) => scale(value) / most));
		width = room * state.zoom;
	}
	return { found, width, x: (part) => EDGE + part * (width - 2 * EDGE) };
}

// Round numbers along the time axis.
function ticks(most, width) {
	if (state.axis === 'log')
		return Array.from({ length: 12 }, (_, power) => 10 ** power).filter((one) => one <= most);
	const rough = most / Math.max(2, width / 110);
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
	return Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step);
}

function scaleMarks(walks, pairs, place, height) {
	if (state.axis === 'steps') {
		let before = '';
		return pairs.map((pair, column) => {
			const side = pair[0] >= 0 ? 0 : 1, row = walks[side].walk.steps[pair[side]];
			const name = row.step === before ? '' : row.step === 'drop' ? '✕' : row.step;
			before = row.step;
			return `<text class="scale" x="${place.x(column / Math.max(1, pairs.length - 1))}" y="16">${name}</text>`;
		}).join('');
	}
	const most = Math.max(1, ...walks.map(({ walk }) => Math.max(...timesOf(walk))));
	const part = (value) => state.axis === 'log' ? Math.log1p(value) / Math.log1p(most) : value / most;
	return ticks(most, place.width).map((value) => {
		const x = place.x(part(value));
		return `<line class="tick" x1="${x}" x2="${x}" y1="${HEAD - 4}" y2="${height}"/>` +
			`<text class="scale" x="${x}" y="16">${value >= 1e4 ? `${value / 1000} ms` : `${value} µs`}</text>`;
	}).join('');
}

// Where the packet was from one step to the next; a break where a step has no time.
function strip(side, walks, pairs, place) {
	const { walk } = walks[side], lanes = lanesOf(walk);
	const height = HEAD + LANE * lanes.length + 6;
	const y = (row) => HEAD + LANE * (lanes.findIndex((lane) => lane.key === laneOf(row).key) + 0.5);
	const chosen = pairs[state.hop][side];
	const points = walk.steps.map((row, at) => `${place.x(place.found[side][at]).toFixed(1)} ${y(row)}`);
	const hops = walk.steps.map((row, at) => {
		const style = styleOf(row), classes = [row.inferred ? 'inferred' : '', at === chosen ? 'chosen' : ''];
		return `<g class="hop ${classes.join(' ')}" data-side="${side}" data-at="${at}" transform="translate(${points[at].replace(' ', ',')})">` +
			`<title>${escaped(`${row.step} ${functionOf(row)}: ${wordsOf(row)}`)}</title>` +
			`<rect class="hit" x="-13" y="-20" width="26" height="40"/><circle class="ring" r="14"/>${shape(style)}</g>`;
	});
	// The chosen one is on top of those that stand at the same place.
	if (chosen >= 0)
		hops.push(hops.splice(chosen, 1)[0]);
	const cursor = chosen >= 0 ? `<line class="cursor" x1="${place.x(place.found[side][chosen])}" x2="${place.x(place.found[side][chosen])}" y1="${HEAD - 4}" y2="${height}"/>` : '';
	const bands = lanes.map((_, n) => `<rect class="band" x="1" y="${HEAD + LANE * n + 2}" width="${place.width - 2}" height="${LANE - 4}" rx="5"/>`);
	return `<div class="strip"><h3>${escaped(nameOf(walks[side]))}</h3>` +
		`<div class="names">${lanes.map((lane) => `<div>${escaped(lane.name)}</div>`).join('')}</div>` +
		`<div class="roll"><svg width="${place.width}" height="${height}" aria-hidden="true">` +
		`${bands.join('')}${scaleMarks(walks, pairs, place, height)}<path class="way" d="M${points.join('L')}"/>` +
		`${cursor}${hops.join('')}</svg></div></div>`;
}

function drawChart() {
	const walks = shown(), pairs = pairsShown(), chart = find('chart');
	const scrolled = chart.querySelector('.roll');
	const left = scrolled ? scrolled.scrollLeft : 0;
	const names = matchMedia('(max-width: 560px)').matches ? 84 : 132;
	const place = positions(walks, pairs, Math.max(200, chart.clientWidth - names));
	chart.innerHTML = walks.map((_, side) => strip(side, walks, pairs, place)).join('');
	const rolls = [...chart.querySelectorAll('.roll')];
	rolls.forEach((roll) => { roll.scrollLeft = left; });
	// One axis: what one strip scrolls to, the other does.
	rolls.forEach((roll) => roll.addEventListener('scroll', () => rolls.forEach((other) => {
		if (other.scrollLeft !== roll.scrollLeft)
			other.scrollLeft = roll.scrollLeft;
	})));
	const row = chosenRow();
	chart.setAttribute('aria-label', walks.map(nameOf).join('; '));
	chart.setAttribute('aria-valuemax', pairs.length);
	chart.setAttribute('aria-valuenow', state.hop + 1);
	chart.setAttribute('aria-valuetext', `${row.step} ${functionOf(row)}: ${wordsOf(row)}`);
	intoView(rolls, place, pairs);
}

// Only as far as is needed: the page itself must not jump.
function intoView(rolls, place, pairs) {
	const side = pairs[state.hop].findIndex((at) => at >= 0);
	const x = place.x(place.found[side][pairs[state.hop][side]]), roll = rolls[side];
	if (x < roll.scrollLeft + 30 || x > roll.scrollLeft + roll.clientWidth - 30)
		rolls.forEach((one) => { one.scrollLeft = x - roll.clientWidth / 2; });
}

function drawLegend() {
	const used = new Set(shown().flatMap(({ walk }) => walk.steps.map(styleOf)));
	find('legend').innerHTML = Object.keys(SHAPES).filter((style) => used.has(style)).map((style) =>
		`<span><svg width="22" height="22" viewBox="-11 -11 22 22" class="${style === 'hardware' ? 'hop inferred' : ''}" aria-hidden="true">` +
		`${shape(style)}</svg>${escaped(say(style === 'drop' ? 'dropped' : style))}</span>`).join('');
}

// The first of the chosen pair that is there.
function chosenRow() {
	const walks = shown(), pair = pairsShown()[state.hop];
	const side = pair[0] >= 0 ? 0 : 1;
	return walks[side].walk.steps[pair[side]];
}
