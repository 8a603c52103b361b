// Says aloud what the admin only shows: names for fields in inline rows and for search-as-you-type boxes,
// and each cell's column, for the narrow layout where rows are cards.
"use strict";
(() => {
  const words = (element) => element?.textContent.trim().replace(/\s+/g, " ") ?? "";

  const nameCells = (table) => {
    const heads = [...table.querySelectorAll("thead th")];
    // A sorted column's head also holds the place and the direction of its sorting.
    const columns = heads.map((head) => words(head.querySelector(".text") ?? head));
    // A column without a name has nothing to head.
    for (const head of heads) if (!words(head) && !head.children.length) head.setAttribute("role", "cell");
    [...table.querySelectorAll("tbody tr")].forEach((row, index) => {
      [...row.cells].forEach((cell, column) => {
        if (!columns[column] || cell.colSpan > 1) return;
        cell.dataset.label = columns[column];
        for (const field of cell.querySelectorAll("input, select, textarea")) {
          if (field.type === "hidden" || field.labels?.length || field.hasAttribute("aria-label")) continue;
          field.setAttribute("aria-label", `${columns[column]}, ${index + 1}`);
        }
      });
    });
  };

  const nameComboboxes = (root) => {
    // A cross that stands in a list and is no item of it; each chosen item has its own.
    for (const stray of root.querySelectorAll("ul > .select2-selection__clear")) stray.remove();
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const combobox = select.nextElementSibling?.querySelector("[role=combobox]");
      const name = select.getAttribute("aria-label") || words(select.labels?.[0]).replace(/:$/, "");
      if (combobox && name) {
        // The library names the box by its value alone; what is being chosen must stand before it.
        const shown = combobox.querySelector(".select2-selection__rendered");
        combobox.setAttribute("aria-label", shown?.title ? `${name}: ${shown.title}` : name);
        shown?.setAttribute("aria-label", combobox.getAttribute("aria-label"));
        combobox.removeAttribute("aria-labelledby");
      }
    }
  };

  // A moment is asked for as two fields under one label, each led by a word of plain text.
  const nameHalves = () => {
    for (const field of document.querySelectorAll(".form-row input:not([type=hidden]), .form-row select, .form-row textarea")) {
      if (field.labels?.length || field.hasAttribute("aria-label")) continue;
      const before = field.previousSibling?.nodeType === Node.TEXT_NODE ? words(field.previousSibling) : "";
      const label = words(field.closest(".flex-container, .form-row")?.querySelector("label, .fieldBox label"));
      field.setAttribute("aria-label", [label, before].map((part) => part.replace(/:$/, "")).filter(Boolean).join(", "));
    }
    for (const hint of document.querySelectorAll("span[aria-label]:not([role])")) hint.setAttribute("role", "img");
  };

  const nameAll = () => {
    document.querySelectorAll("#result_list, .inline-group .tabular table").forEach(nameCells);
    nameHalves();
    nameComboboxes(document);
  };

  // The library builds its boxes when it is ready, and again for each added row: whenever the page grows, look again.
  let waiting = false;
  const nameSoon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      nameAll();
    });
  };
  document.addEventListener("DOMContentLoaded", () => {
    nameSoon();
    new MutationObserver(nameSoon).observe(document.body, { childList: true, subtree: true });
  });
  document.addEventListener("focusin", (event) => {
    // The box in which one types a search appears only when it opens.
    if (event.target instanceof Element && event.target.matches(".select2-search__field")) {
      const opened = document.querySelector(".select2-container--open [role=combobox]");
      event.target.setAttribute("aria-label", opened?.getAttribute("aria-label") ?? "");
    }
  });
})();
