// Keeps the draft by itself a second after a change. The revision on the page decides on the server whether it
// may; without this script the button "Save draft" does the same.
const DELAY = 1000;
const RETRY = 10_000;
const RENEW = 4 * 60_000;

const sheet = document.getElementById("marking-sheet");
const saved = document.getElementById("marking-saved");
const words = sheet.dataset;
const stash = `tessera.marking.${words.kept}`;
const field = (name) => sheet.elements.namedItem(name);

let timer = 0;
let saving = null;
let isDirty = false;
let isStopped = false;

const show = (message) => {
  saved.textContent = message;
};

const post = (address, body, options = {}) =>
  fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", ...options });

// What could not be saved waits in this tab, for after a sign-in or a reload.
const putAside = () => {
  const kept = [...new FormData(sheet)].filter(([name]) => !["csrfmiddlewaretoken", "op_key"].includes(name));
  try {
    sessionStorage.setItem(stash, JSON.stringify(kept));
  } catch {
    // Storage is switched off: the page still holds it.
  }
};

const bringBack = () => {
  const kept = new Map(JSON.parse(sessionStorage.getItem(stash) ?? "[]"));
  sessionStorage.removeItem(stash);
  if (kept.get("revision") !== field("revision").value) return;
  for (const [name, value] of kept) {
    if (field(name)) field(name).value = value;
  }
  for (const fold of sheet.querySelectorAll("details")) {
    fold.open ||= fold.querySelector("textarea").value !== "";
  }
  sheet.dispatchEvent(new Event("input"));
  show(words.restored);
};

const offerBoth = (message) => {
  isStopped = true;
  show(`${message} `);
  const button = sheet.querySelector("[data-draft]").cloneNode();
  button.className = "btn btn-secondary btn-sm";
  button.textContent = words.both;
  saved.append(button);
};

const fail = (message) => {
  isDirty = true;
  putAside();
  show(message);
};

const send = async (options) => {
  let response;
  try {
    response = await post(words.save, new FormData(sheet), options);
  } catch {
    response = null;
  }
  if (response === null || response.status >= 500) {
    fail(words.unreachable);
    timer = setTimeout(keep, RETRY);
  } else if (response.type === "opaqueredirect" || response.status === 403) {
    isStopped = true;
    fail(words.signedOut);
  } else {
    const answer = await response.json().catch(() => ({ message: "" }));
    if (response.ok) {
      field("revision").value = answer.revision;
      sessionStorage.removeItem(stash);
      if (!isDirty) show(answer.message);
    } else {
      fail(answer.message);
      if (response.status === 409) offerBoth(answer.message);
    }
  }
};

async function keep(options = {}) {
  clearTimeout(timer);
  if (saving) {
    await saving;
    return keep(options);
  }
  if (!isDirty || isStopped) return undefined;
  isDirty = false;
  show(words.saving);
  saving = send(options).finally(() => {
    saving = null;
  });
  return saving;
}

sheet.addEventListener("input", () => {
  isDirty = true;
  if (isStopped) return;
  show(words.unsaved);
  clearTimeout(timer);
  timer = setTimeout(keep, DELAY);
});

sheet.addEventListener("keep", () => {
  isDirty = true;
  keep();
});

// A button pressed while a save is on its way waits for the revision that the save brings.
sheet.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (!saving) {
    isStopped = true;
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  saving.then(() => sheet.requestSubmit(button));
});

for (const form of document.querySelectorAll("form[data-move]")) {
  form.addEventListener("submit", (event) => {
    if (!isDirty && !saving) return;
    event.preventDefault();
    keep().then(() => {
      if (!isDirty) form.submit();
    });
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keep({ keepalive: true });
});

// Back from another page: what the browser remembers of this one may be old.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

setInterval(async () => {
  if (document.visibilityState !== "visible" || isStopped) return;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
  const response = await post(words.claim, body).catch(() => null);
  if (response?.status === 409) show((await response.json()).message);
}, RENEW);

try {
  bringBack();
} catch {
  // Storage is switched off, or holds something that is not ours.
}
