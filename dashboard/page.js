// The live page: asks the app once a second for its status and the latest rows of each output, and draws them. Everything that comes from
// events is put into the document as text, never as markup.
'use strict';

const PERIOD = 1000;
const HISTORY = 60;
const key = new URLSearchParams(location.search).get('code');
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const $ = (id) => document.getElementById(id);

/** Samples of each input's event count, for rates. */
const samples = new Map();
const cards = new Map();

async function ask(path) {
  const response = await fetch(path, { headers: key ? { 'x-functions-key': key } : {}, signal: AbortSignal.timeout(10_000) });
  if (response.status === 401) throw new Error('This app asks for a key: open this page with ?code=KEY, where KEY is a function key of the app.');
  if (!response.ok) throw new Error(`The app answered ${path} with ${response.status} ${response.statusText}.`);
  return response.json();
}

async function poll() {
  try {
    const status = await ask('api/status');
    const outputs = Object.keys(status.outputs);
    const results = await Promise.all(outputs.map((name) => ask(`api/results/${encodeURIComponent(name)}?limit=200`)));
    show(status, new Map(results.map(({ output, rows }) => [output, rows])));
    say('on', 'live');
    $('problem').hidden = true;
  } catch (error) {
    say('off', 'no answer');
    $('problem').textContent = error.name === 'TypeError' || error.name === 'TimeoutError' ? 'The app does not answer. This page goes on asking.' : error.message;
    $('problem').hidden = false;
  }
  setTimeout(poll, PERIOD);
}

function say(state, text) {
  $('live').className = `live ${state}`;
  if ($('live').textContent !== text) $('live').textContent = text;
}

function show(status, rows) {
  $('job').textContent = status.job;
  document.title = `${status.job} · Weir`;
  $('query').hidden = false;
  $('query').querySelector('code').textContent = status.query.trim();
  for (const [name, input] of Object.entries(status.inputs)) sample(name, input.events);
  showTotals(status);
  showCards('inputs', status.inputs, 'input-card', showInput, 'The job has no streaming inputs.');
  showCards('outputs', status.outputs, 'output-card', (card, name, output) => showOutput(card, output, rows.get(name) ?? []), 'The job has no outputs.');
}

function showCards(place, entries, template, update, none) {
  if (Object.keys(entries).length === 0) $(place).replaceChildren(element('p', { class: 'empty' }, none));
  for (const [name, entry] of Object.entries(entries)) {
    let card = cards.get(`${place}/${name}`);
    if (!card) {
      if (![...cards.keys()].some((known) => known.startsWith(`${place}/`))) $(place).replaceChildren();
      card = $(template).content.firstElementChild.cloneNode(true);
      card.querySelector('h3').textContent = name;
      cards.set(`${place}/${name}`, card);
      $(place).append(card);
    }
    update(card, name, entry);
  }
}

// ------------------------------------------------------------------------------------------------ inputs and totals

function sample(name, events) {
  const list = samples.get(name) ?? [];
  const last = list.at(-1);
  const at = performance.now();
  // A smaller count is that of another job or a new task hub.
  const rate = last && events >= last.events ? ((events - last.events) * 1000) / (at - last.at) : 0;
  samples.set(name, [...list, { at, events, rate }].slice(-HISTORY));
}

/** Over the last few seconds: batches come in bursts. */
function rateOf(name) {
  const list = (samples.get(name) ?? []).slice(-6);
  const [first, last] = [list[0], list.at(-1)];
  return last && last.at > first.at && last.events >= first.events ? ((last.events - first.events) * 1000) / (last.at - first.at) : 0;
}

const lagOf = (watermark) => (watermark === null ? null : (Date.now() - Date.parse(watermark)) / 1000);

function lagText(seconds) {
  if (seconds === null) return '–';
  if (seconds < 0) return 'ahead';
  if (seconds < 60) return `${number.format(Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const setAside = (input) => sum(Object.values(input.deadLettered));

function showTotals(status) {
  const inputs = Object.values(status.inputs);
  const outputs = Object.values(status.outputs);
  const lags = inputs.map((input) => lagOf(input.watermark)).filter((lag) => lag !== null);
  const aside = sum(inputs.map(setAside));
  const errors = sum(outputs.map((output) => output.errors));
  const facts = [
    ['events a second', number.format(Math.round(sum(Object.keys(status.inputs).map(rateOf)) * 10) / 10)],
    ['events in', compact.format(sum(inputs.map((input) => input.events)))],
    ['rows out', compact.format(sum(outputs.map((output) => output.rows)))],
    ['backlog', compact.format(sum(inputs.map((input) => input.backlog)))],
    ['behind now', lagText(lags.length > 0 ? Math.max(...lags) : null)],
    ['set aside', compact.format(aside), aside > 0 ? 'warn' : ''],
    ...(errors > 0 ? [['failed writes', compact.format(errors), 'bad']] : []),
  ];
  $('totals').replaceChildren(...facts.map(([label, value, tone = '']) => element('div', { class: `total ${tone}` }, element('b', {}, value), element('span', {}, label))));
}

function showInput(card, name, input) {
  card.querySelector('.rate').textContent = `${number.format(Math.round(rateOf(name) * 10) / 10)} /s`;
  drawSpark(card.querySelector('.spark'), (samples.get(name) ?? []).map(({ rate }) => rate));
  const facts = [
    ['events', input.events], ['applied', input.applied], ['filtered', input.filtered],
    ['late', input.late], ['out of order', input.outOfOrder], ['backlog', input.backlog],
    ...(input.pending > 0 ? [['waiting', input.pending]] : []), ...(input.gap > 0 ? [['lost', input.gap, 'warn']] : []),
  ];
  const shown = facts.map(([label, value, tone = '']) => element('div', {}, element('dt', {}, label), element('dd', { class: tone }, number.format(value))));
  const lag = lagOf(input.watermark);
  shown.push(element('div', {}, element('dt', {}, 'watermark'), element('dd', { title: input.watermark ?? 'no event yet' }, lag === null ? 'none yet' : `${input.watermark.slice(11, 19)}`)));
  shown.push(element('div', {}, element('dt', {}, 'behind now'), element('dd', {}, lagText(lag))));
  shown.push(element('div', {}, element('dt', {}, 'partitions'), element('dd', {}, number.format(Object.keys(input.partitions).length))));
  card.querySelector('.facts').replaceChildren(...shown);
  const reasons = Object.entries(input.deadLettered).filter(([, count]) => count > 0);
  const failure = input.error ? [element('b', { class: 'warn' }, `The service does not answer: ${input.error}`), ' '] : [];
  card.querySelector('.asides').replaceChildren(...failure, ...(reasons.length > 0 ? ['Set aside: ', ...reasons.map(([reason, count]) => element('b', {}, `${reason} ${number.format(count)}`))] : []));
}

function drawSpark(svg, rates) {
  const [width, height] = [HISTORY - 1, 40];
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  const top = Math.max(1, ...rates);
  const points = rates.map((rate, i) => `${width - (rates.length - 1 - i)},${(height - 2 - (rate / top) * (height - 6)).toFixed(1)}`);
  if (points.length < 2) return svg.replaceChildren();
  const left = width - (rates.length - 1);
  svg.replaceChildren(shape('path', { class: 'area', d: `M${left},${height} L${points.join(' L')} L${width},${height} Z` }), shape('path', { class: 'edge', d: `M${points.join(' L')}` }));
}

// ---------------------------------------------------------------------------------------------------------- outputs

const isTime = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value);
const clock = (ms) => new Date(ms).toISOString().slice(11, 19);

function showOutput(card, output, rows) {
  card.querySelector('.facts-inline').textContent = output.lastWindowEnd === null ? '' : `${number.format(output.rows)} rows · last ${output.lastWindowEnd.slice(11, 19)} UTC`;
  const problem = card.querySelector('.card-error');
  problem.hidden = output.lastError === undefined;
  problem.textContent = output.lastError === undefined ? '' : `${number.format(output.errors)} failed writes, tried again each time; the last: ${output.lastError}`;
  card.querySelector('.empty').hidden = rows.length > 0;
  card.querySelector('.shown').hidden = rows.length === 0;
  card.querySelector('.measure').hidden = rows.length === 0;
  if (rows.length === 0) return;
  const columns = [...new Set(rows.slice(0, 50).flatMap(({ row }) => Object.keys(row)))];
  const numeric = columns.filter((name) => rows.some(({ row }) => typeof row[name] === 'number') && rows.every(({ row }) => row[name] === null || row[name] === undefined || typeof row[name] === 'number'));
  const measure = chooseMeasure(card, numeric);
  drawChart(card, viewOf(rows, measure, seriesColumn(rows, columns)));
  drawTable(card, rows.slice(0, 40), columns, numeric);
}

/** Keeps what the reader chose. */
function chooseMeasure(card, numeric) {
  const select = card.querySelector('select');
  const choices = [...numeric, 'rows'];
  if ([...select.options].map(({ value }) => value).join('\n') !== choices.join('\n')) {
    const chosen = select.value;
    select.replaceChildren(...choices.map((name) => element('option', { value: name }, name)));
    if (choices.includes(chosen)) select.value = chosen;
  }
  return numeric.includes(select.value) ? select.value : undefined;
}

/** The text column that tells rows of one time apart with the fewest values: a group, not an id. */
function seriesColumn(rows, columns) {
  const counted = columns
    .filter((name) => rows.every(({ row }) => row[name] === null || (typeof row[name] === 'string' && !isTime(row[name]))))
    .map((name) => [name, new Set(rows.map(({ row }) => row[name])).size])
    .filter(([, size]) => size > 1 && size <= rows.length * 0.6);
  return counted.sort((a, b) => a[1] - b[1])[0]?.[0];
}

/** Points by time. Whole numbers of windows are stacked bars, for they add up; anything else is dots. */
function viewOf(rows, measure, series) {
  const points = rows.map(({ time, row }) => ({ t: Date.parse(time), value: measure === undefined ? 1 : row[measure], name: series === undefined ? '' : String(row[series]) })).filter(({ value }) => typeof value === 'number');
  const times = [...new Set(points.map(({ t }) => t))].sort((a, b) => a - b);
  const isWindowed = times.every((t) => t % 1000 === 0) && times.length < points.length;
  const bars = measure === undefined ? isWindowed : isWindowed && points.every(({ value }) => Number.isInteger(value) && value >= 0);
  return { points, times: bars ? times.slice(-40) : times, bars, measure: measure ?? 'rows' };
}

/** A group keeps its colour while it is among the largest. */
function colours(card, points) {
  const totals = new Map();
  for (const { name, value } of points) totals.set(name, (totals.get(name) ?? 0) + Math.abs(value) + 1e-9);
  const top = [...totals].sort((a, b) => b[1] - a[1]).slice(0, 5).map(([name]) => name);
  card.slots ??= new Map();
  for (const name of [...card.slots.keys()]) if (!top.includes(name)) card.slots.delete(name);
  for (const name of top) {
    const free = [0, 1, 2, 3, 4].find((slot) => ![...card.slots.values()].includes(slot));
    if (!card.slots.has(name)) card.slots.set(name, free);
  }
  return { of: (name) => (card.slots.has(name) ? `s${card.slots.get(name)}` : 'rest'), hasRest: totals.size > top.length };
}

function drawChart(card, view) {
  const svg = card.querySelector('.chart svg');
  const [width, height] = [Math.max(240, svg.clientWidth), 180];
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('aria-label', `${view.measure} over time, ${view.points.length} rows`);
  const colour = colours(card, view.points);
  const stacks = view.times.map((t) => ({ t, parts: view.points.filter((point) => point.t === t) }));
  const highest = view.bars ? Math.max(1, ...stacks.map(({ parts }) => sum(parts.map(({ value }) => value)))) : Math.max(...view.points.map(({ value }) => value), 0);
  const lowest = view.bars ? 0 : Math.min(...view.points.map(({ value }) => value), 0);
  const scale = scaleOf(lowest, highest);
  const area = { left: 44, right: width - 10, top: 10, bottom: height - 22 };
  const y = (value) => area.bottom - ((value - scale.low) / (scale.high - scale.low)) * (area.bottom - area.top);
  const x = xOf(view, area);
  const marks = [...axes(view, area, scale, x, y), ...(view.bars ? barMarks(stacks, area, colour, x, y) : dotMarks(view, colour, x, y))];
  svg.replaceChildren(...marks);
  drawLegend(card, colour, view);
  card.chart = { stacks: view.bars ? stacks : nearStacks(view, x), x, view };
  if (!card.hovers) watchPointer(card, svg);
  showTip(card);
}

function xOf(view, area) {
  const [first, last] = [view.times[0], view.times.at(-1)];
  if (view.bars) {
    const step = (area.right - area.left) / view.times.length;
    const at = new Map(view.times.map((t, i) => [t, area.left + (i + 0.5) * step]));
    return (t) => at.get(t) ?? area.left;
  }
  return (t) => (last === first ? (area.left + area.right) / 2 : area.left + 5 + ((t - first) / (last - first)) * (area.right - area.left - 10));
}

/** Round steps: 1, 2 or 5 times a power of ten. */
function scaleOf(low, high) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
  return { low: Math.floor(low / step) * step, high: Math.ceil((low + span) / step) * step, step };
}

function axes(view, area, scale, x, y) {
  const marks = [];
  for (let value = scale.low; value <= scale.high + scale.step / 2; value += scale.step) {
    marks.push(shape('line', { class: 'grid', x1: area.left, x2: area.right, y1: y(value), y2: y(value) }));
    marks.push(shape('text', { x: area.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, compact.format(Math.round(value / scale.step) * scale.step)));
  }
  const count = Math.min(view.times.length, Math.max(2, Math.floor((area.right - area.left) / 110)));
  const shown = count < 2 ? view.times : Array.from({ length: count }, (_, i) => view.times[Math.round((i * (view.times.length - 1)) / (count - 1))]);
  shown.forEach((t, i) => {
    const anchor = shown.length > 1 && i === 0 ? 'start' : shown.length > 1 && i === shown.length - 1 ? 'end' : 'middle';
    marks.push(shape('text', { x: Math.min(area.right, Math.max(area.left, x(t))), y: area.bottom + 16, 'text-anchor': anchor }, clock(t)));
  });
  return marks;
}

/** Named groups below, everything else as one grey part on top. */
function barMarks(stacks, area, colour, x, y) {
  const width = Math.max(2, Math.min(34, ((area.right - area.left) / stacks.length) * 0.72));
  return stacks.flatMap(({ t, parts }) => {
    const byClass = new Map();
    for (const { name, value } of parts) byClass.set(colour.of(name), (byClass.get(colour.of(name)) ?? 0) + value);
    let base = 0;
    return [...byClass].sort(([a], [b]) => (a === 'rest' ? 1 : b === 'rest' ? -1 : a < b ? -1 : 1)).filter(([, value]) => value > 0).map(([tone, value]) => {
      const [top, bottom] = [y(base + value), y(base)];
      base += value;
      return shape('rect', { class: tone, x: x(t) - width / 2, y: top, width, height: Math.max(0.5, bottom - top - (base > value ? 1 : 0)), rx: 1.5 });
    });
  });
}

function dotMarks({ points }, colour, x, y) {
  return points.map(({ t, name, value }) => shape('circle', { class: colour.of(name), cx: x(t), cy: y(value), r: 3.5, 'fill-opacity': 0.75 }));
}

/** Dots that lie so close that a pointer cannot tell them apart are shown together. */
function nearStacks(view, x) {
  const stacks = [];
  for (const point of [...view.points].sort((a, b) => a.t - b.t)) {
    const last = stacks.at(-1);
    if (last && x(point.t) - x(last.t) < 4) last.parts.push(point);
    else stacks.push({ t: point.t, parts: [point] });
  }
  return stacks;
}

function drawLegend(card, colour, view) {
  const named = [...card.slots].filter(([name]) => name !== '').sort((a, b) => a[1] - b[1]);
  const items = named.map(([name, slot]) => element('li', {}, element('i', { class: `s${slot}` }), name));
  if (colour.hasRest && named.length > 0) items.push(element('li', {}, element('i', { class: 'rest' }), 'others'));
  card.querySelector('.legend').replaceChildren(...items);
  card.querySelector('.legend').hidden = named.length < 2 || view.points.length === 0;
}

function watchPointer(card, svg) {
  card.hovers = true;
  svg.addEventListener('pointermove', (event) => {
    card.pointer = event.offsetX;
    showTip(card);
  });
  svg.addEventListener('pointerleave', () => {
    card.pointer = undefined;
    showTip(card);
  });
}

function showTip(card) {
  const tip = card.querySelector('.tip');
  const { stacks, x, view } = card.chart;
  const svg = card.querySelector('.chart svg');
  svg.querySelector('.cursor')?.remove();
  tip.hidden = card.pointer === undefined || stacks.length === 0;
  if (tip.hidden) return;
  const near = stacks.reduce((best, stack) => (Math.abs(x(stack.t) - card.pointer) < Math.abs(x(best.t) - card.pointer) ? stack : best));
  svg.append(shape('line', { class: 'cursor', x1: x(near.t), x2: x(near.t), y1: 10, y2: 158 }));
  const parts = [...near.parts].sort((a, b) => b.value - a.value);
  const lines = parts.slice(0, 6).map(({ name, value }) => element('div', {}, element('span', { class: 'name' }, name || view.measure), element('b', {}, number.format(value))));
  if (parts.length > 6) lines.push(element('div', {}, element('span', {}, `${parts.length - 6} more`)));
  tip.replaceChildren(element('div', {}, element('span', {}, `${clock(near.t)} UTC`)), ...lines);
  const left = x(near.t) + 12;
  tip.style.left = left + tip.offsetWidth > svg.clientWidth ? `${Math.max(0, x(near.t) - tip.offsetWidth - 12)}px` : `${left}px`;
}

function drawTable(card, rows, columns, numeric) {
  const head = element('tr', {}, ...columns.map((name) => element('th', { class: numeric.includes(name) ? 'number' : '', scope: 'col' }, name)));
  card.querySelector('thead').replaceChildren(head);
  card.querySelector('tbody').replaceChildren(...rows.map(({ row }) => element('tr', {}, ...columns.map((name) => {
    const text = cellText(row[name]);
    return element('td', { class: numeric.includes(name) ? 'number' : '', title: text }, text);
  }))));
}

function cellText(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return number.format(value);
  if (isTime(value)) return value.replace('T', ' ').replace(/\.?0*Z$/, '');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

// ------------------------------------------------------------------------------------------------------- the document

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) if (value !== '') made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

function shape(name, attributes, text) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, typeof value === 'number' ? Number(value.toFixed(2)) : value);
  if (text !== undefined) made.textContent = text;
  return made;
}

poll();
