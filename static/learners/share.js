// Copies a text for whoever presses the button beside it; without script she selects it herself.
document.querySelectorAll("[data-copy]").forEach((button) => {
  const text = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !text) return;
  const said = document.createElement("span");
  said.className = "soft small";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.select();
    await navigator.clipboard.writeText(text.value);
    said.textContent = ` ${button.dataset.done}`;
  });
});
