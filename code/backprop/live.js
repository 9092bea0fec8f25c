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

// 0.25, −3, 10⁻¹⁶, 4.248·10⁻¹⁸
function number(value, digits) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const [mantissa, exponent] = String(Number(value.toPrecision(digits))).split("e");
  const factor = mantissa.replace("-", "−");
  if (!exponent) return factor;
  const raised = [...exponent.replace("+", "")].map((c) => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");
  return factor === "1" ? `10${raised}` : `${factor}·10${raised}`;
}

// What stands under the picture: [label, words] for each result, whose values follow each other in the list.
function inWords(results, values) {
  let at = 0;
  return results.map(({label, size, digits, words}) => {
    const own = values.slice(at, at += size || 1);
    if (words.length) return [label, words[own[0]]];
    const texts = own.map((value) => number(value, digits));
    return [label, size ? `(${texts.join(", ")}${size === 1 ? "," : ""})` : texts[0]];
  });
}

function frame(config, numbers) {
  const values = config.formulas.results(...numbers);
  return {values, words: inWords(config.results, values), picture: VIEWS[config.view](config, numbers)};
}

// ------------------------------------------------------------------------------------------------- drawing

const WIDTH = 400, LETTER = 7.4; // of a picture, and about one letter of its text

function tag(name, attributes, ...content) {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${written.join("")}>${content.join("")}</${name}>`;
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
function axes(x, y) {
  const [across, up] = [x, y].map(({ticks}) => ticks.map((tick) => number(tick, 6)));
  const left = 12 + LETTER * Math.max(...up.map((t) => t.length)), right = WIDTH - 14, top = 28, bottom = 262;
  const placeX = scale(x, left, right), placeY = scale(y, bottom, top);
  const grid = [
    ...x.ticks.map((v, i) => segment("grid", placeX(v), top, placeX(v), bottom)
      + text(placeX(v), bottom + 18, across[i], "middle")),
    ...y.ticks.map((v, i) => segment("grid", left, placeY(v), right, placeY(v))
      + text(left - 6, placeY(v) + 5, up[i], "end")),
    text(left, 16, y.label),
    text((left + right) / 2, bottom + 36, x.label, "middle"),
  ];
  const box = {x: px(left), y: top, width: px(right - left), height: bottom - top};
  const inside = (...drawn) => tag("svg", {...box, viewBox: Object.values(box).join(" ")}, ...drawn);
  return {placeX, placeY, left, top, bottom, grid: grid.join(""), inside};
}

// The labels, each behind a sample of what it names; a row that is full goes on below.
function legend(items, left, top) {
  let x = left, y = top;
  const drawn = items.filter(({label}) => label).map(({is, label, style}) => {
    const width = 44 + LETTER * label.length;
    if (x > left && x + width - 14 > WIDTH) [x, y] = [left, y + 20];
    const sample = is === "region" ? rectangle("region", x, y - 11, 24, 12)
      : is === "point" ? dot(style, x + 12, y - 5)
      : segment(`line k${style}`, x, y - 5, x + 24, y - 5);
    x += width;
    return sample + text(x - width + 30, y, label);
  });
  return [drawn.join(""), y + 10];
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
function graph(style, samples, of, placeX, placeY, height) {
  const pieces = [[]], places = samples.map((v) => placeY(of(v)));
  places.forEach((y, i) => {
    const far = Math.abs(y - places[i - 1]) > height / 20;
    if (!Number.isFinite(y) || far && jumps(of, samples[i - 1], samples[i])) pieces.push([]);
    if (Number.isFinite(y)) pieces.at(-1).push([placeX(samples[i]), y]);
  });
  return pieces.filter((piece) => piece.length > 1).map((piece) => polyline(`line k${style}`, piece)).join("");
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

function plot({options: {x, y, items}, formulas: {graphs, marks}}, numbers) {
  const {placeX, placeY, left, top, bottom, grid, inside} = axes(x, y), [low, high] = [x.ticks[0], x.ticks.at(-1)];
  const samples = Array.from({length: 201}, (_, i) => x.log ? low * (high / low) ** (i / 200) : low + (high - low) * i / 200);
  const value = (at) => (v) => graphs(v, ...numbers)[at], places = marks(...numbers);
  const draw = {
    curve: ({at, style}) => graph(style, samples, value(at), placeX, placeY, bottom - top),
    region: ({at}) => intervals(samples, value(at)).map(([from, to]) =>
      rectangle("region", placeX(from), top, placeX(to) - placeX(from), bottom - top)).join(""),
    point: ({at, style}) => dot(style, placeX(places[at]), placeY(places[at + 1])),
  };
  const [labels, end] = legend(items, left, bottom + 62);
  return svg(end, grid, inside(...items.map((item) => draw[item.is](item))), labels);
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

const VIEWS = {plot, shapes};

// --------------------------------------------------------------------------------------------- in the page

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Put the style sheet into the page once; a later version replaces an earlier one.
function dress() {
  const sheet = document.querySelector("style[data-live]") ?? document.head.appendChild(element("style", {"data-live": ""}));
  if (sheet.textContent !== STYLE) sheet.textContent = STYLE;
}

function figure(home, config) {
  const last = config.controls.map(({values}) => values.length - 1);
  const moving = config.controls.findIndex(({plays}) => plays);
  const state = [];
  let clock = 0;

  const drawing = element("div", {role: "img", "aria-label": `At first: ${home.querySelector("img").alt}`});
  const said = element("p", {class: "live-words", "aria-live": "polite"});
  const texts = config.controls.map((control) => control.texts ?? control.values.map((value) => number(value, 6)));
  const inputs = config.controls.map(({menu}, i) => {
    // the browser must not bring back a value of an earlier visit
    const input = menu
      ? element("select", {autocomplete: "off"}, ...texts[i].map((text, v) => element("option", {value: v}, text)))
      : element("input", {type: "range", min: 0, max: last[i], step: 1, autocomplete: "off"});
    input.addEventListener("input", () => {
      if (i === moving) pause();
      move(i, Number(input.value));
    });
    return input;
  });
  // the slider itself tells its value to a screen reader
  const rows = config.controls.map(({label, menu}, i) => element("label", {}, element("span", {}, label), inputs[i],
    ...menu ? [] : [element("output", {"aria-hidden": "true"})]));

  function move(i, to) {
    state[i] = to;
    show();
  }

  function show() {
    const {values, words, picture} = frame(config, config.controls.map(({values}, i) => values[state[i]]));
    config.controls.forEach(({menu}, i) => {
      inputs[i].value = state[i];
      if (menu) return;
      inputs[i].setAttribute("aria-valuetext", texts[i][state[i]]);
      rows[i].lastChild.textContent = texts[i][state[i]];
    });
    drawing.innerHTML = picture;
    said.replaceChildren(...words.map(([label, value]) => element("span", {}, `${label} `, element("b", {}, value), " ")));
    home.dataset.values = JSON.stringify(values.map(String));
  }

  // One control may move by itself. Who asked for less motion sees where it ends.
  function advance() {
    if (!home.isConnected) return pause();
    if (state[moving] < last[moving]) move(moving, state[moving] + 1);
    if (state[moving] === last[moving]) pause();
  }
  function run() {
    if (clock) return pause();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return move(moving, last[moving]);
    if (state[moving] === last[moving]) move(moving, 0);
    said.setAttribute("aria-live", "off");
    play.textContent = "Pause";
    clock = setInterval(advance, Math.max(16, 4000 / last[moving]));
  }
  function pause() {
    clearInterval(clock);
    clock = 0;
    said.setAttribute("aria-live", "polite");
    play.textContent = "Play";
  }
  function reset() {
    pause();
    config.controls.forEach(({at}, i) => { state[i] = at; });
    show();
  }
  function button(name, does) {
    const made = element("button", {type: "button"}, name);
    made.addEventListener("click", does);
    return made;
  }

  const play = button("Play", run), next = button("Step", () => { pause(); advance(); });
  const buttons = element("div", {class: "live-buttons"}, ...moving < 0 ? [] : [play, next], button("Reset", reset));
  const formulas = element("details", {}, element("summary", {}, "The formulas as JavaScript, printed by SymPy"),
    element("pre", {tabindex: 0}, Object.values(config.formulas).join("\n")));
  dress();
  home.replaceChildren(drawing, element("div", {class: "live-controls"}, ...rows, buttons), said, formulas);
  // JupyterLab has commands on the arrow keys
  home.addEventListener("keydown", (event) => { if (!event.ctrlKey && !event.metaKey) event.stopPropagation(); });
  reset();
}
