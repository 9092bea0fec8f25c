// The runtime of the live figures, carried by every page and notebook that has one.
//
// frame(config, numbers) is a pure function from the controls' numbers to a picture and its words. Python calls
// it for the first picture, in QuickJS; figure(...) calls it in the page whenever a control has moved.

// ---------------------------------------------------------------- functions that the printed formulas call

function sigmoid(z) { return 1 / (1 + Math.exp(-z)); }
function softplus(z) { return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))); }
// for z <= -80 sigmoid(z) = sigmoid(-80) exp(z + 80) to the last digit;
// the small factor comes last, and silu(-1000) is 0
function silu(z) {
  z = Math.max(z, -1000);
  return z / (1 + Math.exp(-Math.max(z, -80))) * Math.exp(Math.min(z + 80, 0));
}
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
  const rounded = Number(value.toPrecision(digits)), small = rounded && Math.abs(rounded) < least;
  const [mantissa, exponent] = (small || Math.abs(rounded) > 1e9 ? rounded.toExponential() : String(rounded)).split("e");
  const factor = mantissa.replace("-", "−");
  if (!exponent) return factor;
  const raised = [...exponent.replace("+", "")].map((c) => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");
  return factor === "1" ? `10${raised}` : `${factor}·10${raised}`;
}

// What stands under the picture: [label, words, kind] for each result, whose values follow each other in the list.
function inWords(results, values) {
  let at = 0;
  return results.map(({label, size, digits, words, wrong}) => {
    const own = values.slice(at, at += size || 1), said = words[own[0]]?.replace("{}", () => number(own[1], digits));
    if (wrong.length) return wrong.includes(own[0]) ? [label, `✗ ${said}`, "wrong"] : [label, `✓ ${said}`];
    if (words.length) return [label, said];
    const texts = own.map((value) => number(value, digits));
    return [label, size ? `(${texts.join(", ")}${size === 1 ? "," : ""})` : texts[0]];
  });
}

// What a view iterates, from its start on; the results may use where it ends.
function path({start, update, count}, numbers) {
  const found = [update ? start(...numbers) : []], [steps] = update ? count(...numbers) : [0];
  for (let t = 0; t < steps; t++) found.push(update(...found[t], ...numbers));
  return found;
}

function frame(config, numbers) {
  const states = path(config.formulas, numbers), values = config.formulas.results(...states.at(-1), ...numbers);
  return {values, words: inWords(config.results, values), picture: VIEWS[config.view](config, numbers, states)};
}

// ------------------------------------------------------------------------------------------------- drawing

const WIDTH = 400, LETTER = 7.4; // of a picture, and about one letter of its text

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

const DOTS = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-4.5-4.5h9v9h-9z", "M0-6.5l6.5 6.5-6.5 6.5-6.5-6.5z", "M0-6l6 11h-12z"];

function dot(style, x, y) {
  if (Number.isNaN(x + y)) return "";
  return tag("path", {class: `dot k${style}`, d: DOTS[style], transform: `translate(${px(x)} ${px(y)})`});
}

function text(x, y, content, anchor = "start", kind = "label") {
  return tag("text", {class: kind, x: px(x), y: px(y), "text-anchor": anchor}, escaped(content));
}

function svg(height, ...drawn) {
  return tag("svg", {xmlns: "http://www.w3.org/2000/svg", class: "live-picture",
    viewBox: `0 0 ${WIDTH} ${px(height)}`}, ...drawn);
}

// ---------------------------------------------------------------------------------------- a view: the plot

// From numbers on an axis to places in the picture.
function scale({ticks, log}, from, to) {
  const of = log ? Math.log : (v) => v, low = of(ticks[0]), high = of(ticks.at(-1));
  return (v) => from + (of(v) - low) / (high - low) * (to - from);
}

// Two axes with their grid: where a number lies, and the box that cuts off what leaves it.
function axes(x, y, from = 0, right = WIDTH - 14, bottom = 262, top = 28) {
  const [across, up] = [x, y].map(({ticks}) => ticks.map((tick) => number(tick, 6)));
  const left = from + 12 + LETTER * Math.max(...up.map((t) => t.length));
  const placeX = scale(x, left, right), placeY = scale(y, bottom, top);
  const grid = [
    ...x.ticks.map((v, i) => segment("grid", placeX(v), top, placeX(v), bottom)
      + text(placeX(v), bottom + 18, across[i], "middle")),
    ...y.ticks.map((v, i) => segment("grid", left, placeY(v), right, placeY(v))
      + text(left - 6, placeY(v) + 5, up[i], "end")),
    text(left, top - 12, y.label),
    x.label && text((left + right) / 2, bottom + 36, x.label, "middle"),
  ];
  const box = {x: px(left), y: top, width: px(right - left), height: bottom - top};
  const inside = (...drawn) => tag("svg", {...box, viewBox: Object.values(box).join(" ")}, ...drawn);
  return {placeX, placeY, left, top, bottom, grid: grid.join(""), inside};
}

// The labels, each behind a sample of what it names; a row that is full goes on below.
function legend(items, left, top) {
  let x = left, y = top;
  const drawn = items.filter(({label}) => label).map(({is, label, style, sign}) => {
    const width = 44 + LETTER * label.length;
    if (x > left && x + width - 14 > WIDTH) [x, y] = [left, y + 20];
    const sample = is === "region" ? rectangle("region", x, y - 11, 24, 12)
      : is === "point" ? dot(style, x + 12, y - 5)
      : sign ? text(x + 12, y, sign, "middle", is)
      : segment(`line k${style}`, x, y - 5, x + 24, y - 5);
    x += width;
    return sample + text(x - width + 30, y, label);
  });
  return [drawn.join(""), drawn.length ? y + 10 : top - 16];
}

// Whether a function jumps between two numbers: what is left of the step when they are moved together.
function jumps(of, from, to) {
  const step = Math.abs(of(to) - of(from));
  for (let n = 0; n < 40; n++) {
    const middle = (from + to) / 2;
    if (Math.abs(of(to) - of(middle)) > Math.abs(of(middle) - of(from))) from = middle;
    else to = middle;
  }
  return Math.abs(of(to) - of(from)) > step / 2;
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

// Where a condition holds: [from, to] of every run of samples, each end found by halving.
function intervals(samples, condition) {
  const found = [], held = samples.map(condition);
  samples.forEach((here, i) => {
    if (i && held[i] !== held[i - 1]) {
      let [from, to] = [samples[i - 1], here];
      for (let n = 0; n < 30; n++) {
        const middle = (from + to) / 2;
        if (condition(middle) === held[i]) to = middle;
        else from = middle;
      }
      if (held[i]) found.push([to, here]);
      else found.at(-1)[1] = from;
    } else if (held[i]) {
      if (i) found.at(-1)[1] = here;
      else found.push([here, here]);
    }
  });
  return found;
}

// One plot: what is drawn, and where it ends below.
function panel({x, y, items, box = []}, {graphs, marks}, numbers, states) {
  const {placeX, placeY, left, top, bottom, grid, inside} = axes(x, y, ...box), [low, high] = [x.ticks[0], x.ticks.at(-1)];
  const samples = Array.from({length: 201}, (_, i) => x.log ? low * (high / low) ** (i / 200) : low + (high - low) * i / 200);
  const value = (at) => (v) => graphs(v, ...numbers)[at], places = states.map((state) => marks(...state, ...numbers));
  const spots = (at) => places.map((p) => [placeX(p[at]), placeY(p[at + 1])]);
  const draw = {
    curve: ({at, style}) => pieces(style, samples, value(at), placeX, placeY, bottom - top),
    region: ({at}) => intervals(samples, value(at)).map(([from, to]) =>
      rectangle("region", placeX(from), top, placeX(to) - placeX(from), bottom - top)).join(""),
    area: ({at, style}) => polyline(`area k${style}`, [[left, bottom], ...samples.map((v) => [placeX(v), placeY(value(at)(v))]),
      [placeX(high), bottom]]),
    point: ({at, style}) => dot(style, ...spots(at).at(-1)),
    note: ({at, sign}) => text(...spots(at).at(-1), sign, "middle", "note"),
    ellipse: ({at}) => {
      const [x, y] = spots(at).at(-1), [cx, cy] = [placeX(0), placeY(0)];
      return tag("ellipse", {class: "level", cx: px(cx), cy: px(cy), rx: px(x - cx), ry: px(cy - y)});
    },
    // without the lines between points that are both far outside
    trace: ({at, style}) => {
      const far = spots(at).map(([, y]) => Math.abs(2 * y - top - bottom) > 3 * (bottom - top));
      const d = spots(at).map(([x, y], i) => `${i && !(far[i] && far[i - 1]) ? "L" : "M"}${px(x)} ${px(y)}`);
      return tag("path", {class: `line k${style}`, d: d.join("")});
    },
    // and a dot for every step
    steps: ({at, style}) => draw.trace({at, style})
      + tag("path", {class: `stops k${style}`, d: spots(at).map(([x, y]) => `M${px(x)} ${px(y)}h0`).join("")}),
  };
  const [labels, end] = legend(items, left, bottom + 62);
  return [grid + inside(...items.map((item) => draw[item.is](item))) + labels, end];
}

function plot({options, formulas}, numbers, states) {
  const parts = (options.panels ?? [options]).map((part) => panel(part, formulas, numbers, states));
  return svg(Math.max(...parts.map(([, end]) => end)), ...parts.map(([drawn]) => drawn));
}

// ------------------------------------------------------------------------- a view: the shapes of equations

const CELL = 12;

// The arrays of one equation side by side, from y on, and between them its signs. The two sizes that a product
// has to match are marked; an array that cannot be computed is unknown, and so is what follows from it.
function equation(tokens, arrays, y, height) {
  const inner = {}, made = arrays[tokens.at(-1)];
  tokens.forEach((token, t) => {
    if (token === "·") Object.assign(inner, {[t - 1]: 1, [t + 1]: 0});
  });
  const fits = tokens.every((token, t) => token !== "·" || arrays[tokens[t - 1]].columns === arrays[tokens[t + 1]].rows);
  made.unknown = !fits || tokens.slice(0, -1).some((token) => arrays[token]?.unknown);
  let x = 10;
  return tokens.map((token, t) => {
    if (!arrays[token]) {
      x += 30;
      return text(x - 15, y + height / 2 + 35, ...token === "·" && !fits ? ["✗", "middle", "wrong"] : [token, "middle", "sign"]);
    }
    const {sizes, rows, columns, sample, unknown} = arrays[token];
    const label = `${token} (${sizes.join(", ")})`, width = Math.max(CELL * columns, LETTER * label.length);
    const left = x + (width - CELL * columns) / 2, top = y + 30 + (height - CELL * rows) / 2;
    const cells = Array.from({length: rows * columns}, (_, i) => {
      const [r, c] = [Math.floor(i / columns), i % columns];
      const kind = unknown ? "cell unknown" : sample && r === 0 ? "cell sample" : "cell";
      return rectangle(kind, left + CELL * c, top + CELL * r, CELL, CELL);
    });
    x += width;
    const shown = sizes.map((size, axis) => inner[t] === axis ? tag("tspan", {class: "inner"}, size) : size);
    const shape = `${escaped(token)} (${shown.join(", ")}${shown.length === 1 ? "," : ""})`;
    const where = {class: "label", x: px(x - width / 2), y: px(y + 20), "text-anchor": "middle"};
    return tag("text", where, unknown ? `${escaped(token)} ?` : shape) + cells.join("");
  }).join("");
}

function shapes({options: {arrays, lines, most}, formulas: {sizes}}, numbers) {
  const all = sizes(...numbers), height = CELL * most;
  const found = Object.fromEntries(arrays.map(({name, axes, at, sample}) => {
    const own = all.slice(at, at + axes), [rows, columns] = axes === 1 ? [1, ...own] : own;
    return [name, {sizes: own, rows, columns, sample}];
  }));
  return svg(lines.length * (height + 44), ...lines.map((line, i) => equation(line.split(" "), found, i * (height + 44), height)));
}

// ------------------------------------------------------------------------ a view: a graph with its numbers

const BOX = 44, ARROW = "M0 0l-9-4.5v9z"; // the height of a box, and a head that points to the right

// Few digits, so that it fits into a box; with brackets around what is negative where they are needed.
function short(value) { return number(value, Math.abs(value) < 0.01 ? 2 : 3, 1e-3); }
function factor(value) { return value < 0 ? `(${short(value)})` : short(value); }

// Where an edge begins and ends: from below one box to above the next, or from side to side.
function ends(a, b, width) {
  const right = Math.sign(b.x - a.x) * width / 2, down = Math.sign(b.y - a.y) * BOX / 2;
  return Math.abs(b.y - a.y) < BOX ? [a.x + right, a.y, b.x - right, b.y] : [a.x, a.y + down, b.x, b.y - down];
}

function arrow(kind, [x1, y1, x2, y2]) {
  const angle = Math.round(Math.atan2(y2 - y1, x2 - x1) * 180 / Math.PI);
  const head = tag("path", {class: `head ${kind}`, d: ARROW, transform: `translate(${px(x2)} ${px(y2)}) rotate(${angle})`});
  return segment(`edge ${kind}`, x1, y1, x2, y2) + head;
}

// Beside the middle of an edge, on the side where no other one runs; above it where it is level.
function beside([x1, y1, x2, y2], content, kind) {
  const x = (x1 + x2) / 2, y = (y1 + y2) / 2;
  if (y1 === y2) return text(x, y - 8, content, "middle", kind);
  return x2 > x1 ? text(x - 10, y + 9, content, "end", kind) : text(x + 10, y + (x1 > x2 ? 9 : 5), content, "start", kind);
}

// An edge ends where it leads through another box, which has an edge of its own from there on.
function edge(e, nodes, width, back) {
  const parts = [[e.from, e.via], ...e.active && e.via !== e.to ? [[e.via, e.to]] : []];
  return parts.map(([a, b]) => {
    const [x1, y1, x2, y2] = ends(nodes[a], nodes[b], width);
    return arrow(e.wrong ? "mistaken" : e.active ? "active" : "", e.active && back ? [x2, y2, x1, y1] : [x1, y1, x2, y2]);
  }).join("");
}

// The slope of an edge, if there is room for it; a wrong one is marked in any case.
function slope(e, nodes, width) {
  const line = ends(nodes[e.from], nodes[e.via], width), [x1, y1, x2, y2] = line;
  const said = !e.named || Math.hypot(x2 - x1, y2 - y1) < 30 ? "" : e.lost ? "lost" : short(e.local);
  return e.wrong ? beside(line, `✗ ${said}`, "mistake") : said ? beside(line, `× ${said}`, "label") : "";
}

// The arithmetic of a step: what is computed in names, in numbers, and what comes out.
function forwardSum(nodes, values, i) {
  const {name, formula} = nodes[i];
  const filled = (show) => formula.replace(/{(\d+)}/g, (_, n) => show(n)).replace(/\((\([^()]*\))\)/g, "$1");
  const names = filled((n) => nodes[n].name), inNumbers = filled((n) => factor(values[n]));
  return [`${name} = ${names}`, `= ${inNumbers}`, `= ${short(values[i])}`].map(escaped);
}

function backwardSum(nodes, edges, adjoints, i, output) {
  const by = (n, of = output) => escaped(`∂${nodes[of].name}/∂${nodes[n].name}`);
  if (i === output) return [`${by(i)} = 1`];
  const paths = edges.filter(({from}) => from === i), products = paths.map(({to}) => `${by(to)} · ${by(i, to)}`);
  const inNumbers = paths.map(({to, local, right, lost, wrong}) => {
    const upstream = factor(adjoints[to]), marked = (content) => tag("tspan", {class: "mistake"}, `✗ ${content}`);
    if (lost) return marked(`[${upstream} × ${factor(right)}]`);
    return `${upstream} × ${wrong ? marked(factor(local)) : factor(local)}`;
  });
  return [`${by(i)} = ${products.join(" + ")}`, `= ${inNumbers.join(" + ")}`, `= ${short(adjoints[i])}`];
}

const HINT = ["in a box: a value, and ∂, the adjoint", "on an arrow: the local derivative", "?: not computed yet"];

function graph({options: {nodes, edges, targets, forward, backward, width}, formulas}, numbers) {
  const [at, mistake] = formulas.now(...numbers), back = at > forward.length, here = [-1, ...forward, ...backward][at];
  const all = formulas.graph(...numbers), values = all.splice(0, nodes.length), adjoints = all.splice(0, nodes.length);
  const passed = new Set(edges.map(({through}) => through)), later = (i) => forward.indexOf(i) >= at;
  const paths = edges.map((e, k) => {
    const [local, right] = [all[k], all[edges.length + k]], lost = e.lost.includes(mistake);
    const wrong = (lost || local !== right) && !later(e.to), named = e.through === null && !passed.has(e.from);
    return {...e, via: e.through ?? e.to, local, right, lost, wrong, named, active: (back ? e.from : e.to) === here};
  });
  const boxes = nodes.map(({name, x, y, fixed}, i) => {
    const adjoint = backward.indexOf(i) < at - forward.length ? short(adjoints[i]) : "?";
    return rectangle(i === here ? "node here" : "node", x - width / 2, y - BOX / 2, width, BOX)
      + text(x, y + (fixed ? 5 : -4), `${name} = ${later(i) ? "?" : short(values[i])}`, "middle")
      + (fixed ? "" : text(x, y + 15, `∂ = ${adjoint}`, "middle"));
  });
  const lines = here < 0 ? HINT : back ? backwardSum(nodes, paths, adjoints, here, backward[0]) : forwardSum(nodes, values, here);
  const bottom = Math.max(...nodes.map(({y}) => y)) + BOX / 2 + 24;
  const below = lines.map((line, k) => tag("text", {class: "label", x: 10, y: bottom + 20 * k}, line));
  const slopes = paths.filter(({to}) => !later(to)).map((e) => slope(e, nodes, width));
  const drawn = [...targets.map((e) => ({...e, via: e.to})), ...paths].sort((a, b) => (a.active ?? 0) - (b.active ?? 0));
  return svg(bottom + 48, ...drawn.map((e) => edge(e, nodes, width, back)), ...slopes, ...boxes, ...below);
}

// ------------------------------------------------------------------ a view: a training in the square of two inputs

// Where a function is positive, on a grid over the square: the cells of a row that lie wholly inside as one
// rectangle, the others cut off along the border. Two outlines: of the region, and of its border alone.
function positive(of, x, y, placeX, placeY) {
  const cells = 24, on = ({ticks}, i) => ticks[0] + (ticks.at(-1) - ticks[0]) * i / cells;
  const held = Array.from({length: cells + 1}, (_, j) => Array.from({length: cells + 1}, (_, i) => of(on(x, i), on(y, j))));
  const value = ([i, j]) => held[j][i], place = ([i, j]) => `${px(placeX(on(x, i)))} ${px(placeY(on(y, j)))}`;
  const outline = (points, end) => points.length ? `M${points.map(place).join("L")}${end}` : "";
  let region = "", border = "";
  for (let j = 0; j < cells; j++) {
    let run = 0;
    for (let i = 0; i <= cells; i++) {
      const corners = i < cells ? [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]] : [];
      if (i < cells && corners.every((c) => value(c) > 0)) { run++; continue; }
      if (run) region += outline([[i - run, j], [i, j], [i, j + 1], [i - run, j + 1]], "Z");
      run = 0;
      const cuts = [], ring = corners.flatMap((c, k) => {
        const next = corners[(k + 1) % 4], [a, b] = [value(c), value(next)], inside = a > 0 ? [c] : [];
        if (a > 0 === b > 0) return inside;
        cuts.push(c.map((v, axis) => v + a / (a - b) * (next[axis] - v)));
        return [...inside, cuts.at(-1)];
      });
      region += outline(ring, "Z");
      border += outline(cuts.slice(0, 2), "") + outline(cuts.slice(2), "");
    }
  }
  return [region, border];
}

function training({options: {axes: [x, y, steps, loss], samples}, formulas: {logit, cost}}, numbers, states) {
  const state = states.at(-1), of = (u, v) => logit(u, v, ...state, ...numbers)[0], every = Math.ceil(states.length / 100);
  const square = axes(x, y, 0, 216, 212), curve = axes(steps, loss, 226, WIDTH - 14, 212);
  const [region, border] = positive(of, x, y, square.placeX, square.placeY);
  const dots = samples.map(([u, v, target]) => {
    const [left, top] = [square.placeX(u), square.placeY(v)];
    return dot(target, left, top) + (of(u, v) > 0 === target > 0 ? "" : text(left + 8, top - 5, "✗", "start", "mistake"));
  });
  const costs = states.map((theta, t) => [t, theta]).filter(([t]) => t % every === 0 || t === states.length - 1)
    .map(([t, theta]) => [curve.placeX(t), curve.placeY(cost(...theta, ...numbers)[0])]);
  const items = [["point", "target 0", 0], ["point", "target 1", 1], ["region", "p > ½"], ["mistake", "wrong", 0, "✗"]];
  const [labels, end] = legend(items.map(([is, label, style, sign]) => ({is, label, style, sign})), 10, 278);
  return svg(end, square.grid, square.inside(tag("path", {class: "half", d: region}), tag("path", {class: "border", d: border})),
    ...dots, curve.grid, curve.inside(polyline("line k0", costs)), dot(0, ...costs.at(-1)), labels);
}

const VIEWS = {plot, shapes, graph, training};
