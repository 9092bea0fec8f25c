"""The live figures in a page, moved by mouse and keyboard in Chromium: `make book` first, `make test` does both."""

import json

import pytest
from helpers import PHONE
from live_browser import FAULTS_OF_LABELS, SAME_PICTURE, compare, sweep, watch
from live_figures import FIGURES, every_figure, parabola, still_picture, without_style

PAGES = sorted({figure.path for figure in FIGURES.values()})
every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
LIGHT = "<!doctype html><meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>t</title><body>"


def page_of(folder, *html):
    """A page of figures and nothing else, which is opened in a tenth of the time."""
    file = folder / "page.html"
    file.write_text(LIGHT + "".join(html), encoding="utf-8")
    return file


def on_page(page, place):
    """The figure at this place of the page that is open."""
    figure = page.locator("figure.live-figure").nth(place)
    figure.scroll_into_view_if_needed()
    return figure


def visit(page, path):
    """Open a page of the book, with its figures at their beginning: that of the front page plays at once."""
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('.live-buttons button:last-child').forEach((reset) => reset.click())")


def open_figure(page, name):
    """The figure on its page, and what goes wrong in a script."""
    faults = watch(page)
    visit(page, FIGURES[name].path)
    return on_page(page, FIGURES[name].place), faults


def open_alone(page, folder, name):
    """The same figure and nothing else: where it stands in hundreds of positions, a long page would be laid out as
    often. That it moves on its page, ``check_page`` sees.
    """
    return open_file(page, page_of(folder, FIGURES[name].html))


# ------------------------------------------------------------------------------------------------- it moves


def press_twice(figure, name, program):
    """Move the first control to one of its ends and a step back by the keyboard."""
    control, chosen = figure.locator("input, select").first, program.controls[0]
    end, step, at = ("Home", 1, 0) if chosen["at"] else ("End", -1, len(chosen["values"]) - 1)
    arrows = {1: "ArrowDown", -1: "ArrowUp"} if chosen["menu"] else {1: "ArrowRight", -1: "ArrowLeft"}
    control.press(end)
    assert compare(figure, name, program)[0] == at
    control.press(arrows[step])
    assert compare(figure, name, program)[0] == at + step


def drag_once(page, figure, name, program):
    """Drag the last slider, if there is one, from its left end to a third of its length."""
    sliders = [i for i, control in enumerate(program.controls) if not control["menu"]]
    if not sliders:
        return
    index = sliders[-1]
    slider, last = figure.locator("input, select").nth(index), len(program.controls[index]["values"]) - 1
    slider.press("Home")  # a thumb that is pressed beside its middle stays where it is
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, middle)
    page.mouse.down()
    assert compare(figure, name, program)[index] == 0
    page.mouse.move(box["x"] + box["width"] / 3, middle)
    page.mouse.up()
    assert abs(compare(figure, name, program)[index] - last / 3) <= 0.05 * last + 1


def check_moves(page, place, name):
    """It begins as Python drew it, moves by keyboard and mouse, and its labels fit."""
    figure, program = on_page(page, place), FIGURES[name].program
    assert figure.evaluate(SAME_PICTURE, without_style(FIGURES[name].picture))
    press_twice(figure, name, program)
    drag_once(page, figure, name, program)
    assert page.evaluate(FAULTS_OF_LABELS, [figure.element_handle(), program.config, [program.start]]) == []


def test_every_figure_moves_by_keyboard_and_mouse(page, tmp_path):
    page.set_viewport_size(PHONE)
    faults = watch(page)
    page.goto(page_of(tmp_path, *(figure.html for figure in FIGURES.values())).as_uri())
    for place, name in enumerate(FIGURES):
        check_moves(page, place, name)
    assert faults == []


def check_page(page, path):
    page.set_viewport_size(PHONE)
    faults = watch(page)
    visit(page, path)
    for name in (name for name, figure in FIGURES.items() if figure.path == path):
        check_moves(page, FIGURES[name].place, name)
    assert path.read_text(encoding="utf-8").count("globalThis.backpropLive = ") == 1
    assert faults == []


def test_every_figure_of_a_page_moves(page):
    check_page(page, PAGES[0])


@pytest.mark.sweep
@every_page
def test_every_figure_of_every_page_moves(page, path):
    check_page(page, path)


@pytest.mark.sweep
@every_figure
def test_keyboard(page, tmp_path, name):
    figure, faults = open_alone(page, tmp_path, name)
    program = FIGURES[name].program
    for index in range(len(program.controls)):
        figure.get_by_role("button", name="Reset").press("Enter")
        sweep(page, figure, name, program, index)
    assert faults == []


@pytest.mark.sweep
def test_every_activation_over_the_whole_range(page, tmp_path):
    """The only figure whose formulas themselves change with a control."""
    figure, faults = open_alone(page, tmp_path, "saturation-figure")
    program = FIGURES["saturation-figure"].program
    for activation in program.controls[0]["texts"]:
        figure.locator("select").select_option(label=activation)
        sweep(page, figure, "saturation-figure", program, 1)
    assert faults == []


@pytest.mark.sweep
@every_figure
def test_mouse(page, tmp_path, name):
    """Drag every slider from end to end."""
    figure, faults = open_alone(page, tmp_path, name)
    program = FIGURES[name].program
    for index, control in enumerate(program.controls):
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
            seen.add(compare(figure, name, program)[index])
        page.mouse.up()
        assert {0, len(control["values"]) - 1} <= seen
        assert len(seen) >= min(len(control["values"]), 10)
    assert faults == []


# ---------------------------------------------------------------------------- its labels, in this machine's fonts


def test_a_label_that_leaves_its_box_is_found(page, tmp_path):
    page.goto(page_of(tmp_path, FIGURES["neuron-graph"].html).as_uri())
    figure = on_page(page, 0)
    page.add_style_tag(content=".live-picture text { font-size: 20px }")
    program = FIGURES["neuron-graph"].program
    at_the_end = [program.controls[0]["values"][-1], *program.start[1:]]
    found = page.evaluate(FAULTS_OF_LABELS, [figure.element_handle(), program.config, [at_the_end]])
    assert any("leaves a box" in fault for fault in found)


@pytest.mark.sweep
@every_figure
def test_labels_fit_in_the_fonts_of_this_machine(page, name):
    """Wherever the controls stand, on a phone: no text lies on another, leaves the picture or its box."""
    page.set_viewport_size(PHONE)
    figure, faults = open_figure(page, name)
    program = FIGURES[name].program
    everywhere = [*program.positions(), *program.by_chance()]
    assert page.evaluate(FAULTS_OF_LABELS, [figure.element_handle(), program.config, everywhere]) == []
    assert faults == []


# ------------------------------------------------------------------------------------------------- its life


def check_without_scripts(browser, path, figures):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    pictures = page.locator("figure.live-figure > img").all()
    assert len(pictures) == figures
    for picture in pictures:
        picture.scroll_into_view_if_needed()
        assert 500 < picture.bounding_box()["width"] < 600
        assert 90 < picture.bounding_box()["height"] < 800
        assert len(picture.get_attribute("alt")) > 60
    assert page.locator("figure.live-figure input").count() == 0
    context.close()


def test_the_front_page_plays_at_once_unless_less_motion_is_asked_for(page):
    for motion, label in (("no-preference", "Pause"), ("reduce", "Play")):
        page.emulate_media(reduced_motion=motion)
        page.goto(FIGURES["learning"].path.as_uri())
        assert page.locator(".live-buttons button").first.inner_text() == label


def test_without_scripts_the_pictures_stay(browser, tmp_path):
    check_without_scripts(browser, page_of(tmp_path, *(f.html for f in FIGURES.values())), len(FIGURES))


@pytest.mark.sweep
@every_page
def test_without_scripts_the_pictures_of_a_page_stay(browser, path):
    check_without_scripts(browser, path, sum(figure.path == path for figure in FIGURES.values()))


PLAYING = [name for name, figure in FIGURES.items() if any(c["plays"] for c in figure.program.controls)]
every_motion = pytest.mark.parametrize("motion", ["no-preference", "reduce"])


def check_play_step_and_reset(page, figure, slider, control, motion, check):
    """The buttons of the control that moves by itself, on a clock that stands still; check() is where it is."""
    last, first = len(control["values"]) - 1, control["at"]
    play, step, reset = (figure.locator("button").nth(i) for i in range(3))
    words, tick = figure.locator(".live-words"), round(1000 * control["seconds"] / last) + 1
    page.clock.pause_at(10_000)
    step.press("Enter")
    assert check() == (first + 1) % (last + 1)  # the first one comes after the last
    play.press("Enter")
    if motion == "reduce":  # at once at the end
        assert check() == last
    else:
        assert play.inner_text() == "Pause"
        assert words.get_attribute("aria-live") == "off"  # a screen reader is not flooded
        if last > 3:  # on its way long enough to be stopped
            page.clock.run_for(tick)
            play.press("Enter")
            assert play.inner_text() == "Play"
            paused = check()
            page.clock.run_for(5 * tick)
            assert check() == paused
            play.press("Enter")
            slider.press("ArrowRight")  # who moves it by hand wants it there
            assert play.inner_text() == "Play"
            play.press("Enter")
        page.clock.run_for((last + 1) * tick)
    assert play.inner_text() == "Play"
    assert words.get_attribute("aria-live") == "polite"
    assert check() == last
    step.press("Enter")  # begins anew
    assert check() == 0
    reset.press("Enter")
    assert check() == first


@pytest.mark.sweep
@every_motion
@pytest.mark.parametrize("name", PLAYING)
def test_play_step_and_reset(page, name, motion):
    page.emulate_media(reduced_motion=motion)
    page.clock.install(time=0)
    figure, faults = open_figure(page, name)
    program = FIGURES[name].program
    index = next(i for i, control in enumerate(program.controls) if control["plays"])
    control = program.controls[index]
    slider = figure.locator("input, select").nth(index)
    check_play_step_and_reset(page, figure, slider, control, motion, lambda: compare(figure, name, program)[index])
    assert compare(figure, name, program) == [control["at"] for control in program.controls]
    assert faults == []


# --------------------------------------------------------------------------------------- a figure of the tests


def open_file(page, file):
    faults = watch(page)
    page.goto(file.as_uri())
    return page.locator("figure.live-figure").last, faults


@every_motion
def test_the_buttons_of_a_figure(page, tmp_path, motion):
    page.emulate_media(reduced_motion=motion)
    page.clock.install(time=0)
    figure, faults = open_file(page, page_of(tmp_path, parabola()._repr_html_()))

    def check():
        at = int(figure.locator("input").input_value())
        slope, *_ = json.loads(figure.get_attribute("data-values"))
        assert float(slope) == [1, 2, 4][at]
        return at

    control = {"values": [0.5, 1, 2], "at": 1, "seconds": 4}
    check_play_step_and_reset(page, figure, figure.locator("input"), control, motion, check)
    assert faults == []


@pytest.mark.parametrize("label", ["y", "</script>", "<!-- <script>", '& " \\'])
def test_two_copies_of_a_figure_move_on_their_own(page, tmp_path, label):
    """Whatever its texts are."""
    figure = parabola(label)
    assert figure._repr_html_() == parabola(label)._repr_html_()
    second, faults = open_file(page, page_of(tmp_path, figure._repr_html_(), figure._repr_html_()))
    second.locator("input").press("ArrowRight")
    values = [f.get_attribute("data-values") for f in page.locator("figure.live-figure").all()]
    assert values == ['["2","3","1","0"]', '["4","3","2","1"]']
    assert second.locator(".live-words").inner_text().split() == "slope: 4 sizes (3, 2) a is large".split()
    assert second.locator("[role=img]").get_attribute("aria-label") == "At first: A parabola <script>"
    assert label in second.locator("text").all_text_contents()
    assert page.locator("style[data-live]").count() == 1
    assert faults == []


def test_coming_back_to_a_page_its_numbers_are_those_of_its_sliders(page, tmp_path):
    figure, _ = open_file(page, page_of(tmp_path, parabola()._repr_html_()))
    figure.locator("input").press("ArrowRight")
    page.goto("about:blank")
    page.go_back()
    figure = page.locator("figure.live-figure")
    at, slope = figure.locator("input").input_value(), json.loads(figure.get_attribute("data-values"))[0]
    assert (at, slope) in [("1", "2"), ("2", "4")]


WATCH_INTERVALS = """() => {
  const [set, clear] = [setInterval, clearInterval];
  window.running = new Set();
  window.setInterval = (...how) => { const id = set(...how); running.add(id); return id };
  window.clearInterval = (id) => { running.delete(id); clear(id) };
}"""


def test_a_removed_figure_stops(page, tmp_path):
    page.clock.install(time=0)
    figure, faults = open_file(page, page_of(tmp_path, parabola()._repr_html_()))
    page.clock.pause_at(10_000)
    page.evaluate(WATCH_INTERVALS)
    figure.get_by_role("button", name="Reset").click()
    figure.locator("input").press("Home")
    figure.get_by_role("button", name="Play").click()
    assert page.evaluate("running.size") == 1
    removed = page.evaluate_handle(
        "() => { const figure = document.querySelector('figure'); figure.remove(); return figure }"
    )
    page.clock.run_for(3000)
    assert page.evaluate("running.size") == 0
    assert removed.evaluate("(figure) => figure.dataset.values") == '["1","3","0.5","0"]'
    assert faults == []


def test_large_text_on_a_small_screen(page, tmp_path):
    page.set_viewport_size({"width": 360, "height": 800})
    figure, _ = open_file(page, page_of(tmp_path, parabola()._repr_html_()))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert figure.locator("input").bounding_box()["width"] > 150
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360


def test_the_first_picture_of_a_figure_is_the_one_that_python_drew(page, tmp_path):
    figure, _ = open_file(page, page_of(tmp_path, parabola()._repr_html_()))
    assert figure.evaluate(SAME_PICTURE, without_style(still_picture(parabola()._repr_html_())))
