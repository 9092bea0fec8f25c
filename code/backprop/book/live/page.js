// A figure in a page: its controls, and a new picture whenever one of them has moved.

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function button(name, does) {
  const made = element("button", {type: "button"}, name);
  made.addEventListener("click", does);
  return made;
}

// Put the style sheet into the page once; a later version replaces an earlier one.
function addStyle() {
  const sheet = document.querySelector("style[data-live]")
    ?? document.head.appendChild(element("style", {"data-live": ""}));
  if (sheet.textContent !== STYLE) sheet.textContent = STYLE;
}

// A menu or a slider; the browser must not bring back a value of an earlier visit.
function inputOf({menu, values}, texts) {
  if (!menu) return element("input", {type: "range", min: 0, max: values.length - 1, step: 1, autocomplete: "off"});
  return element("select", {autocomplete: "off"}, ...texts.map((text, v) => element("option", {value: v}, text)));
}

// One control: its label, its input and, for a slider, the number that it stands at.
function rowOf(control, moved) {
  const texts = control.texts ?? control.values.map((value) => number(value, 6)), input = inputOf(control, texts);
  input.addEventListener("input", () => moved(Number(input.value)));
  // the slider itself tells its value to a screen reader
  const shown = control.menu ? [] : [element("output", {"aria-hidden": "true"})];
  const row = element("label", {class: control.menu || control.plays ? "live-wide" : ""},
    element("span", {}, control.label), input, ...shown);
  const show = (at) => {
    input.value = at;
    if (control.menu) return;
    input.setAttribute("aria-valuetext", texts[at]);
    shown[0].textContent = texts[at];
  };
  return {row, show};
}

// The buttons of the control that moves by itself, from "at" to "last". Who asked for less motion sees where it ends.
function playerOf({values, seconds}, at, move, home, said) {
  const last = values.length - 1;
  let clock = 0;
  function pause() {
    clearInterval(clock);
    clock = 0;
    said.setAttribute("aria-live", "polite");
    play.textContent = "Play";
  }
  function advance() {
    if (!home.isConnected) return pause();
    if (at() < last) move(at() + 1);
    if (at() === last) pause();
  }
  function run() {
    if (clock) return pause();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return move(last);
    if (at() === last) move(0);
    said.setAttribute("aria-live", "off");
    play.textContent = "Pause";
    clock = setInterval(advance, Math.max(16, 1000 * seconds / last));
  }
  // after the last step comes the first one
  function step() {
    pause();
    if (at() === last) move(0);
    else advance();
  }
  const play = button("Play", run);
  return {pause, buttons: [play, button("Step", step)]};
}

function figure(home, config) {
  const {controls, formulas} = config, state = [], moving = controls.findIndex(({plays}) => plays);
  const drawing = element("div", {role: "img", "aria-label": `At first: ${home.querySelector("img").alt}`});
  const said = element("p", {class: "live-words", "aria-live": "polite"});
  const rows = controls.map((control, i) => rowOf(control, (to) => {
    if (i === moving) player.pause();
    move(i, to);
  }));
  const player = moving < 0 ? {pause() {}, buttons: []}
    : playerOf(controls[moving], () => state[moving], (to) => move(moving, to), home, said);

  function move(i, to) {
    state[i] = to;
    show();
  }
  function show() {
    const {values, words, picture} = frame(config, controls.map(({values}, i) => values[state[i]]));
    rows.forEach((row, i) => row.show(state[i]));
    drawing.innerHTML = picture;
    said.replaceChildren(...words.map(([label, value, kind = ""]) =>
      element("span", {}, `${label} `, element("b", {class: kind}, value), " ")));
    home.dataset.values = JSON.stringify(values.map(String));
  }
  function reset() {
    player.pause();
    controls.forEach(({at}, i) => { state[i] = at; });
    show();
  }

  addStyle();
  const buttons = element("div", {class: "live-buttons"}, ...player.buttons, button("Reset", reset));
  const kind = rows.length > 4 ? "live-controls live-many" : "live-controls";
  home.replaceChildren(drawing, element("div", {class: kind}, ...rows.map(({row}) => row), buttons), said,
    element("details", {}, element("summary", {}, "The formulas as JavaScript, printed by SymPy"),
      element("pre", {tabindex: 0}, Object.values(formulas).join("\n"))));
  // JupyterLab has commands on the arrow keys
  home.addEventListener("keydown", (event) => { if (!event.ctrlKey && !event.metaKey) event.stopPropagation(); });
  reset();
}
