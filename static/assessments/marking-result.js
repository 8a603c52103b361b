// Says what the levels chosen so far come to, by the rule that decides on the server (assessments.marking.scoring).
const sheet = document.getElementById("marking-sheet");
const result = document.getElementById("marking-result");
const part = (name) => result.querySelector(`[data-part="${name}"]`);

// Hundredths, as whole numbers: 0.1 + 0.2 must reach 0.3.
const hundredths = (text) => Math.round(Number(text) * 100);

const judge = () => {
  const missing = [];
  const failed = [];
  let sum = 0;
  let weight = 0;
  for (const criterion of sheet.querySelectorAll(".criterion")) {
    const { name, least, weighs } = criterion.dataset;
    const chosen = criterion.querySelector("input:checked");
    if (!chosen) {
      missing.push(name);
      continue;
    }
    if (least && Number(chosen.dataset.ordinal) < Number(least)) failed.push(name);
    if (chosen.dataset.points !== "") {
      sum += hundredths(weighs) * hundredths(chosen.dataset.points);
      weight += hundredths(weighs);
    }
  }
  const { cut } = sheet.dataset;
  const isUnderCut = cut !== "" && (weight === 0 || sum < hundredths(cut) * weight);
  return { missing, failed, isUnderCut };
};

const show = () => {
  const { missing, failed, isUnderCut } = judge();
  const standing = missing.length ? "open" : failed.length || isUnderCut ? "failed" : "passed";
  for (const line of result.querySelectorAll("[data-result]")) {
    line.hidden = line.dataset.result !== standing;
  }
  result.querySelector('[data-names="missing"]').textContent = missing.join(", ");
  result.querySelector('[data-names="failed"]').textContent = failed.join(", ");
  part("failed").hidden = failed.length === 0;
  if (part("cut")) part("cut").hidden = !isUnderCut;
};

sheet.addEventListener("input", show);
show();
