/* A reference to a result: its statement opens on hover, focus or the first tap, and closes on Escape. */
(() => {
  const template = document.querySelector("template.result-boxes");
  if (!template || !HTMLElement.prototype.showPopover) return; // then the references are plain links
  const GAP = 4, EDGE = 8; // pixels: from the box to the link, and to the edge of the window
  const boxes = new Map([...template.content.children].map((box) => [box.id, box]));
  let link, box, timer; // the link whose box is open, or nothing; what will happen soon

  const soon = (action, ms) => { clearTimeout(timer); timer = setTimeout(action, ms); };
  const stay = () => clearTimeout(timer);
  const focused = () => link.matches(":focus-visible") || box.contains(document.activeElement);
  const leave = () => soon(() => { if (link && !focused()) close(); }, 300);

  function close() {
    stay();
    if (!link) return;
    link.removeAttribute("aria-details");
    box.remove();
    link = box = undefined;
  }

  function open(one) {
    stay();
    if (one === link) return;
    close();
    link = one;
    box = boxes.get(link.querySelector("[data-box]").dataset.box);
    link.after(box); // the next thing that a screen reader reads, and the next stop of the tabulator key
    link.setAttribute("aria-details", box.id);
    box.showPopover();
    place();
  }

  /* Below the link or above it, where there is more room, and inside the window. */
  function place() {
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const lines = [...link.getClientRects()], first = lines[0], last = lines.at(-1);
    const maxWidth = `min(36rem, ${width - 2 * EDGE}px)`;
    Object.assign(box.style, { left: "0", top: "0", maxWidth, maxHeight: "none" });
    const above = first.top - GAP - EDGE, below = height - last.bottom - GAP - EDGE;
    const under = box.offsetHeight <= below || below >= above;
    box.style.maxHeight = `${under ? below : above}px`;
    box.tabIndex = box.scrollHeight > box.clientHeight ? 0 : -1; // what scrolls is a tab stop
    const left = Math.min((under ? last : first).left, width - EDGE - box.offsetWidth);
    const top = under ? last.bottom + GAP : first.top - GAP - box.offsetHeight;
    box.style.left = `${Math.max(left, EDGE) + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
  }

  const mouse = (event) => event.pointerType !== "touch";
  for (const one of boxes.values()) {
    one.querySelector("p:last-child a").tabIndex = -1; // the keyboard has the same link just before
    one.addEventListener("pointerenter", stay);
    one.addEventListener("pointerleave", (event) => { if (mouse(event)) leave(); });
    one.addEventListener("focusout", leave);
  }
  for (const words of document.querySelectorAll("[data-box]")) {
    const one = words.closest("a");
    let first = false; // a first tap, which opens; the second follows the link
    one.addEventListener("pointerenter", (event) => { if (mouse(event)) soon(() => open(one), 120); });
    one.addEventListener("pointerleave", (event) => { if (mouse(event)) leave(); });
    one.addEventListener("pointerdown", (event) => { first = !mouse(event) && one !== link; });
    one.addEventListener("click", (event) => {
      if (first) { event.preventDefault(); open(one); }
      first = false;
    });
    one.addEventListener("focus", () => { if (one.matches(":focus-visible")) open(one); });
    one.addEventListener("blur", leave);
  }
  document.addEventListener("pointerdown", ({ target }) => {
    if (link && !link.contains(target) && !box.contains(target)) close();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !link) return;
    if (box.contains(document.activeElement)) link.focus();
    close();
  });
  addEventListener("resize", () => { if (link) place(); });
})();
