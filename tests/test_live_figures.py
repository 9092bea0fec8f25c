"""Every live figure of the book, moved by mouse and keyboard in Chromium: `make book` first, `make test` does both.

Its numbers are compared with the package's NumPy over the whole range of every control.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64decode

import nbformat
import numpy as np
import pytest
from backprop import live
from backprop.forward_pass import ACTIVATIONS, Network, relu, softplus
from backprop.symbolic import reals
from bs4 import BeautifulSoup
from helpers import BUILT, NOTEBOOKS
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Error as PlaywrightError

# ------------------------------------------------------------------------------------ the figures and their truth


def check_of_a_false_claim(z, tolerance):
    passes = softplus(-z) <= tolerance * z
    return [softplus(z), relu(z), passes]


def secant(z, step):
    return [(np.sin((z + step) ** 2) - np.sin(z**2)) / step, 2 * z * np.cos(z**2)]


def tracer(N, D, H, K, line, stored):
    wrong = [0, 1, 2][int(stored and 1 + (D == H))]
    return [wrong, Network([int(D), int(H), int(K)], ["relu", "relu"]).parameters.size]


def saturation(number, z):
    value, slope = (f(z) for f in list(ACTIVATIONS.values())[int(number)])
    return [value, slope, slope**10]


TRUTH = {
    "check-figure": check_of_a_false_claim,
    "secant": secant,
    "tracer": tracer,
    "saturation-figure": saturation,
}


def stored_figures():
    """(page, place on it, id of the cell, stored HTML) of every live figure."""
    for path in NOTEBOOKS:
        notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        outputs = [
            (cell.id, output.data["text/html"])
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if "live-figure" in output.get("data", {}).get("text/html", "")
        ]
        for place, (name, html) in enumerate(outputs):
            yield pytest.param(BUILT / f"chapters/{path.stem}.html", place, TRUTH[name], html, id=name)


FIGURES = list(stored_figures())
every_figure = pytest.mark.parametrize(("path", "place", "truth", "html"), FIGURES)


def open_figure(page, path, place):
    """The figure on its page; what goes wrong in a script fails the test."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
    page.goto(path.as_uri())
    figure = page.locator("figure.live-figure").nth(place)
    figure.scroll_into_view_if_needed()
    return figure, faults


def config_of(html):
    """The data of a figure as the page has them: what stands between the three dots and the formulas."""
    return json.loads(re.search(r"\{\.\.\.(\{.*\}), formulas: ", html)[1])


STATE = """(figure) => ({
  at: [...figure.querySelectorAll("input, select")].map((control) => Number(control.value)),
  values: JSON.parse(figure.dataset.values).map(Number),
  shown: [...figure.querySelectorAll("output")].map((output) => output.textContent),
  said: [...figure.querySelectorAll("input")].map((slider) => slider.getAttribute("aria-valuetext")),
})"""


def compare(figure, truth, controls):
    """Hold the numbers that the page shows now against Python's; returns where the controls are."""
    state = figure.evaluate(STATE)
    chosen = list(zip(controls, state["at"], strict=True))
    expected = truth(*[np.float64(control["values"][i]) for control, i in chosen])
    # an absolute error of 1e-13 is what is left of sin(z²) divided by the smallest step
    np.testing.assert_allclose(state["values"], expected, rtol=1e-12, atol=1e-13 * (truth is secant))
    assert np.isfinite(state["values"]).all()
    assert state["shown"] == state["said"] == [control["texts"][i] for control, i in chosen if not control["menu"]]
    return state["at"]


def sweep(page, figure, truth, controls, index):
    """Move one control by the keyboard over its whole range."""
    control, last = figure.locator("input, select").nth(index), len(controls[index]["values"]) - 1
    control.focus()
    page.keyboard.press("Home")
    assert compare(figure, truth, controls)[index] == 0
    for expected in range(1, last + 1):
        page.keyboard.press("ArrowDown" if controls[index]["menu"] else "ArrowRight")
        assert compare(figure, truth, controls)[index] == expected


@every_figure
def test_keyboard(page, path, place, truth, html):
    figure, faults = open_figure(page, path, place)
    controls = config_of(html)["controls"]
    for index in range(len(controls)):
        figure.get_by_role("button", name="Reset").press("Enter")
        sweep(page, figure, truth, controls, index)
    assert faults == []


def test_every_activation_over_the_whole_range(page):
    """The only figure whose formulas themselves change with a control."""
    path, place, truth, html = next(p.values for p in FIGURES if p.id == "saturation-figure")
    figure, faults = open_figure(page, path, place)
    controls = config_of(html)["controls"]
    for name in ACTIVATIONS:
        figure.locator("select").select_option(label=name)
        sweep(page, figure, truth, controls, 1)
    assert faults == []


@every_figure
def test_mouse(page, path, place, truth, html):
    """Drag every slider from end to end."""
    figure, faults = open_figure(page, path, place)
    controls = config_of(html)["controls"]
    for index, control in enumerate(controls):
        if control["menu"]:
            continue
        slider = figure.locator("input, select").nth(index)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle, seen = box["y"] + box["height"] / 2, set()
        page.mouse.move(box["x"] + 2, middle)
        page.mouse.down()
        for part in range(21):
            page.mouse.move(box["x"] + 2 + (box["width"] - 4) * part / 20, middle)
            seen.add(compare(figure, truth, controls)[index])
        page.mouse.up()
        assert {0, len(control["values"]) - 1} <= seen
        assert len(seen) >= min(len(control["values"]), 10)
    assert faults == []


# ------------------------------------------------------------------------------------------------- its life


def still_picture(html):
    """The picture that Python drew, without its style."""
    svg = b64decode(re.search('base64,([^"]+)', html)[1]).decode()
    return re.sub("<style>.*?</style>", "", svg, flags=re.DOTALL)


def tree(svg):
    return BeautifulSoup(svg, "html.parser").prettify()


@every_figure
def test_the_first_picture_is_the_one_that_python_drew(page, path, place, truth, html):
    figure, _ = open_figure(page, path, place)
    drawn = figure.locator("[role=img] > svg").evaluate("svg => svg.outerHTML")
    assert tree(drawn) == tree(still_picture(html))


@every_figure
def test_without_scripts_the_picture_stays(browser, path, place, truth, html):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    picture = page.locator("figure.live-figure > img").nth(place)
    picture.scroll_into_view_if_needed()
    assert picture.bounding_box()["width"] > 300
    assert picture.bounding_box()["height"] > 150
    assert len(picture.get_attribute("alt")) > 60
    assert page.locator("figure.live-figure input").count() == 0
    context.close()


def playing(html):
    return next((i for i, c in enumerate(config_of(html)["controls"]) if c["plays"]), None)


PLAYING = [p for p in FIGURES if playing(p.values[3]) is not None]


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
@pytest.mark.parametrize(("path", "place", "truth", "html"), PLAYING)
def test_play_step_and_reset(page, path, place, truth, html, motion):
    page.emulate_media(reduced_motion=motion)
    figure, faults = open_figure(page, path, place)
    controls, index = config_of(html)["controls"], playing(html)
    last = len(controls[index]["values"]) - 1
    play, step, reset = (figure.locator("button").nth(i) for i in range(3))
    slider, words = figure.locator("input, select").nth(index), figure.locator(".live-words")
    step.press("Enter")
    assert compare(figure, truth, controls)[index] == 1
    play.press("Enter")
    if motion == "reduce":  # at once at the end
        assert slider.input_value() == str(last)
    else:
        assert play.inner_text() == "Pause"
        assert words.get_attribute("aria-live") == "off"  # a screen reader is not flooded
        play.press("Enter")
        assert play.inner_text() == "Play"
        paused = slider.input_value()
        page.wait_for_timeout(5000 / last)
        assert slider.input_value() == paused
        play.press("Enter")
        page.wait_for_function("([slider, last]) => slider.value === last", arg=[slider.element_handle(), str(last)])
    assert play.inner_text() == "Play"
    assert words.get_attribute("aria-live") == "polite"
    step.press("Enter")  # stays at the end
    assert compare(figure, truth, controls)[index] == last
    reset.press("Enter")
    assert compare(figure, truth, controls) == [control["start"] for control in controls]
    assert faults == []


@every_figure
def test_the_stored_output_is_small_and_carries_the_runtime(path, place, truth, html):
    assert html.count(live.RUNTIME) == 1
    assert len(html.encode()) - len(live.RUNTIME.encode()) <= 25 * 1024
    assert " id=" not in html
    assert path.read_text(encoding="utf-8").count("globalThis.backpropLive = ") == 1


def parabola():
    x, a = reals("x a")
    axes = live.Axis("x", (-2, 0, 2)), live.Axis("y", (0, 4))
    return live.Figure(
        live.plot(
            x,
            *axes,
            [
                live.region("right of a", x > a),
                live.curve('a x² < y & "z"', a * x**2),
                live.line("", 1, a, 2 * a, style=1),
                live.point("", 1, a, style=2),
            ],
        ),
        [live.slider(a, [0.5, 1, 2], 1)],
        [
            live.Result("slope:", 2 * a),
            live.Result("sizes", [3, a]),
            live.Result("a is", live.holds(a > 1), words=("small", "large")),
        ],
        alt="A parabola <script>",
    )


def test_two_copies_of_a_figure_move_on_their_own(page, tmp_path):
    html = parabola()._repr_html_()
    assert html == parabola()._repr_html_()
    file = tmp_path / "twice.html"
    file.write_text(f"<!doctype html><meta charset='utf-8'><body>{html}{html}", encoding="utf-8")
    second, faults = open_figure(page, file, 1)
    second.locator("input").press("ArrowRight")
    values = [f.get_attribute("data-values") for f in page.locator("figure.live-figure").all()]
    assert values == ['["2","3","1","0"]', '["4","3","2","1"]']
    assert second.locator(".live-words").inner_text().split() == "slope: 4 sizes (3, 2) a is large".split()
    assert second.locator("[role=img]").get_attribute("aria-label") == "A parabola <script>"
    assert page.locator("style[data-live]").count() == 1
    assert faults == []


# ------------------------------------------------------------------------------- the picture and its numbers


def elements(svg, name, kind):
    return [e.attrs for e in BeautifulSoup(svg, "html.parser").find_all(name, class_=kind)]


def test_a_plot_draws_its_numbers():
    """x from -2 to 2 lies between 19.4 and 426, y from 0 to 4 between 262 and 28."""
    svg = parabola().frame([2])["picture"]
    left, right = 12 + 7.4, 426

    def across(x):
        return left + (x + 2) / 4 * (right - left)

    def up(y):
        return 262 - y / 4 * 234

    (dot,) = elements(svg, "circle", "k2")
    assert (float(dot["cx"]), float(dot["cy"])) == pytest.approx((across(1), up(2)), abs=0.06)
    (tangent,) = elements(svg, "polyline", "k1")
    ends = [tuple(map(float, p.split(","))) for p in tangent["points"].split()]
    assert ends == [pytest.approx((across(x), up(4 * x - 2)), abs=0.06) for x in (-2, 2)]
    (graph,) = elements(svg, "polyline", "k0")
    points = np.array([tuple(map(float, p.split(","))) for p in graph["points"].split()])
    x = np.linspace(-2, 2, 321)
    np.testing.assert_allclose(points, np.array([across(x), up(2 * x**2)]).T, atol=0.06)
    sample, shaded = elements(parabola().frame([0.5])["picture"], "rect", "region")[::-1][:2]
    assert (float(shaded["x"]), float(shaded["width"])) == pytest.approx(
        (across(0.5125), across(2) - across(0.5125)), abs=0.2
    )
    assert "a x² &#60; y &#38; &#34;z&#34;" in svg
    assert float(sample["width"]) == 24


def test_a_curve_breaks_where_it_has_no_value():
    x, a = reals("x a")
    axes = live.Axis("x", (-2, 2)), live.Axis("y", (1e-2, 1), log=True)
    figure = live.Figure(live.plot(x, *axes, [live.curve("1/x", a / x)]), [live.slider(a, [1])], [], "a hyperbola")
    (branch,) = elements(figure.frame([1])["picture"], "polyline", "k0")  # log(1/x) has no value for x < 0, 1/0 neither
    assert len(branch["points"].split()) == 160
    assert "Infinity" not in str(branch)
    assert "NaN" not in str(branch)


def test_shapes_that_do_not_fit_are_crossed_out():
    M, D, H = reals("M D H")
    view = live.shapes({"X": (M, D), "W": (H, D), "Z": (M, H)}, ["X · W → Z"], framed=0, batch=M, most=3)
    figure = live.Figure(view, [live.slider(s, [1, 2, 3]) for s in (M, D, H)], [], "a product")
    fits, wrong = (figure.frame(sizes)["picture"] for sizes in ([3, 2, 2], [3, 2, 1]))
    assert "Z (3, 2)" in fits
    assert "✗" not in fits
    assert len(elements(fits, "rect", "cell")) == 6 + 4 + 6
    assert len(elements(fits, "rect", "sample")) == 2 + 2
    assert "Z ?" in wrong
    assert "✗" in wrong
    assert len(elements(wrong, "rect", "unknown")) == 3


def test_numbers_in_words():
    values = [0, -0.25, 1e-12, -1e21, 123456, 2 / 3, 1e400, -1e400]
    written = [
        live.quickjs.Context().eval(f"{live.JAVASCRIPT} number({v!r}, 4)".replace("inf", "Infinity")) for v in values
    ]
    assert written == ["0", "−0.25", "1e−12", "−1e21", "123500", "0.6667", "∞", "−∞"]
    assert live.quickjs.Context().eval(f"{live.JAVASCRIPT} number(NaN, 4)") == "not a number"
    assert live.Axis("y", (1e-2, 1, 1e3), log=True).options["texts"] == ["10⁻²", "1", "10³"]


def test_bad_figures_are_refused():
    x, a, b = reals("x a b")
    axes = live.Axis("x", (0, 1)), live.Axis("y", (0, 1))
    with pytest.raises(live.InputError, match=r"no symbols but the arguments \[x, a\], received \[b\]"):
        live.Figure(live.plot(x, *axes, [live.curve("", b * x)]), [live.slider(a, [1])], [], "a line")
    with pytest.raises(live.InputError, match=r"start: expected one of the slider's values, received 0\.3\."):
        live.slider(a, np.arange(4) / 10 + 1e-9, 0.3)


# --------------------------------------------------------------------------------------------- in JupyterLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab with two notebooks of all figures, one trusted and one not."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [
        new_code_cell("", id=p.id, outputs=[new_output("display_data", data={"text/html": p.values[3]})])
        for p in FIGURES
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "trusted.ipynb")
    nbformat.write(new_notebook(cells=cells[::-1], metadata=kernel), folder / "strange.ipynb")
    env = {**os.environ, **{f"JUPYTER_{d}_DIR": str(folder / d) for d in ("CONFIG", "DATA", "RUNTIME")}}
    subprocess.run([sys.executable, "-m", "jupyter", "trust", folder / "trusted.ipynb"], env=env, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    log = (folder / "log").open("w")
    with subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=env, stdout=log, stderr=log) as server:
        yield f"http://127.0.0.1:{port}/lab/workspaces"
        server.terminate()
    log.close()


def open_in_lab(page, url):
    """The page of a notebook, which may reach this one server; a reader has clicked into the notebook."""
    host = url.split("/lab/")[0]
    page.unroute_all()
    page.context.unroute_all()
    page.context.route(re.compile("^https?:"), lambda r: r.continue_() if r.request.url.startswith(host) else r.abort())
    for _ in range(60):
        try:
            page.goto(url)
            break
        except PlaywrightError:  # the server has not started yet
            time.sleep(1)
    page.wait_for_selector(".jp-OutputArea-output figure, .jp-OutputArea-output img", timeout=60_000)


def test_figures_in_jupyterlab(page, lab):
    """In command mode JupyterLab has the arrow keys for itself; in a figure they move its sliders."""
    open_in_lab(page, f"{lab}/first/tree/trusted.ipynb")
    for place, (_, _, truth, html) in enumerate(p.values for p in FIGURES):
        cell = page.locator(".jp-CodeCell").nth(place)
        figure = cell.locator("figure.live-figure")
        figure.locator("summary").click()  # JupyterLab makes this cell the active one, in command mode
        figure.locator("summary").click()
        controls = config_of(html)["controls"]
        sweep(page, figure, truth, controls, 0)
        for index in range(1, len(controls)):
            figure.locator("input, select").nth(index).press("End")
            assert compare(figure, truth, controls)[index] == len(controls[index]["values"]) - 1
        assert "jp-mod-active" in cell.get_attribute("class")  # no key has moved the selection


def test_in_a_notebook_that_is_not_trusted_the_picture_stays(page, lab):
    open_in_lab(page, f"{lab}/second/tree/strange.ipynb")
    for place in range(len(FIGURES)):
        cell = page.locator(".jp-CodeCell").nth(place)
        cell.scroll_into_view_if_needed()
        picture = cell.locator("img")
        assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
        assert len(picture.get_attribute("alt")) > 60
        assert cell.locator("input").count() == 0
