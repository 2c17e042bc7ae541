// Ctrl+K (⌘K) on every page: asks the desk as one types, arrows choose, Enter opens.
document.addEventListener("DOMContentLoaded", () => {
  const finder = document.getElementById("finder");
  if (!finder) return;
  const words = finder.querySelector("input");
  const found = document.getElementById("finder-found");
  let waiting, asked, chosen;

  const hits = () => [...found.querySelectorAll("[role=option]")];

  function choose(hit) {
    chosen?.removeAttribute("aria-selected");
    chosen = hit;
    if (!hit) return words.removeAttribute("aria-activedescendant");
    hit.id ||= `finder-${hits().indexOf(hit)}`;
    hit.setAttribute("aria-selected", "true");
    words.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const text = words.value.trim();
    if (!text) { found.replaceChildren(); choose(null); return; }
    try {
      const answer = await fetch(`${finder.dataset.url}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (answer.redirected) return location.reload(); // signed out meanwhile
      if (!answer.ok) throw new Error(answer.status);
      found.innerHTML = await answer.text();
      found.scrollTop = 0;
      choose(hits()[0] ?? null);
    } catch (error) {
      if (error.name === "AbortError") return;
      choose(null);
      found.innerHTML = `<p class="finder-none" role="alert"></p>`;
      found.firstChild.textContent = finder.dataset.failed;
    }
  }

  function open() {
    if (finder.open) return;
    finder.showModal();
    words.select();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    finder.open ? finder.close() : open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-finder]")) open();
    else if (event.target === finder || event.target.closest(".finder-close")) finder.close();
  });
  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  words.addEventListener("keydown", (event) => {
    const all = hits();
    const at = all.indexOf(chosen);
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length] ?? null);
    else if (event.key === "ArrowUp") choose(all.at(at - 1) ?? null);
    else if (event.key === "Enter" && chosen) {
      if (event.ctrlKey || event.metaKey) window.open(chosen.href, "_blank", "noopener");
      else { location.assign(chosen.href); finder.close(); }
    } else return;
    event.preventDefault();
    event.stopPropagation(); // Ctrl+Enter would press the page's own button
  });
});
