// SPDX-License-Identifier: GPL-2.0-only
// What is beside the walk: the map of losses, many packets, a lab's tables, the glossary.
'use strict';

function drawLost() {
	const { counts, others } = losses();
	const all = Object.values(counts).reduce((sum, one) => sum + one, 0) + others.reduce((sum, one) => sum + one.count, 0);
	const columns = ['receive', 'transmit'].map((path) => {
		let at = '';
		const items = DATA.places.filter((place) => place.path === path).map((place) => {
			const head = place.at === at ? '' : `<li class="at">${escaped(say(`at-${place.at}`))}</li>`;
			at = place.at;
			const count = counts[place.id] || 0;
			return `${head}<li><details data-place="${place.id}" class="${count ? 'lossy' : ''}"><summary><span>${escaped(told(place, 'name', 'zh'))}</span>` +
				`<span class="count ${count ? '' : 'dim'}">${count ? `✕ ${count}` : '0'}</span></summary><dl>${field('told', told(place, 'tells', 'zh_tells'))}` +
				`${field('look', place.look, true)}${field('do', told(place, 'do', 'zh_do'))}` +
				`${field('reason', place.reasons.slice(0, 8).join(' ') + (place.reasons.length > 8 ? ' …' : ''), true)}</dl></details></li>`;
		});
		return `<div><h2>${escaped(say(path))}</h2><ol>${items.join('')}</ol></div>`;
	});
	const rest = others.map((drop) => `<tr><td class="number">${drop.count}</td><td><code>${escaped(drop.reason)}</code></td><td><code>${escaped(drop.where)}</code></td></tr>`);
	find('lost').innerHTML = `<p>${escaped(say('lost-intro'))}</p><p id="sum" class="${all ? 'loss' : ''}">${escaped(all ? say('lost-some', { n: all }) : say('lost-none'))}</p>` +
		`<div class="map">${columns.join('')}</div>` +
		(rest.length ? `<h2>${escaped(say('lost-elsewhere'))}</h2><div class="wide"><table><tbody>${rest.join('')}</tbody></table></div>` : '');
}

function bars(histogram) {
	const most = Math.max(...histogram.map(([, count]) => count)), width = 9;
	const boxes = histogram.map(([end, count], at) => {
		const height = count ? Math.max(2, 26 * count / most) : 0;
		return `<rect x="${at * width}" y="${28 - height}" width="${width - 2}" height="${height}"><title>&lt; ${end} µs: ${count}</title></rect>`;
	});
	const words = histogram.filter(([, count]) => count).map(([end, count]) => `< ${end} µs: ${count}`).join(', ');
	return `<svg class="bars" role="img" aria-label="${escaped(words)}" width="${histogram.length * width}" height="28">${boxes.join('')}</svg>`;
}

function drawMany() {
	const result = DATA.results.find((one) => one.many);
	if (!result)
		return;
	const cells = (one) => `<td class="number">${one.count}</td>${['least', 'median', 'p99', 'most'].map((name) => `<td class="number">${us(one[name])}</td>`).join('')}<td>${bars(one.histogram)}</td>`;
	const tables = Object.entries(result.many.total).map(([path, total]) => {
		const rows = result.many.hops.filter((one) => one.path === path).map((one) =>
			`<tr><td>${one.step === 'drop' ? '✕' : one.step}</td><td><code>${escaped(one.function)}</code></td>${cells(one)}</tr>`);
		const head = ['count', 'least', 'median', 'p99', 'most'].map((name) => `<th class="number">${escaped(say(name))}</th>`).join('');
		return `<h2>${escaped(say(path))}</h2><div class="wide"><table><thead><tr><th>${escaped(say('step'))}</th><th>${escaped(say('function'))}</th>${head}<th>${escaped(say('histogram'))}</th></tr></thead>` +
			`<tbody>${rows.join('')}<tr class="alone"><td></td><td>${escaped(say('whole'))}</td>${cells(total)}</tr></tbody></table></div>`;
	});
	const words = Object.entries(result.many.outcomes).map(([word, count]) => `${say(word)} ${count}`).join(', ');
	const drops = (result.drops || []).map((drop) => `<tr><td class="number">${drop.count}</td><td><code>${escaped(drop.reason)}</code></td><td><code>${escaped(drop.where)}</code></td></tr>`);
	find('many').innerHTML = `<p>${escaped(say('many-intro', { n: result.many.packets }))} ${escaped(words)}. ${escaped(say('slowest'))}</p>${tables.join('')}` +
		`<h2>${escaped(say('drops'))}</h2>${drops.length ? `<table><tbody>${drops.join('')}</tbody></table>` : `<p>${escaped(say('none'))}</p>`}`;
}

function drawLab() {
	const lab = DATA.lab;
	const pair = DATA.pair;
	let out = '';
	if (pair) {
		const [head, ...rows] = pair.rows;
		out += `<p>${escaped(told(pair, 'lesson', 'zh'))}</p><div class="wide"><table><thead><tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr></thead>` +
			`<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('')}</tbody></table></div>`;
	}
	if (lab && lab.plot)
		for (const [name, values] of lab.plot.series) {
			const most = Math.max(...values) || 1;
			out += `<h2>${escaped(name)}</h2><table>${values.map((value, at) => `<tr><td>${escaped(lab.plot.labels[at])}</td>` +
				`<td class="number">${value.toFixed(2)}</td><td style="width:60%"><div class="fill" style="width:${100 * value / most}%"></div></td></tr>`).join('')}</table>`;
		}
	for (const table of (lab || { tables: [] }).tables)
		out += `<h2>${escaped(table.title)}</h2><div class="wide"><table><thead><tr>${table.head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr></thead>` +
			`<tbody>${table.rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('')}</tbody></table></div><p class="dim">${escaped(table.note || '')}</p>`;
	find('lab').innerHTML = out;
}

function drawGlossary() {
	find('glossary').innerHTML = `<dl>${DATA.glossary.map((one) =>
		`<dt id="term-${escaped(one.term)}">${escaped(one.term)}${one.name && state.lang === 'zh' ? ` <span class="dim">${escaped(one.name)}</span>` : ''}</dt><dd>${escaped(told(one, 'en', 'zh'))}</dd>`).join('')}</dl>`;
}
