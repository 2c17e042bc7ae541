// The simulator: Enter sends, and a chosen file shows its name.
(() => {
  const isPhone = matchMedia("(pointer: coarse)");
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (area.matches(".desk-say textarea") && event.key === "Enter" && !event.shiftKey
        && !event.isComposing && !isPhone.matches) {
      event.preventDefault();
      area.form.requestSubmit(area.form.querySelector("[value=say]"));
    }
  });
  // Caught on its way down: Unfold's own listener looks for a field that its widgets have.
  document.addEventListener("change", (event) => {
    if (!event.target.matches(".desk-file input")) return;
    event.stopPropagation();
    const label = event.target.parentElement.querySelector("span");
    label.textContent = event.target.files.length ? event.target.files[0].name : label.dataset.empty;
  }, true);
})();
