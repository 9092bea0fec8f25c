"""A live figure in Chromium against its program in QuickJS and against NumPy."""

from live_figures import as_shown, check_results


def watch(page):
    """The list of what goes wrong in a script of the page from now on."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
    return faults


STATE = """(figure) => ({
  at: [...figure.querySelectorAll("input, select")].map((control) => Number(control.value)),
  values: JSON.parse(figure.dataset.values),
  shown: [...figure.querySelectorAll("output")].map((output) => output.textContent),
  said: [...figure.querySelectorAll("input")].map((slider) => slider.getAttribute("aria-valuetext")),
  live: figure.querySelectorAll("output:not([aria-hidden=true]), [role=status], [aria-live]").length,
  words: [...figure.querySelectorAll(".live-words span")].map((span) => span.textContent.trim()),
})"""
SAME_PICTURE = """(figure, expected) => {
  const paper = document.createElement("div");
  paper.innerHTML = expected;
  return paper.firstChild.isEqualNode(figure.querySelector("[role=img] > svg"));
}"""


def compare(figure, name, program):
    """Hold what the page shows now against Python: numbers, words and picture; returns where the controls are."""
    state = figure.evaluate(STATE)
    chosen = list(zip(program.controls, state["at"], strict=True))
    numbers = [control["values"][i] for control, i in chosen]
    check_results(name, state["values"], numbers)
    sliders = [(control, i) for control, i in chosen if not control["menu"]]
    texts = [control["texts"][i] if control["texts"] else as_shown(control["values"][i]) for control, i in sliders]
    assert state["shown"] == state["said"] == texts
    assert state["live"] == 1  # a screen reader hears one place
    frame = program.frame(numbers)
    assert state["words"] == [" ".join(words[:2]) for words in frame["words"]]
    assert figure.evaluate(SAME_PICTURE, frame["picture"])
    return state["at"]


def sweep(page, figure, name, program, index):
    """Move one control by the keyboard over its whole range."""
    control, values = figure.locator("input, select").nth(index), program.controls[index]["values"]
    control.focus()
    page.keyboard.press("Home")
    assert compare(figure, name, program)[index] == 0
    for expected in range(1, len(values)):
        page.keyboard.press("ArrowDown" if program.controls[index]["menu"] else "ArrowRight")
        assert compare(figure, name, program)[index] == expected


FAULTS_OF_LABELS = """([figure, config, all]) => {
  const drawing = figure.querySelector("[role=img]"), faults = [];
  const paint = document.createElement("canvas").getContext("2d"); // which knows how high letters are
  const {frame, sigmoid, softplus, silu, relu, step} = backpropLive, made = eval(`(${config})`);
  const inside = (a, b) => a.left > b.left && a.right < b.right && a.top > b.top && a.bottom < b.bottom;
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  for (const numbers of all) {
    drawing.innerHTML = frame(made, numbers).picture;
    const svg = drawing.firstChild, paper = svg.getBoundingClientRect();
    const nodes = [...svg.querySelectorAll(".node")].map((node) => node.getBoundingClientRect());
    const texts = [...svg.querySelectorAll("text")].map((text) => {
      const {left, right} = text.getBoundingClientRect(), said = text.textContent;
      paint.font = getComputedStyle(text).font;
      const {actualBoundingBoxAscent: above, actualBoundingBoxDescent: below} = paint.measureText(said);
      const {d, f} = text.getScreenCTM(), y = Number(text.getAttribute("y"));
      return {left, right, top: d * (y - above) + f, bottom: d * (y + below) + f, said};
    });
    texts.forEach((a, i) => {
      if (!inside(a, paper)) faults.push(`${a.said} leaves the picture`);
      for (const b of texts.slice(i + 1)) if (meet(a, b)) faults.push(`${a.said} lies on ${b.said}`);
      for (const box of nodes) if (meet(a, box) && !inside(a, box)) faults.push(`${a.said} leaves a box`);
    });
  }
  return [...new Set(faults)];
}"""
