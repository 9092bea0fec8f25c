// The pictures made of boxes and arrows: two views of script.js.

// ------------------------------------------------------------------------ a view: a graph with its numbers

const BOX = 44, ARROW = "M0 0l-9-4.5v9z"; // the height of a box, and a head that points to the right

// A formula with what stands in its places, and no brackets around brackets.
function filled(formula, show) {
  return formula.replace(/{(=?\d+)}/g, (_, n) => show(n)).replace(/\((\([^()]*\))\)/g, "$1");
}

// Where an edge begins and ends: from below one box to above the next, or from side to side.
function ends(a, b, width, height = BOX) {
  const right = Math.sign(b.x - a.x) * width / 2, down = Math.sign(b.y - a.y) * height / 2;
  return Math.abs(b.y - a.y) < BOX ? [a.x + right, a.y, b.x - right, b.y] : [a.x, a.y + down, b.x, b.y - down];
}

function arrow(kind, [x1, y1, x2, y2]) {
  const angle = Math.round(Math.atan2(y2 - y1, x2 - x1) * 180 / Math.PI);
  const transform = `translate(${px(x2)} ${px(y2)}) rotate(${angle})`;
  const head = tag("path", {class: `head ${kind}`, d: ARROW, transform});
  return segment(`edge ${kind}`, x1, y1, x2, y2) + head;
}

// Beside the middle of an edge, on the side where no other one runs; above it where it is level.
function beside([x1, y1, x2, y2], content, kind) {
  const x = (x1 + x2) / 2, y = (y1 + y2) / 2;
  if (y1 === y2) return text(x, y - 8, content, "middle", kind, Math.abs(x2 - x1) - 4);
  if (x2 > x1) return text(x - 10, y + 9, content, "end", kind);
  return text(x + 10, y + (x1 > x2 ? 9 : 5), content, "start", kind);
}

// An edge ends where it leads through another box, which has an edge of its own from there on.
function edge(e, nodes, width, back) {
  const steps = [[e.from, e.via], ...e.active && e.via !== e.to ? [[e.via, e.to]] : []];
  return steps.map(([a, b]) => {
    const [x1, y1, x2, y2] = ends(nodes[a], nodes[b], width), kind = e.wrong ? "mistaken" : e.active ? "active" : "";
    return arrow(kind, e.active && back ? [x2, y2, x1, y1] : [x1, y1, x2, y2]);
  }).join("");
}

// Above the beginning of an edge that crosses others.
function above([x1, y1, x2, y2], content, kind) {
  const side = Math.sign(x2 - x1);
  return text(x1 + (x2 - x1) / 5 + 8 * side, y1 + (y2 - y1) / 5 + 3, content, side > 0 ? "start" : "end", kind);
}

// The slope of an edge, if there is room for it; a wrong one is marked in any case.
function slope(e, nodes, width) {
  const line = ends(nodes[e.from], nodes[e.via], width), [x1, y1, x2, y2] = line;
  const said = !e.named || Math.hypot(x2 - x1, y2 - y1) < 30 ? "" : e.lost ? "lost" : short(e.local);
  const put = e.meshed && e.via === e.to && x1 !== x2 ? above : beside;
  return e.wrong ? put(line, `✗ ${said}`.trim(), "mistake") : said ? put(line, `× ${said}`, "label") : "";
}

// The arithmetic of a step: what is computed in names, in numbers, and what comes out.
function forwardSum(nodes, values, i) {
  const {name, formula} = nodes[i];
  const names = filled(formula, (n) => nodes[n].name), inNumbers = filled(formula, (n) => factor(values[n]));
  return [`${name} = ${names}`, `= ${inNumbers}`, `= ${short(values[i])}`];
}

function backwardSum(nodes, edges, adjoints, i, output) {
  const by = (n, of = output) => `∂${nodes[of].name}/∂${nodes[n].name}`;
  if (i === output) return [`${by(i)} = 1`];
  const paths = edges.filter(({from}) => from === i), products = paths.map(({to}) => `${by(to)} · ${by(i, to)}`);
  const inNumbers = paths.flatMap(({to, local, right, lost, wrong}, k) => {
    const upstream = factor(adjoints[to]), marked = (content) => ["mistake", `✗ ${content}`];
    const product = lost ? [marked(`[${upstream} × ${factor(right)}]`)]
      : [`${upstream} × `, wrong ? marked(factor(local)) : factor(local)];
    return [k ? " + " : "= ", ...product];
  });
  return [`${by(i)} = ${products.join(" + ")}`, inNumbers, `= ${short(adjoints[i])}`];
}

function box({name, x, y, fixed}, kind, value, adjoint, width) {
  return rectangle(kind, x - width / 2, y - BOX / 2, width, BOX)
    + text(x, y + (fixed ? 5 : -4), `${name} = ${value}`, "middle", "label", width - 8)
    + (fixed ? "" : text(x, y + 15, `∂ = ${adjoint}`, "middle", "label", width - 8));
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
  const boxes = nodes.map((node, i) => box(node, i === here ? "node here" : "node", later(i) ? "?" : short(values[i]),
    backward.indexOf(i) < at - forward.length ? short(adjoints[i]) : "?", width));
  const lines = here < 0 ? HINT
    : back ? backwardSum(nodes, paths, adjoints, here, backward[0]) : forwardSum(nodes, values, here);
  const bottom = Math.max(...nodes.map(({y}) => y)) + BOX / 2 + 24;
  const below = lines.map((line, k) => text(10, bottom + 20 * k, line));
  const slopes = paths.filter(({to}) => !later(to)).map((e) => slope(e, nodes, width));
  const inactive = targets.map((e) => ({...e, via: e.to, active: false}));
  const arrows = [...inactive, ...paths].sort((a, b) => a.active - b.active).map((e) => edge(e, nodes, width, back));
  return svg(bottom + 48, ...arrows, ...slopes, ...boxes, ...below);
}

// ---------------------------------------------------------------- a view: a diagram that lights up in stages

const FLAT = 32; // the height of a box

// An edge, cut where its label stands, at a part of its way; a level one has it above.
function labelled(kind, line, label, part) {
  const own = kind === "active" ? "lit" : "label", [x1, y1, x2, y2] = line;
  if (!label || y1 === y2) return arrow(kind, line) + (label && beside(line, label, own));
  const half = Math.max(widthOf(label, own) / 2 + 3, 11);
  const gap = Math.min(half / Math.abs(x2 - x1), 11 / Math.abs(y2 - y1));
  const at = (t) => [x1 + t * (x2 - x1), y1 + t * (y2 - y1)], [x, y] = at(part);
  return segment(`edge ${kind}`, x1, y1, ...at(part - gap)) + arrow(kind, [...at(part + gap), x2, y2])
    + text(x, y + 5, label, "middle", own);
}

// A bias at the left of the box of its sum.
function beforeBox({x, y}, value, width) {
  return text(x - width / 2 - 6, y + 5, `${value < 0 ? "−" : "+"} ${short(Math.abs(value))}`, "end");
}

function diagram({options: {nodes, edges, stages, room, width, before, biases = {}}, formulas}, numbers) {
  const [pick, at] = formulas.now(...numbers), all = formulas.values(...numbers), own = stages[pick];
  const {lit, here, lines} = own[Math.min(at, own.length - 1)], bottom = Math.max(...nodes.map(({y}) => y)) + FLAT / 2;
  const arrows = edges.map(({from, to, label, part}, k) => {
    const kind = lit.includes(k) ? "active" : lit.length ? "pale" : "";
    const line = ends(nodes[from], nodes[to], width, FLAT);
    const written = Number.isInteger(label) ? before + short(all[label]) : label ?? "";
    return labelled(kind, line, written, part);
  });
  const boxes = nodes.map(({name, x, y, since, value}, i) =>
    rectangle(here.includes(i) ? "node here" : "node", x - width / 2, y - FLAT / 2, width, FLAT)
    + text(x, y + 5, `${name} = ${since > at ? "?" : short(all[value])}`, "middle", "label", width - 8));
  const added = Object.entries(biases).map(([i, at]) => beforeBox(nodes[i], all[at], width));
  const said = lines.map((line) => filled(line, (n) => n[0] === "=" ? short(all[n.slice(1)]) : factor(all[n])));
  const below = said.map((s, k) => text(10, bottom + 24 + 20 * k, s));
  return svg(bottom + 10 + 20 * room, ...arrows, ...boxes, ...added, ...below);
}

// ----------------------------------------------------------- a view: forward and reverse mode, side by side

const TALL = 40; // the height of a box with a name and a number

function tall(x, y, width, name, value, here) {
  return rectangle(here ? "node here" : "node", x - width / 2, y - TALL / 2, width, TALL)
    + text(x, y - 4, name, "middle", "label", width - 4) + text(x, y + 13, value, "middle", "label", width - 4);
}

// Arrows beside each other from one box to another; where there is room, each with its slope.
function bundle(kind, [x1, x2, y], slopes, back, named) {
  return slopes.map((slope, k) => {
    const off = 17 * (k - (slopes.length - 1) / 2), line = [x1 + off, y + TALL / 2, x2 + off, y + 90 - TALL / 2];
    const drawn = back ? [...line.slice(2), ...line.slice(0, 2)] : line;
    return named ? labelled(kind, drawn, short(slope), 0.5) : arrow(kind, drawn);
  }).join("");
}

function modes({formulas}, numbers) {
  const [at, inputs, first, second] = formulas.now(...numbers), [total, ...sums] = formulas.sums(...numbers);
  const slopes = formulas.slopes(...numbers), last = slopes.slice(9, 9 + second), tops = [...Array(inputs).keys()];
  const sweep = Math.min(at, inputs) - 1, width = Math.min(60, 190 / inputs - 5);
  const half = (centre, back, title) => {
    const place = (i) => centre + (i - (inputs - 1) / 2) * (width + 5), kind = (on) => on ? "active" : "";
    const known = (value) => at ? short(value) : "?", lit = (i) => at && (back || i === sweep);
    const top = (i) => back ? known(sums[i] * total) : known(+(i === sweep));
    return text(centre, 14, title, "middle", "lit")
      + tops.map((i) => bundle(kind(lit(i)), [place(i), centre, 50], slopes.slice(3 * i, 3 * i + first), back, inputs < 2)
        + tall(place(i), 50, width, `x${"₁₂₃"[i]}`, top(i), lit(i))).join("")
      + bundle(kind(at), [centre, centre, 140], last, back, true)
      + tall(centre, 140, 60, "m", known(back ? total : sums[sweep]), at)
      + tall(centre, 230, 60, "s", known(back ? 1 : sums[sweep] * total), at);
  };
  const found = (count) => tops.slice(0, count).map((i) => short(sums[i] * total)).join(", ");
  return svg(300, half(99, false, "forward mode"), half(301, true, "reverse mode"), segment("edge", 200, 6, 200, 254),
    text(10, 274, at ? `found forward, one sweep for each x: ${found(sweep + 1)}` : "in a box: its name, and a slope"),
    text(10, 294, at ? `found in reverse, in one sweep: ${found(inputs)}` : "?: not computed yet"));
}
