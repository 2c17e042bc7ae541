// Keys of every list: j and k walk the rows, Enter opens one, o unfolds it, x ticks it, / goes to the search box,
// Escape leaves it, ? lists the keys (templates/desk/list_keys.html).
document.addEventListener("DOMContentLoaded", () => {
  const rows = () => [...document.querySelectorAll("#result_list tr.data-row")];
  const search = document.getElementById("searchbar");
  const help = document.getElementById("list-keys");
  if (!rows().length && !search) return;
  const now = () => document.querySelector("#result_list tr.desk-current");
  const step = (by) => {
    const all = rows();
    const at = all.indexOf(now());
    const next = all[at < 0 ? 0 : Math.max(0, Math.min(at + by, all.length - 1))];
    now()?.classList.remove("desk-current");
    next?.classList.add("desk-current");
    next?.scrollIntoView({ block: "nearest" });
  };
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    x: () => now()?.querySelector("input.action-select")?.click(),
    Enter: () => now()?.querySelector("th a, td:not(.desk-unfold) a")?.click(),
    o: () => now()?.querySelector(".desk-unfold a")?.click(),
    "/": () => search?.focus(),
    "?": () => help?.showModal(),
  };
  help?.addEventListener("click", (event) => { if (event.target === help) help.close(); });
  help?.addEventListener("keydown", (event) => { if (event.key === "?") { event.preventDefault(); help.close(); } });
  search?.addEventListener("keydown", (event) => { if (event.key === "Escape") search.blur(); });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, button, a, summary, dialog")) return;
    if (!acts[event.key] || (event.key === "Enter" && !now())) return;
    event.preventDefault();
    acts[event.key]();
  });
  if (location.hash === "#find") search?.focus();
});
