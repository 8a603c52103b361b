// Marking by keyboard, and how wide the two halves are. Single keys sleep in text fields and can be switched off.
const sheet = document.getElementById("marking-sheet");
const split = document.getElementById("marking-split");
const help = document.getElementById("marking-help");
const singleKeys = document.getElementById("single-keys");
const criteria = [...sheet.querySelectorAll(".criterion")];
const radios = (criterion) => [...criterion.querySelectorAll('input[type="radio"]')];
let current = 0;

const remembered = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off: the usual arrangement holds
  }
};

const remember = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It still holds for this page.
  }
};

const stand = (index) => {
  current = Math.min(Math.max(index, 0), criteria.length - 1);
  criteria.forEach((criterion, place) => criterion.classList.toggle("is-current", place === current));
};

const goTo = (index) => {
  stand(index);
  const levels = radios(criteria[current]);
  (levels.find((level) => level.checked) ?? levels[0]).focus();
  criteria[current].scrollIntoView({ block: "nearest" });
};

const comment = () => {
  const fold = criteria[current].querySelector("details");
  fold.open = true;
  fold.querySelector("textarea").focus();
};

const move = (way) => document.querySelector(`form[data-move="${way}"]`).requestSubmit();

const KEYS = {
  j: () => goTo(current + 1),
  k: () => goTo(current - 1),
  c: comment,
  n: () => move("on"),
  p: () => move("back"),
  "?": () => help.showModal(),
};

const choose = (number) => {
  const level = radios(criteria[current])[number - 1];
  level?.focus();
  level?.click();
};

const isWriting = (target) => target.matches('textarea, select, input:not([type="radio"], [type="checkbox"])');

document.addEventListener("keydown", (event) => {
  if (help.open || event.isComposing) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "Enter") sheet.requestSubmit(sheet.querySelector("[data-release]"));
    else if (event.key.toLowerCase() === "s") sheet.dispatchEvent(new Event("keep"));
    else return;
    event.preventDefault();
    return;
  }
  if (isWriting(target)) {
    if (event.key === "Escape") goTo(current);
    return;
  }
  if (!singleKeys.checked || event.altKey) return;
  if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
});

sheet.addEventListener("focusin", (event) => {
  const criterion = event.target.closest(".criterion");
  if (criterion) stand(criteria.indexOf(criterion));
});

singleKeys.checked = remembered("tessera.single-keys") !== "off";
singleKeys.addEventListener("change", () => remember("tessera.single-keys", singleKeys.checked ? "on" : "off"));
document.querySelector("[data-open-help]").addEventListener("click", () => help.showModal());

const widen = (half) => {
  split.dataset.wide = half;
  for (const button of document.querySelectorAll("[data-balance]")) {
    button.setAttribute("aria-pressed", String(button.dataset.balance === half));
  }
};

for (const button of document.querySelectorAll("[data-balance]")) {
  button.addEventListener("click", () => {
    const half = split.dataset.wide === button.dataset.balance ? "" : button.dataset.balance;
    widen(half);
    remember("tessera.marking-width", half);
  });
}
widen(remembered("tessera.marking-width") ?? "");

for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
stand(Math.max(0, criteria.findIndex((criterion) => !criterion.querySelector("input:checked"))));
