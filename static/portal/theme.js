// Remembers the reader's light or dark choice and lets a button move through it.
// Loaded in the head without defer, so the choice stands before anything is painted.
// The key and the attribute are those of Django's admin: both halves of the portal follow one choice.
"use strict";
(() => {
  const root = document.documentElement;
  const order = ["auto", "light", "dark"];

  const stored = () => {
    try {
      const mode = localStorage.getItem("theme");
      return order.includes(mode) ? mode : "auto";
    } catch {
      return "auto"; // storage is switched off: the system's choice holds
    }
  };

  const show = (mode) => {
    root.dataset.theme = mode;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      const words = button.dataset[mode];
      button.setAttribute("aria-label", words);
      button.title = words;
    }
  };

  const choose = (mode) => {
    try {
      localStorage.setItem("theme", mode);
    } catch {
      // It still changes this page; only the memory of it is missing.
    }
    show(mode);
  };

  root.dataset.theme = stored();
  document.addEventListener("DOMContentLoaded", () => {
    show(stored());
    document.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("[data-theme-toggle]")) {
        choose(order[(order.indexOf(stored()) + 1) % order.length]);
      }
      if (target?.closest("[data-print]")) {
        window.print();
      }
    });
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
    }
  });
  addEventListener("storage", (event) => {
    if (event.key === "theme") show(stored());
  });
})();
