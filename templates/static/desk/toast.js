// What was just done stands in a corner for some seconds, with a way back (key u).
document.addEventListener("DOMContentLoaded", () => {
  const said = document.querySelector("[data-toast]");
  const button = said?.querySelector("[data-undo]");
  if (!button) return;
  const toast = document.createElement("div");
  toast.className = "desk-toast";
  toast.setAttribute("role", "status");
  // The page's own message goes: the toast says the same.
  const shown = said.closest("li") ?? said.parentElement;
  toast.append(...said.childNodes);
  shown.remove();
  document.body.append(toast);
  button.hidden = false;
  const undo = () => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = button.dataset.undo;
    form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
    document.body.append(form);
    form.submit();
  };
  button.addEventListener("click", undo);
  const onKey = (event) => {
    if (event.key !== "u" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    undo();
  };
  document.addEventListener("keydown", onKey);
  const seconds = Number(said.dataset.toast);
  toast.style.setProperty("--for", `${seconds}s`);
  setTimeout(() => { toast.remove(); document.removeEventListener("keydown", onKey); }, seconds * 1000);
});
