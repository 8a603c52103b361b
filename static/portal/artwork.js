// Shows a draft's picture anew, judged, whenever one of its choices changes; without script a button does it in a new tab.
"use strict";
(() => {
  const place = document.querySelector("[data-artwork]");
  const button = document.querySelector("[data-artwork-button]");
  const form = button && button.form;
  if (!place || !form) return;

  const CHOICES = ["achievement", "shape", "palette", "colour", "icon", "legend", "level", "kind", "uploaded", "uploaded-clear"];
  let running = null;
  let waiting = 0;

  const show = async () => {
    if (running) running.abort();
    running = new AbortController();
    const everything = new FormData(form);
    const asked = new FormData();
    asked.set("part", "1");
    for (const name of ["csrfmiddlewaretoken", ...CHOICES]) {
      if (everything.has(name)) asked.set(name, everything.get(name));
    }
    try {
      const answer = await fetch(place.dataset.artwork, { method: "POST", body: asked, signal: running.signal });
      if (answer.ok) place.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") button.hidden = false;
    }
  };

  const soon = (event) => {
    if (!CHOICES.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(show, event.type === "input" ? 500 : 0);
  };
  form.addEventListener("change", soon);
  form.addEventListener("input", soon);
  button.hidden = true;
  show();
})();
