/* A tick beside each exercise, kept in this browser; on the page Exercises their count, and all as text. */
(() => {
  const KEY = "executable-backpropagation: exercises done";
  let done = {};
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept && kept.constructor === Object) done = kept;
  } catch { /* no store: the ticks last as long as the page */ }

  const keep = () => { try { localStorage.setItem(KEY, JSON.stringify(done)); } catch { /* as above */ } };

  function tick(name, words) {
    const label = document.createElement("label"), box = document.createElement("input");
    label.className = "exercise-tick";
    box.type = "checkbox";
    box.checked = name in done;
    box.setAttribute("aria-label", `exercise ${name} done`);
    box.addEventListener("change", () => {
      if (box.checked) done[name] = new Date().toISOString().slice(0, 10); else delete done[name];
      keep();
      document.dispatchEvent(new Event("exercises"));
    });
    label.append(box, words);
    return label;
  }

  for (const strong of document.querySelectorAll("main p > strong:first-child")) {
    const name = /^Exercise ([\w-]+)$/.exec(strong.textContent);
    if (name) strong.parentElement.prepend(tick(name[1], " done"));
  }

  const rows = [...document.querySelectorAll("main td:first-child a")].filter((a) => /^\w+-\d+$/.test(a.textContent));
  if (!/^Exercises/.test(document.querySelector(".bd-article h1")?.textContent) || !rows.length) return;
  const names = rows.map((a) => a.textContent);
  for (const a of rows) a.before(tick(a.textContent, " "));

  const bar = document.createElement("p"), count = document.createElement("span");
  const save = document.createElement("button"), clear = document.createElement("button");
  bar.className = "exercise-bar";
  count.setAttribute("role", "status");
  save.textContent = "Save as text";
  clear.textContent = "Clear";
  const show = () => { count.textContent = `${names.filter((n) => n in done).length} of ${names.length} done`; };
  save.addEventListener("click", () => {
    const text = names.filter((n) => n in done).map((n) => `${n}\t${done[n]}\n`).join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`exercise\tdone\n${text}`], { type: "text/plain" }));
    link.download = "exercises.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  });
  clear.addEventListener("click", () => {
    if (!confirm("Forget all ticks in this browser?")) return;
    done = {};
    keep();
    for (const box of document.querySelectorAll(".exercise-tick input")) box.checked = false;
    show();
  });
  bar.append(count, save, clear);
  document.querySelector(".bd-article h1").after(bar);
  document.addEventListener("exercises", show);
  show();
})();
