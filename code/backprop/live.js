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
function step(z) { return z > 0 ? 1 : 0; }

// --------------------------------------------------------------------------------------------------- words

const WIDTH = 440, LETTER = 7.4; // of the picture, and about one letter of its text

function escaped(text) {
  return String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function number(value, digits) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = String(Number(value.toPrecision(digits)));
  return text.replace(/-/g, "−").replace("e+", "e");
}

function shape(sizes) {
  return `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;
}

// What stands under the picture: [label, words] for each result, whose values are taken from the list in order.
function inWords(results, values) {
  let at = 0;
  return results.map(({label, size, digits, words}) => {
    const own = values.slice(at, at += size || 1);
    if (words.length) return [label, words[own[0]]];
    const texts = own.map((value) => number(value, digits));
    return [label, size ? shape(texts) : texts[0]];
  });
}

function frame(config, numbers) {
  const values = config.formulas.results(...numbers);
  return {values, words: inWords(config.results, values), picture: VIEWS[config.view](config, numbers)};
}

// --------------------------------------------------------------------------------------------- drawing

function tag(name, attributes, ...content) {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${written.join("")}>${content.join("")}</${name}>`;
}

function px(value) { return Number(value.toFixed(1)); }

function rectangle(kind, x, y, width, height, rx = 0) {
  return tag("rect", {class: kind, x: px(x), y: px(y), width: px(width), height: px(height), rx});
}

function segment(kind, x1, y1, x2, y2) {
  return tag("line", {class: kind, x1: px(x1), y1: px(y1), x2: px(x2), y2: px(y2)});
}

function dot(kind, x, y) { return tag("circle", {class: kind, cx: px(x), cy: px(y), r: 5}); }

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

// The line through the points, broken where one of them is no number.
function polyline(kind, points) {
  const runs = [[]];
  for (const [x, y] of points)
    if (Number.isFinite(x) && Number.isFinite(y)) runs.at(-1).push(`${px(x)},${px(y)}`);
    else runs.push([]);
  return runs.filter((run) => run.length > 1).map((run) => tag("polyline", {class: kind, points: run.join(" ")})).join("");
}

// From first to last true value of each run of them: [[first, last], ...]
function runsOf(values) {
  const runs = [];
  values.forEach((value, i) => {
    if (value && values[i - 1]) runs.at(-1)[1] = i;
    else if (value) runs.push([i, i]);
  });
  return runs;
}

// The labels, each behind a sample of what it names; a row that is full goes on below.
function legend(items, left, top) {
  let x = left, y = top;
  const drawn = items.filter(({label}) => label).map(({is, label, style}) => {
    const width = 44 + LETTER * label.length;
    if (x > left && x + width > WIDTH) [x, y] = [left, y + 20];
    const sample = is === "region" ? rectangle("region", x, y - 11, 24, 12)
      : is === "point" ? dot(`point k${style}`, x + 12, y - 5)
      : segment(`line k${style}`, x, y - 5, x + 24, y - 5);
    x += width;
    return sample + text(x - width + 30, y, label);
  });
  return [drawn.join(""), y];
}

function plot({options: {x, y, items}, formulas: {graphs, marks}}, numbers) {
  const left = 12 + LETTER * Math.max(...y.texts.map((t) => t.length)), right = WIDTH - 14, top = 28, bottom = 262;
  const across = scale(x, left, right), up = scale(y, bottom, top), low = x.ticks[0], high = x.ticks.at(-1);
  const grid = [
    ...x.ticks.map((v, i) => segment("grid", across(v), top, across(v), bottom)
      + text(across(v), bottom + 18, x.texts[i], "middle")),
    ...y.ticks.map((v, i) => segment("grid", left, up(v), right, up(v)) + text(left - 6, up(v) + 5, y.texts[i], "end")),
    text(left, 16, y.label),
    text((left + right) / 2, bottom + 36, x.label, "middle"),
  ];
  const samples = Array.from({length: 321}, (_, i) => low + (high - low) * i / 320);
  const rows = samples.map((v) => graphs(v, ...numbers)), places = marks(...numbers);
  const draw = {
    curve: (kind, values) => polyline(`line ${kind}`, samples.map((v, i) => [across(v), up(values[i])])),
    region: (kind, values) => runsOf(values).map(([first, last]) =>
      rectangle("region", across(samples[first]), top, across(samples[last]) - across(samples[first]), bottom - top)).join(""),
    line: (kind, [a, b, c, d]) => polyline(`line ${kind}`, [[across(a), up(b)], [across(c), up(d)]]),
    point: (kind, [a, b]) => dot(`point ${kind}`, across(a), up(b)),
  };
  const drawn = items.map(({is, style, at}) =>
    draw[is](`k${style}`, is === "curve" || is === "region" ? rows.map((row) => row[at]) : places.slice(at)));
  const [labels, end] = legend(items, left, bottom + 62);
  // the inner svg cuts off what leaves the axes
  const box = {x: px(left), y: top, width: px(right - left), height: bottom - top};
  const inner = tag("svg", {...box, viewBox: Object.values(box).join(" ")}, ...drawn);
  return svg(end + 10, ...grid, inner, labels);
}

// ------------------------------------------------------------------------- a view: the shapes of equations

const CELL = 12;

// The arrays of one equation side by side, from y on, and between them its signs.
function equation(tokens, arrays, y, height) {
  const fits = tokens.every((token, t) => token !== "·" || arrays[tokens[t - 1]].columns === arrays[tokens[t + 1]].rows);
  let x = 16;
  return tokens.map((token, t) => {
    if (!arrays[token]) {
      const sign = token === "·" && !fits ? ["✗", "middle", "wrong"] : [token, "middle", "sign"];
      x += 30;
      return text(x - 15, y + height / 2 + 35, ...sign);
    }
    const {sizes, rows, columns, sample} = arrays[token], unknown = !fits && t === tokens.length - 1;
    const label = `${token} ${unknown ? "?" : shape(sizes)}`, width = Math.max(CELL * columns, LETTER * label.length);
    const left = x + (width - CELL * columns) / 2, top = y + 30 + (height - CELL * rows) / 2;
    const cells = Array.from({length: rows * columns}, (_, i) => {
      const [r, c] = [Math.floor(i / columns), i % columns];
      const kind = unknown ? "cell unknown" : sample && r === 0 ? "cell sample" : "cell";
      return rectangle(kind, left + CELL * c, top + CELL * r, CELL, CELL);
    });
    x += width;
    return text(x - width / 2, y + 20, label, "middle") + cells.join("");
  }).join("");
}

function shapes({options, formulas: {sizes, framed}}, numbers) {
  const all = sizes(...numbers), [now] = framed(...numbers), height = CELL * options.most;
  const arrays = Object.fromEntries(options.arrays.map(({name, axes, at, sample}) => {
    const own = all.slice(at, at + axes), [rows, columns] = axes === 1 ? [1, ...own] : own;
    return [name, {sizes: own, rows, columns, sample}];
  }));
  const drawn = options.lines.map((line, i) => equation(line.split(" "), arrays, 6 + i * (height + 52), height));
  const frame = rectangle("frame", 2, 6 + now * (height + 52), WIDTH - 4, height + 44, 6);
  return svg(options.lines.length * (height + 52) + 6, frame, ...drawn);
}

const VIEWS = {plot, shapes};

// ------------------------------------------------------------------------------------------------ in the page

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

  const drawing = element("div", {role: "img", "aria-label": home.querySelector("img").alt});
  const said = element("p", {class: "live-words", "aria-live": "polite"});
  const inputs = config.controls.map(({texts, menu}, i) => {
    const input = menu
      ? element("select", {}, ...texts.map((text, v) => element("option", {value: v}, text)))
      : element("input", {type: "range", min: 0, max: last[i], step: 1});
    input.addEventListener("input", () => { pause(); move(i, Number(input.value)); });
    return input;
  });
  const rows = config.controls.map(({label, menu}, i) =>
    element("label", {}, element("span", {}, label), inputs[i], ...menu ? [] : [element("output", {})]));

  function move(i, to) {
    state[i] = to;
    show();
  }

  function show() {
    const {values, words, picture} = frame(config, config.controls.map(({values}, i) => values[state[i]]));
    config.controls.forEach(({texts, menu}, i) => {
      inputs[i].value = state[i];
      if (menu) return;
      inputs[i].setAttribute("aria-valuetext", texts[state[i]]);
      rows[i].lastChild.textContent = texts[state[i]];
    });
    drawing.innerHTML = picture;
    said.replaceChildren(...words.map(([label, value]) => element("span", {}, `${label} `, element("b", {}, value), " ")));
    home.dataset.values = JSON.stringify(values.map(String));
  }

  // One control may move by itself. Who asked for less motion sees where it ends.
  function advance() {
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
    config.controls.forEach(({start}, i) => { state[i] = start; });
    show();
  }
  function button(name, does) {
    const made = element("button", {type: "button"}, name);
    made.addEventListener("click", does);
    return made;
  }

  const play = button("Play", run), next = button("Step", () => { pause(); advance(); });
  const buttons = element("div", {class: "live-buttons"}, ...moving < 0 ? [] : [play, next], button("Reset", reset));
  const formulas = element("details", {}, element("summary", {}, "The formulas, as SymPy printed them"),
    element("pre", {tabindex: 0}, Object.values(config.formulas).join("\n")));
  dress();
  home.replaceChildren(drawing, element("div", {class: "live-controls"}, ...rows, buttons), said, formulas);
  // JupyterLab has commands on the arrow keys
  home.dataset.lmSuppressShortcuts = "true";
  home.addEventListener("keydown", (event) => event.stopPropagation());
  reset();
}
