// Shows the sample certificate anew when a choice on its issuer's page changes; without script a button prints it.
"use strict";
(() => {
  const place = document.querySelector("[data-specimen]");
  const form = place && place.closest("form");
  if (!form) return;

  const tree = place.shadowRoot || place.attachShadow({ mode: "open" });
  let running = null;
  let waiting = 0;

  const show = async () => {
    if (running) running.abort();
    running = new AbortController();
    const asked = new FormData(form);
    asked.delete("logo");
    asked.set("part", "1");
    try {
      const answer = await fetch(place.dataset.specimen, { method: "POST", body: asked, signal: running.signal });
      if (answer.ok) tree.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  const soon = (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(show, event.type === "input" ? 500 : 0);
  };
  form.addEventListener("change", soon);
  form.addEventListener("input", soon);
})();
