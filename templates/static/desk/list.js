// Keys of every list: j and k walk the rows, Enter opens one, o unfolds it, x ticks it, / goes to the search box,
// Escape leaves it, ? lists the keys (templates/desk/list_keys.html).
document.addEventListener("DOMContentLoaded", () => {
  const rows = () => [...document.querySelectorAll("#result_list tr.data-row")];
  const search = document.getElementById("searchbar");
  const help = document.getElementById("list-keys");
  if (!rows().length && !search) return;
  for (const cell of document.querySelectorAll("#result_list tr.data-row > td")) {
    if (cell.textContent.trim() === "—") cell.classList.add("desk-nil");
    // A field to edit in the list is named after its column and its row.
    for (const field of cell.querySelectorAll("input:not([type=hidden], [aria-label]), select:not([aria-label])")) {
      field.setAttribute("aria-label", `${cell.dataset.label}: ${cell.closest("tr").querySelector("th")?.textContent.trim()}`);
    }
  }
  const now = () => document.querySelector("#result_list tr.desk-current");
  const step = (by) => {
    const all = rows();
    const at = all.indexOf(now());
    const next = all[at < 0 ? 0 : Math.max(0, Math.min(at + by, all.length - 1))];
    now()?.classList.remove("desk-current");
    next?.classList.add("desk-current");
    next?.scrollIntoView({ block: "nearest" });
  };
  // Rows of which something is still being done (data-waits) are looked at again until it is done.
  const lookAgain = async () => {
    const waiting = [...document.querySelectorAll("#result_list tr.data-row:has([data-waits])")];
    if (!waiting.length) return;
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const key = (row) => row.querySelector("th a")?.getAttribute("href");
      const fresh = new Map([...page.querySelectorAll("#result_list tr.data-row")].map((row) => [key(row), row]));
      for (const row of waiting) row.replaceChildren(...(fresh.get(key(row))?.children ?? row.children));
    } catch {
      // The desk is not reachable right now; the next look may find it.
    }
    setTimeout(lookAgain, 3000);
  };
  setTimeout(lookAgain, 3000);

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
