"""The live figures in JupyterLab, of which one server with two notebooks is started."""

import os
import re
import socket
import subprocess
import sys
import time

import nbformat
import pytest
from live_browser import compare, sweep
from live_figures import FIGURES
from nbformat.v4 import new_code_cell, new_notebook, new_output

pytestmark = pytest.mark.sweep
OPTIONS = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]


def write_notebook(file, figures):
    cells = [
        new_code_cell("", id=figure.name, outputs=[new_output("display_data", data={"text/html": figure.html})])
        for figure in figures
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), file)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(server, port):
    """Until the server answers; it may take minutes on a busy machine."""
    for _ in range(1800):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "JupyterLab has ended"
        time.sleep(0.1)
    raise AssertionError("JupyterLab does not answer")


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """The address of a JupyterLab with two notebooks of all figures, one trusted and one not."""
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "trusted.ipynb", FIGURES.values())
    write_notebook(folder / "strange.ipynb", reversed(FIGURES.values()))  # or it would have the other's signature
    env = {**os.environ, **{f"JUPYTER_{d}_DIR": str(folder / d) for d in ("CONFIG", "DATA", "RUNTIME")}}
    subprocess.run([sys.executable, "-m", "jupyter", "trust", folder / "trusted.ipynb"], env=env, check=True)
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={folder}"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, env=env, stdout=log, stderr=log) as server,
    ):
        wait_for(server, port)
        yield f"http://127.0.0.1:{port}/lab/workspaces"
        server.kill()  # a kernel ends with its server; to end politely, the server would wait for a kernel that starts


def open_in_lab(page, url):
    """The page of a notebook, which may reach this one server."""
    host = url.split("/lab/")[0]
    page.context.unroute_all()
    page.context.route(re.compile("^https?:"), lambda r: r.continue_() if r.request.url.startswith(host) else r.abort())
    page.goto(url)
    page.wait_for_selector(".jp-OutputArea-output figure, .jp-OutputArea-output img")


def figure_in_lab(page, place):
    """The figure of a cell; the reader has clicked into the notebook, which is in command mode."""
    figure = page.locator(".jp-CodeCell").nth(place).locator("figure.live-figure")
    figure.locator("summary").click()  # JupyterLab makes this cell the active one
    figure.locator("summary").click()
    return figure


def check_still(page, place):
    cell = page.locator(".jp-CodeCell").nth(place)
    cell.scroll_into_view_if_needed()
    picture = cell.locator("img")
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
    assert len(picture.get_attribute("alt")) > 60
    assert cell.locator("input").count() == 0


def test_every_figure_in_jupyterlab(page, lab):
    """In command mode JupyterLab has the arrow keys for itself; in a figure they move its sliders."""
    open_in_lab(page, f"{lab}/first/tree/trusted.ipynb")
    for place, name in enumerate(FIGURES):
        figure, program = figure_in_lab(page, place), FIGURES[name].program
        sweep(page, figure, name, program, 0)
        for index in range(1, len(program.controls)):
            figure.locator("input, select").nth(index).press("End")
            assert compare(figure, name, program)[index] == len(program.controls[index]["values"]) - 1
        assert "jp-mod-active" in page.locator(".jp-CodeCell").nth(place).get_attribute("class")


def test_in_a_notebook_that_is_not_trusted_every_picture_stays(page, lab):
    open_in_lab(page, f"{lab}/second/tree/strange.ipynb")
    for place in range(len(FIGURES)):
        check_still(page, place)
