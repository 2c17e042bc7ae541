// Search fields: in a form that says where to ask (data-find-at), inputs marked data-find, each of
// which may ask elsewhere (data-at). What is picked goes into the hidden id (data-id), what is only typed into the text (data-text); both
// tell it by a "found" event.
(() => {
  for (const form of document.querySelectorAll("form[data-find-at]")) {
    const field = (name) => form.elements.namedItem(name);
    let list = null;
    let wait = 0;
    let asked = 0;

    const close = () => {
      list?.parentElement.querySelector("[data-find]")?.setAttribute("aria-expanded", "false");
      list?.remove();
      list = null;
    };
    const settle = (input, id, text) => {
      const before = input.dataset.settled ?? input.defaultValue;
      field(input.dataset.id).value = id;
      if (!id) field(input.dataset.text).value = text;
      input.value = text;
      input.dataset.settled = text;
      close();
      input.dispatchEvent(new CustomEvent("found", { bubbles: true, detail: { id, text, before } }));
    };
    const freeText = (input) => {
      if (input.value !== (input.dataset.settled ?? input.defaultValue)) settle(input, "", input.value.trim());
    };
    const option = (input, result) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      const note = document.createElement("span");
      note.textContent = result.note;
      const name = document.createElement("b");
      name.textContent = result.text;
      if (result.picture) {
        const picture = document.createElement("img");
        picture.src = result.picture;
        picture.alt = "";
        item.append(picture);
      }
      item.append(name, note);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        settle(input, result.id, result.text);
      });
      return item;
    };
    const offer = (input, results) => {
      close();
      if (document.activeElement !== input || !results.length) return;
      list = document.createElement("ul");
      list.className = "desk-options";
      list.setAttribute("role", "listbox");
      list.append(...results.map((result) => option(input, result)));
      input.closest("label").append(list);
      input.setAttribute("aria-expanded", "true");
      list.firstChild.setAttribute("aria-selected", "true");
    };
    const move = (step) => {
      const options = [...list.children];
      const at = options.findIndex((one) => one.hasAttribute("aria-selected"));
      options[at]?.removeAttribute("aria-selected");
      options[(at + step + options.length) % options.length].setAttribute("aria-selected", "true");
    };

    form.addEventListener("input", (event) => {
      const input = event.target.closest("[data-find]");
      if (!input) return;
      clearTimeout(wait);
      const words = input.value.trim();
      if (!words) return close();
      wait = setTimeout(async () => {
        const turn = ++asked;
        const url = `${input.dataset.at ?? form.dataset.findAt}?q=${encodeURIComponent(words)}`;
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (answer.ok && turn === asked) offer(input, (await answer.json()).results);
      }, 150);
    });
    // What is typed next replaces the name that stands there.
    form.addEventListener("focusin", (event) => {
      if (event.target.matches("[data-find]")) setTimeout(() => event.target.select());
    });
    form.addEventListener("focusout", (event) => {
      const input = event.target.closest("[data-find]");
      if (!input) return;
      freeText(input);
      close();
    });
    // In the capture phase: while the list is open its keys are nobody else's.
    form.addEventListener("keydown", (event) => {
      if (!list || !event.target.matches("[data-find]") || event.ctrlKey || event.metaKey) return;
      const acts = {
        ArrowDown: () => move(1),
        ArrowUp: () => move(-1),
        Enter: () => list.querySelector("[aria-selected]").dispatchEvent(new Event("mousedown", { cancelable: true })),
        Escape: close,
      };
      if (!acts[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    }, true);
    form.addEventListener("submit", () => form.querySelectorAll("[data-find]").forEach(freeText));
    form.settleFound = settle;
  }
})();
