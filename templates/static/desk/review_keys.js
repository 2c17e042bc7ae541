// The keys of the review desk (templates/desk/review_keys.html lists them).
(() => {
  const review = document.getElementById("review");
  const help = document.getElementById("keys");
  const lines = () => [...review.querySelectorAll(".desk-lines > .desk-line")];
  const typing = (target) => target.closest("textarea, select, input:not([type=checkbox])");
  const press = (selector) => review.querySelector(selector)?.click();

  // The line that keys speak of.
  const now = () => review.querySelector(".desk-line.current");
  review.current = (line, scroll = true) => {
    if (!line) return;
    now()?.classList.remove("current");
    line.classList.add("current");
    if (scroll) line.scrollIntoView({ block: "nearest" });
  };
  review.addEventListener("focusin", (event) => review.current(event.target.closest(".desk-line"), false));
  const step = (by) => {
    const all = lines();
    const at = all.indexOf(now());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(at + by, all.length - 1))];
    document.activeElement?.blur();
    review.current(next);
  };
  const chipsOf = (line) => [...(line?.querySelectorAll("[data-facts] [data-pick]") ?? [])];
  const take = (digit) => {
    const line = chipsOf(now()).length ? now() : lines().find((one) => chipsOf(one).length);
    const chip = chipsOf(line)[digit - 1];
    review.current(line);
    chip?.click();
  };
  const edit = () => {
    const line = now() ?? lines()[0];
    const field = line?.querySelector(".bad input:not([type=hidden])") ?? line?.querySelector(".desk-find");
    field?.focus();
    return Boolean(field);
  };
  const remove = () => now()?.querySelector(".desk-remove input")?.click();
  const open = (selector) => {
    const ask = review.querySelector(selector);
    if (!ask) return;
    ask.open = true;
    // At once: the Enter of a quick hand comes before the event that tells of the opening.
    ask.querySelector("button").focus();
  };
  const quantity = () => {
    const line = now() ?? lines()[0];
    line?.querySelector(".f-quantity input")?.select();
  };
  // The field that the chip under the cursor is for, else the product of the line.
  const search = () => {
    const chip = document.activeElement?.closest("[data-pick]");
    const field = chip ? review.querySelector(`[data-find][data-id="${chip.dataset.into}"]`) : now()?.querySelector(".desk-find");
    if (field) field.focus();
    else location.href = `${document.querySelector("[data-queue]").href}#find`;
  };

  const acts = {
    j: () => document.querySelector("a[rel=next]")?.click(),
    k: () => document.querySelector("a[rel=prev]")?.click(),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: edit,
    a: () => press("[value^=accept-]"),
    c: () => (now()?.querySelector("[data-new-client]") ?? review.querySelector("[data-new-client]"))?.click(),
    l: () => press("[data-add]"),
    q: quantity,
    x: remove,
    r: () => review.elements.namedItem("reply")?.focus(),
    s: () => press(".desk-bar [value=save]"),
    n: () => open("[data-discard]"),
    d: () => open("[data-delete]"),
    m: () => press("[value^=merge-]"),
    z: () => press("[data-zoomable]"),
    p: () => {
      const sound = review.querySelector("audio");
      if (sound) sound[sound.paused ? "play" : "pause"]();
    },
    "/": search,
    "?": () => help.showModal(),
  };
  for (let digit = 1; digit <= 9; digit += 1) acts[digit] = () => take(digit);

  // On a chip: arrows walk among its fellows.
  const onChip = (event) => {
    const chip = event.target.closest?.("[data-facts] [data-pick]");
    if (!chip) return false;
    const fellows = chipsOf(chip.closest(".desk-line"));
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by) {
      fellows[(fellows.indexOf(chip) + by + fellows.length) % fellows.length].focus();
      return true;
    }
    return false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // What lies over the page has its own keys: the photo, the list of keys, the finder.
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") { if (typing(event.target)) event.target.blur(); return; }
    if (typing(event.target)) {
      // In the reply Enter sends, as in a chat.
      if (event.key === "Enter" && !event.shiftKey && event.target.name === "reply") {
        event.preventDefault();
        press("[value=reply]");
      }
      return;
    }
    if (onChip(event)) { event.preventDefault(); return; }
    // Enter on a button or a link is theirs.
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
  review.querySelector("[data-help]")?.addEventListener("click", () => help.showModal());
  help.addEventListener("click", (event) => { if (event.target === help) help.close(); });
  help.addEventListener("keydown", (event) => { if (event.key === "?") { event.preventDefault(); help.close(); } });
})();
