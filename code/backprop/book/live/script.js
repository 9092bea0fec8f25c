// The picture of a live figure; with graphs.js and page.js it is the runtime that every page with a figure carries.
//
// frame(config, numbers) is a pure function from the controls' numbers to a picture and its words. figure.py calls
// it for the first picture, in QuickJS; page.js calls it whenever a control has moved.

// ---------------------------------------------------------------- functions that the printed formulas call

function sigmoid(z) { return 1 / (1 + Math.exp(-z)); }
function softplus(z) { return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))); }
function silu(z) { return Math.max(z, -1000) / (1 + Math.exp(-z)); }
function relu(z) { return Math.max(z, 0); }
function step(z) { return z > 0 ? 1 : z <= 0 ? 0 : NaN; }

// --------------------------------------------------------------------------------------------------- words

function escaped(text) {
  return String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

// 0.25, −3, 10⁻¹⁶, 4.248·10⁻¹⁸; a power of ten below the number "least", and above 10⁹
function number(value, digits, least = 0) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const rounded = Number(value.toPrecision(digits)), size = Math.abs(rounded);
  const written = rounded && size < least || size > 1e9 ? rounded.toExponential() : String(rounded);
  const [mantissa, exponent] = written.split("e");
  const factor = mantissa.replace("-", "−");
  if (!exponent) return factor;
  const raised = [...exponent.replace("+", "")].map((c) => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");
  return factor === "1" ? `10${raised}` : `${factor}·10${raised}`;
}

// Few digits, so that it fits into a box; with brackets around what is negative where they are needed.
function short(value) {
  const whole = Number.isInteger(value) && Math.abs(value) < 1e5;
  return whole ? number(value, 5) : number(value, Math.abs(value) < 0.01 ? 2 : 4, 1e-3);
}
function factor(value) { return value < 0 ? `(${short(value)})` : short(value); }

// What stands under the picture: [label, words, kind] for each result, whose values follow each other in the list.
function inWords(results, values) {
  let at = 0;
  return results.map(({label, size, digits, words, wrong}) => {
    const own = values.slice(at, at += size || 1), said = words[own[0]]?.replace("{}", () => number(own[1], digits));
    if (wrong.length && said !== "?") return wrong.includes(own[0]) ? [label, `✗ ${said}`, "wrong"] : [label, `✓ ${said}`];
    if (words.length) return [label, said];
    const texts = own.map((value) => number(value, digits));
    return [label, size ? `(${texts.join(", ")}${size === 1 ? "," : ""})` : texts[0]];
  });
}

// What a view iterates, from its start on; the results may use where it ends.
function iterates({start, update, count}, numbers) {
  const found = [update ? start(...numbers) : []], [steps] = update ? count(...numbers) : [0];
  for (let t = 0; t < steps; t++) found.push(update(...found[t], ...numbers));
  return found;
}

function frame(config, numbers) {
  const states = iterates(config.formulas, numbers), values = config.formulas.results(...states.at(-1), ...numbers);
  return {values, words: inWords(config.results, values), picture: VIEWS[config.view](config, numbers, states)};
}

// ------------------------------------------------------------------------------------------------- drawing

const WIDTH = 400; // of a picture

function tag(name, attributes, ...content) {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${written.join("")}${content.length ? `>${content.join("")}</${name}>` : "/>"}`;
}

// A place in the picture, or far outside where it cannot be seen.
function px(value) { return Math.round(10 * Math.min(Math.max(value, -1e4), 1e4)) / 10; }

function rectangle(kind, x, y, width, height) {
  return tag("rect", {class: kind, x: px(x), y: px(y), width: px(width), height: px(height)});
}

function segment(kind, x1, y1, x2, y2) {
  return tag("line", {class: kind, x1: px(x1), y1: px(y1), x2: px(x2), y2: px(y2)});
}

function polyline(kind, points) {
  return tag("polyline", {class: kind, points: points.map(([x, y]) => `${px(x)},${px(y)}`).join(" ")});
}

const DOTS = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-4.5-4.5h9v9h-9z", "M0-6.5l6.5 6.5-6.5 6.5-6.5-6.5z",
  "M0-6l6 11h-12z"];

function dot(style, x, y) {
  if (Number.isNaN(x + y)) return "";
  return tag("path", {class: `dot k${style}`, d: DOTS[style], transform: `translate(${px(x)} ${px(y)})`});
}

function svg(height, ...drawn) {
  return tag("svg", {xmlns: "http://www.w3.org/2000/svg", class: "live-picture",
    viewBox: `-2 -2 ${WIDTH + 4} ${px(height + 2)}`}, ...drawn); // the border of a box at the edge is 2 wide
}

// --------------------------------------------------------------------------------- texts that fit in any font

// The width of letters, as a part of their size, in the widest common fonts, DejaVu Sans and Verdana.
const LETTERS = [[/[ ,.·'′ijlι]/, 0.36], [/[-:;|/frtIJ()[\]!ℓ¹²³⁰-⁹₀-₉]/, 0.46], [/[mMW½…]/, 1],
  [/[+−=<>×→≈∞✓✗ωw]/, 0.84], [/[A-ZΓ-Ωαφψ]/, 0.79], [/[^]/, 0.64]];
const SIZES = {sign: 18, note: 18, wrong: 22}, BOLD = ["note", "wrong", "inner", "mistake", "lit"];

// A text is a string, or a list of strings and of parts of another kind, [kind, string].
function parts(content, kind) {
  return [content].flat().map((part) => Array.isArray(part) ? part : [kind, part]);
}

function widthOf(content, kind = "label") {
  return parts(content, kind).reduce((sum, [own, letters]) => {
    const size = (SIZES[own] ?? 14) * (BOLD.includes(own) ? 1.15 : 1);
    const widths = [...String(letters)].map((letter) => LETTERS.find(([like]) => like.test(letter))[1]);
    return widths.reduce((sum, width) => sum + size * width, sum);
  }, 0);
}

// Letters that would leave their room, or the picture, in the widest fonts are squeezed. In Arial, where numbers are
// 0.8 to 0.87 times as wide, they keep their width but for a few percent.
function text(x, y, content, anchor = "start", kind = "label", room = WIDTH) {
  const paper = {start: WIDTH - x, end: x, middle: 2 * Math.min(x, WIDTH - x)}[anchor] - 1;
  const most = Math.min(room, paper), width = widthOf(content, kind), tight = most > 0 && most < width;
  const fitted = tight ? {textLength: px(Math.min(most, 0.82 * width)), lengthAdjust: "spacingAndGlyphs"} : {};
  const written = parts(content, kind).map(([own, letters]) =>
    own === kind ? escaped(letters) : tag("tspan", {class: own}, escaped(letters)));
  return tag("text", {class: kind, x: px(x), y: px(y), "text-anchor": anchor, ...fitted}, ...written);
}

// A text around x, moved where it would leave the picture.
function around(x, y, content, room) {
  const half = Math.min(widthOf(content), room) / 2 + 1;
  return text(Math.min(Math.max(x, half), WIDTH - half), y, content, "middle", "label", room);
}

// ---------------------------------------------------------------------------------------- a view: the plot

const DIGIT = 7.4; // room for a digit of the numbers beside an axis

// From numbers on an axis to places in the picture.
function scale({ticks, log}, from, to) {
  const of = log ? Math.log : (v) => v, low = of(ticks[0]), high = of(ticks.at(-1));
  return (v) => from + (of(v) - low) / (high - low) * (to - from);
}

// Two axes with their grid: where a number lies, and the box that cuts off what leaves it.
function axes(x, y, from = 0, right = WIDTH - 14, bottom = 262, top = 28) {
  const [across, up] = [x, y].map(({ticks}) => ticks.map((tick) => number(tick, 6)));
  const digits = DIGIT * Math.max(...up.map((t) => t.length)), left = from + 12 + digits;
  const placeX = scale(x, left, right), placeY = scale(y, bottom, top);
  const between = Math.min(...x.ticks.slice(1).map((v, i) => placeX(v) - placeX(x.ticks[i])));
  const grid = [
    ...x.ticks.map((v, i) => segment("grid", placeX(v), top, placeX(v), bottom)
      + around(placeX(v), bottom + 18, across[i], between - 4)),
    ...y.ticks.map((v, i) => segment("grid", left, placeY(v), right, placeY(v))
      + text(left - 5, placeY(v) + 5, up[i], "end", "label", digits + 6)),
    text(left, top - 12, y.label, "start", "label", right - left),
    x.label && text((left + right) / 2, bottom + 36, x.label, "middle", "label", right - left),
  ];
  const box = {x: px(left), y: top, width: px(right - left), height: bottom - top};
  const inside = (...drawn) => tag("svg", {...box, viewBox: Object.values(box).join(" ")}, ...drawn);
  return {placeX, placeY, left, top, bottom, grid: grid.join(""), inside};
}

// The sample of what a label names.
function sample({is, style, sign}, x, y) {
  if (is === "region") return rectangle("region", x, y - 11, 24, 12);
  if (is === "area") return rectangle(`area k${style}`, x, y - 11, 24, 12);
  if (is === "point") return dot(style, x + 12, y - 5);
  return sign ? text(x + 12, y, sign, "middle", is) : segment(`line k${style}`, x, y - 5, x + 24, y - 5);
}

// The labels, each behind its sample; a row that is full goes on below. And where the last one ends.
function legend(items, left, top) {
  let x = left, y = top;
  const drawn = items.filter(({label}) => label).map((item) => {
    const width = 44 + widthOf(item.label);
    if (x > left && x + width - 14 > WIDTH) [x, y] = [left, y + 20];
    x += width;
    return sample(item, x - width, y) + text(x - width + 30, y, item.label);
  });
  return [drawn.join(""), drawn.length ? y + 10 : top - 16];
}

// An interval halved n times: what lies after its middle is kept where "later" says so, else what lies before.
function bisect(from, to, n, later) {
  for (; n; n--) {
    const middle = (from + to) / 2;
    [from, to] = later(middle, from, to) ? [middle, to] : [from, middle];
  }
  return [from, to];
}

// Whether a function jumps between two numbers: what is left of the step when they are moved together.
function jumps(of, from, to) {
  const step = (a, b) => Math.abs(of(b) - of(a));
  const ends = bisect(from, to, 40, (middle, a, b) => step(middle, b) > step(a, middle));
  return step(...ends) > step(from, to) / 2;
}

// A graph in pieces: it is interrupted where the function has no value, and where it jumps.
function pieces(style, samples, of, placeX, placeY, height) {
  const parts = [[]], places = samples.map((v) => placeY(of(v)));
  places.forEach((y, i) => {
    const far = Math.abs(y - places[i - 1]) > height / 20;
    if (!Number.isFinite(y) || far && jumps(of, samples[i - 1], samples[i])) parts.push([]);
    if (Number.isFinite(y)) parts.at(-1).push([placeX(samples[i]), y]);
  });
  return parts.filter((piece) => piece.length > 1).map((piece) => polyline(`line k${style}`, piece)).join("");
}

// Whether a line through points turns at this one.
function bends([x, y], i, points) {
  const [[a, b], [c, d]] = [points[i - 1] ?? [x, y + 1], points[i + 1] ?? [x, y + 1]];
  return Math.abs((x - a) * (d - b) - (y - b) * (c - a)) > 1e-6;
}

// Where a condition holds: [from, to] of every run of samples.
function intervals(samples, condition) {
  const held = samples.map(condition), ends = held[0] ? [samples[0]] : [];
  samples.slice(1).forEach((here, i) => {
    if (held[i] === held[i + 1]) return;
    const [before, after] = bisect(samples[i], here, 30, (middle) => condition(middle) === held[i]);
    ends.push(held[i] ? before : after);
  });
  if (held.at(-1)) ends.push(samples.at(-1));
  return Array.from({length: ends.length / 2}, (_, k) => ends.slice(2 * k, 2 * k + 2));
}

// What the items of a plot draw. "value" gives their functions, "spots" the places of a mark, one for each state.
const DRAW = {
  curve: ({at, style}, {samples, value, placeX, placeY, top, bottom}) =>
    pieces(style, samples, value(at), placeX, placeY, bottom - top),
  region: ({at}, {samples, value, placeX, top, bottom}) => intervals(samples, value(at)).map(([from, to]) =>
    rectangle("region", placeX(from), top, placeX(to) - placeX(from), bottom - top)).join(""),
  area: ({at, style}, {samples, value, placeX, placeY}) => {
    const edge = (k) => samples.map((v) => [placeX(v), placeY(value(at + k)(v))]).filter(bends);
    return polyline(`area k${style}`, [...edge(0), ...edge(1).reverse()]);
  },
  point: ({at, style}, {spots}) => dot(style, ...spots(at).at(-1)),
  note: ({at, sign}, {spots}) => text(...spots(at).at(-1), sign, "middle", "note"),
  ellipse: ({at}, {spots, placeX, placeY}) => {
    const [x, y] = spots(at).at(-1), [cx, cy] = [placeX(0), placeY(0)];
    return tag("ellipse", {class: "level", cx: px(cx), cy: px(cy), rx: px(x - cx), ry: px(cy - y)});
  },
  // without the lines between points that are both far outside
  trace: ({at, style}, {spots, top, bottom}) => {
    const far = spots(at).map(([, y]) => Math.abs(2 * y - top - bottom) > 3 * (bottom - top));
    const d = spots(at).map(([x, y], i) => `${i && !(far[i] && far[i - 1]) ? "L" : "M"}${px(x)} ${px(y)}`);
    return tag("path", {class: `line k${style}`, d: d.join("")});
  },
  // and a dot for every step
  steps: (item, plot) => DRAW.trace(item, plot) + tag("path", {class: `stops k${item.style}`,
    d: plot.spots(item.at).map(([x, y]) => `M${px(x)} ${px(y)}h0`).join("")}),
};

// One plot: what is drawn, and where it ends below.
function panel({x, y, items, box = []}, {graphs, marks}, numbers, states) {
  const plane = axes(x, y, ...box), {placeX, placeY, left, bottom, grid, inside} = plane;
  const low = x.ticks[0], high = x.ticks.at(-1), places = states.map((state) => marks(...state, ...numbers));
  const sample = (share) => x.log ? low * (high / low) ** share : low + (high - low) * share;
  const samples = Array.from({length: 201}, (_, i) => sample(i / 200));
  const value = (at) => (v) => graphs(v, ...states.at(-1), ...numbers)[at];
  const spots = (at) => places.map((p) => [placeX(p[at]), placeY(p[at + 1])]);
  const drawn = items.map((item) => DRAW[item.is](item, {...plane, samples, value, spots}));
  const [labels, end] = legend(items, left, bottom + 62);
  return [grid + inside(...drawn) + labels, end];
}

function plot({options, formulas}, numbers, states) {
  const drawn = (options.panels ?? [options]).map((part) => panel(part, formulas, numbers, states));
  return svg(Math.max(...drawn.map(([, end]) => end)), ...drawn.map(([own]) => own));
}

// ------------------------------------------------------------------------- a view: the shapes of equations

const CELL = 10; // of an array: its width and height

// An array with its top at y: its name and shape, in which the size of the axis "inner" is marked, and its cells.
function array(name, {sizes, rows, columns, sample, unknown}, inner, x, y, height) {
  const shape = sizes.flatMap((size, axis) => [axis ? ", " : "", inner === axis ? ["inner", size] : size]);
  const label = unknown ? `${name} ?` : [`${name} (`, ...shape, sizes.length === 1 ? ",)" : ")"];
  const width = Math.max(CELL * columns, widthOf(`${name} (${sizes.join(", ")},)`));
  const left = x + (width - CELL * columns) / 2, top = y + 24 + (height - CELL * rows) / 2;
  const cells = Array.from({length: rows * columns}, (_, i) => {
    const row = Math.floor(i / columns), kind = unknown ? "cell unknown" : sample && row === 0 ? "cell sample" : "cell";
    return rectangle(kind, left + CELL * (i % columns), top + CELL * row, CELL, CELL);
  });
  return [text(x + width / 2, y + 16, label, "middle") + cells.join(""), width];
}

// The arrays of one equation side by side, from y on, and between them its signs. The two sizes that a product
// has to match are marked; an array that cannot be computed is unknown, and so is what follows from it.
function equation(tokens, arrays, y, height) {
  const product = (t) => tokens[t] === "·", inner = (t) => product(t + 1) ? 1 : product(t - 1) ? 0 : null;
  const fits = tokens.every((_, t) => !product(t) || arrays[tokens[t - 1]].columns === arrays[tokens[t + 1]].rows);
  arrays[tokens.at(-1)].unknown = !fits || tokens.slice(0, -1).some((token) => arrays[token]?.unknown);
  let x = 10;
  return tokens.map((token, t) => {
    const sign = product(t) && !fits ? ["✗", "middle", "wrong"] : [token, "middle", "sign"];
    const [drawn, width] = arrays[token] ? array(token, arrays[token], inner(t), x, y, height)
      : [text(x + 15, y + height / 2 + 29, ...sign), 30];
    x += width;
    return drawn;
  }).join("");
}

function shapes({options: {arrays, lines, most}, formulas: {sizes}}, numbers) {
  const all = sizes(...numbers), height = CELL * most;
  const found = Object.fromEntries(arrays.map(({name, axes, at, sample}) => {
    const own = all.slice(at, at + axes), [rows, columns] = axes === 1 ? [1, ...own] : own;
    return [name, {sizes: own, rows, columns, sample}];
  }));
  const drawn = lines.map((line, i) => equation(line.split(" "), found, i * (height + 32), height));
  return svg(lines.length * (height + 32), ...drawn);
}

// ------------------------------------------------------------------------------------- a view: groups of bars

const ROW = 26; // the height of a bar and of the gap below it

// Bars from zero to a number, one below the other, in groups side by side; the numbers stand at the right.
function bars({options: {names, groups}, formulas}, numbers) {
  const all = formulas.bars(...numbers), side = 14 + Math.max(...names.map((name) => widthOf(name)));
  const each = (WIDTH - side) / groups.length, bottom = 26 + ROW * names.length;
  const drawn = groups.map((axis, g) => {
    const from = side + g * each + 10, right = from + each - 18, place = scale(axis, from, right - 62), zero = place(0);
    const grid = axis.ticks.map((v) => segment(v ? "grid" : "border", place(v), 24, place(v), bottom)
      + around(place(v), bottom + 18, number(v, 6), 40));
    const own = names.map((_, i) => {
      const value = all[g * names.length + i], top = 30 + ROW * i;
      const end = place(Math.min(Math.max(value, axis.ticks[0]), axis.ticks.at(-1)));
      return rectangle(`bar k${g}`, Math.min(zero, end), top, Math.abs(end - zero), ROW - 8)
        + text(right, top + 14, short(value), "end", "label", 58);
    });
    return [...grid, ...own, text(from, 14, axis.label, "start", "label", each - 12)].join("");
  });
  return svg(bottom + 24, ...drawn, ...names.map((name, i) => text(side - 6, 44 + ROW * i, name, "end")));
}

// ------------------------------------------------------------------ a view: a training in the square of two inputs

// The part of a cell where a function is positive: its corners, and the points where the border cuts its sides.
function marchingSquare(corners, value) {
  const cuts = [], ring = corners.flatMap((c, k) => {
    const next = corners[(k + 1) % 4], [a, b] = [value(c), value(next)], inside = a > 0 ? [c] : [];
    if (a > 0 === b > 0) return inside;
    cuts.push(c.map((v, axis) => v + a / (a - b) * (next[axis] - v)));
    return [...inside, cuts.at(-1)];
  });
  return [ring, cuts];
}

// Where a function is positive, on a grid over the square: the cells of a row that lie wholly inside as one
// rectangle, the others cut off along the border. Two outlines: of the region, and of its border alone.
function positive(of, x, y, placeX, placeY) {
  const cells = 24, on = ({ticks}, i) => ticks[0] + (ticks.at(-1) - ticks[0]) * i / cells;
  const grid = (make) => Array.from({length: cells + 1}, (_, i) => make(i));
  const held = grid((j) => grid((i) => of(on(x, i), on(y, j))));
  const value = ([i, j]) => held[j][i], place = ([i, j]) => `${px(placeX(on(x, i)))} ${px(placeY(on(y, j)))}`;
  const outline = (points, end) => points.length ? `M${points.map(place).join("L")}${end}` : "";
  const block = (i, k, j) => [[i, j], [k, j], [k, j + 1], [i, j + 1]];
  let region = "", border = "";
  for (let j = 0; j < cells; j++) {
    let run = 0;
    for (let i = 0; i <= cells; i++) {
      const corners = i < cells ? block(i, i + 1, j) : [];
      if (i < cells && corners.every((c) => value(c) > 0)) { run++; continue; }
      if (run) region += outline(block(i - run, i, j), "Z");
      run = 0;
      const [ring, cuts] = marchingSquare(corners, value);
      region += outline(ring, "Z");
      border += outline(cuts.slice(0, 2), "") + outline(cuts.slice(2), "");
    }
  }
  return [region, border];
}

function training({options: {axes: [x, y, steps, loss], samples}, formulas: {logit, cost}}, numbers, states) {
  const of = (u, v) => logit(u, v, ...states.at(-1), ...numbers)[0], every = Math.ceil(states.length / 100);
  const square = axes(x, y, 0, 216, 212), curve = axes(steps, loss, 226, WIDTH - 14, 212);
  const [region, border] = positive(of, x, y, square.placeX, square.placeY);
  const dots = samples.map(([u, v, target]) => {
    const [left, top] = [square.placeX(u), square.placeY(v)], right = of(u, v) > 0 === target > 0;
    return dot(target, left, top) + (right ? "" : text(left + 8, top - 5, "✗", "start", "mistake"));
  });
  const costs = states.map((theta, t) => [t, theta]).filter(([t]) => t % every === 0 || t === states.length - 1)
    .map(([t, theta]) => [curve.placeX(t), curve.placeY(cost(...theta, ...numbers)[0])]);
  const items = [["point", "target 0", 0], ["point", "target 1", 1], ["region", "p > ½"], ["mistake", "wrong", 0, "✗"]];
  const [labels, end] = legend(items.map(([is, label, style, sign]) => ({is, label, style, sign})), 10, 278);
  const half = square.inside(tag("path", {class: "half", d: region}), tag("path", {class: "border", d: border}));
  const line = curve.inside(polyline("line k0", costs));
  return svg(end, square.grid, half, ...dots, curve.grid, line, dot(0, ...costs.at(-1)), labels);
}

const VIEWS = {plot, shapes, graph, diagram, modes, bars, training};
