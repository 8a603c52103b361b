// Draws a draft's picture anew whenever one of its choices changes; without script a button does it in a new tab.
"use strict";
(() => {
  const image = document.querySelector("img[data-preview]");
  const choices = ["achievement", "shape", "palette", "icon", "level", "kind"]
    .map((name) => document.getElementById(`id_${name}`))
    .filter(Boolean);
  if (!image || !choices.length) return;

  const draw = () => {
    const asked = new URLSearchParams(choices.map((choice) => [choice.name, choice.value]));
    if (image.dataset.version) asked.set("version", image.dataset.version);
    image.src = `${image.dataset.preview}?${asked}`;
    image.hidden = false;
  };
  for (const choice of choices) choice.addEventListener("change", draw);
  if (image.hidden) draw();
})();
