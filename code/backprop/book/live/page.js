// A figure in a page: its controls, and a new picture whenever one has moved.

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
  const rows = config.controls.map(({label, menu, plays}, i) => element("label", {class: menu || plays ? "live-wide" : ""},
    element("span", {}, label), inputs[i], ...menu ? [] : [element("output", {"aria-hidden": "true"})]));

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
    said.replaceChildren(...words.map(([label, value, kind = ""]) =>
      element("span", {}, `${label} `, element("b", {class: kind}, value), " ")));
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
    clock = setInterval(advance, Math.max(16, 1000 * config.controls[moving].seconds / last[moving]));
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

  // after the last step comes the first one
  const play = button("Play", run), next = button("Step", () => {
    pause();
    if (state[moving] === last[moving]) move(moving, 0);
    else advance();
  });
  const buttons = element("div", {class: "live-buttons"}, ...moving < 0 ? [] : [play, next], button("Reset", reset));
  const formulas = element("details", {}, element("summary", {}, "The formulas as JavaScript, printed by SymPy"),
    element("pre", {tabindex: 0}, Object.values(config.formulas).join("\n")));
  dress();
  const kind = rows.length > 8 ? "live-controls live-many" : "live-controls";
  home.replaceChildren(drawing, element("div", {class: kind}, ...rows, buttons), said, formulas);
  // JupyterLab has commands on the arrow keys
  home.addEventListener("keydown", (event) => { if (!event.ctrlKey && !event.metaKey) event.stopPropagation(); });
  reset();
}
