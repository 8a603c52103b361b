/* Keeps a draft's text within two seconds of typing. Without it, "Save draft" does the same. */
"use strict";

{
  const form = document.querySelector("form[data-autosave]");
  const WAIT = 1200;

  if (form) {
    const text = form.elements.namedItem("text");
    const revision = form.elements.namedItem("revision");
    const status = form.querySelector("[data-autosave-status]");
    const failed = form.querySelector("[data-autosave-failed]").dataset.autosaveFailed;
    let kept = text.value;
    let timer = 0;
    let saving = null;

    const tell = (words) => {
      if (status.textContent !== words) status.textContent = words;
    };

    /* Text alone travels; chosen files wait for a button. */
    const send = async () => {
      const typed = text.value;
      const body = new FormData();
      for (const name of ["csrfmiddlewaretoken", "op_key", "revision"]) {
        body.append(name, form.elements.namedItem(name).value);
      }
      body.append("text", typed);
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST",
          body,
          headers: { Accept: "application/json" },
          redirect: "error",
        });
        const facts = await answer.json();
        if (answer.ok) {
          revision.value = facts.revision;
          kept = typed;
        }
        tell(facts.message);
      } catch {
        tell(failed);
      }
    };

    const save = () => {
      if (saving || text.value === kept) return;
      saving = send().finally(() => {
        saving = null;
        if (text.value !== kept && status.textContent !== failed) later();
      });
    };

    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(save, WAIT);
    };

    text.addEventListener("input", later);
    text.addEventListener("blur", save);

    /* A button pressed while the text travels waits for it, so that the two do not collide. */
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (!saving) return;
      event.preventDefault();
      const button = event.submitter;
      saving.then(() => {
        clearTimeout(timer);
        form.requestSubmit(button);
      });
    });
  }
}
