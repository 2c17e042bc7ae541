// The review desk: search fields, chips that fill a line in, words and lines lighting up together.
(() => {
  const review = document.getElementById("review");
  const field = (name) => review.elements.namedItem(name);

  // Source words and their line light up together.
  const light = (number, on) => {
    for (const part of review.querySelectorAll(`[data-line="${number}"]`)) {
      part.classList.toggle("lit", on);
    }
  };
  for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    review.addEventListener(enter, (event) => {
      const part = event.target.closest("[data-line]");
      if (part) light(part.dataset.line, true);
    });
    review.addEventListener(leave, (event) => {
      const part = event.target.closest("[data-line]");
      if (part) light(part.dataset.line, false);
    });
  }

  // Search fields: what is picked goes into the hidden id, what is only typed into the text.
  let list = null;
  let wait = 0;
  let asked = 0;
  const close = () => { list?.remove(); list = null; };
  const settle = (input, id, text) => {
    field(input.dataset.id).value = id;
    input.value = text;
    input.dataset.settled = text;
    answered(input, input.dataset.find === "clients" ? ["client"] : ["product", "item_name", "size", "color"]);
    close();
  };
  // A question that was answered is taken away at once; saving asks it again where need be.
  const answered = (input, names) => {
    const line = input.closest(".desk-line");
    input.closest("label").classList.remove("bad");
    for (const name of names) line.querySelector(`[data-about="${name}"]`)?.remove();
    if (!line.querySelector("[data-about]")) line.classList.remove("desk-line-missing");
  };
  const freeText = (input) => {
    if (input.value === (input.dataset.settled ?? input.defaultValue)) return;
    field(input.dataset.id).value = "";
    field(input.dataset.text).value = input.value;
    input.dataset.settled = input.value;
  };
  const offer = (input, results) => {
    close();
    if (document.activeElement !== input || !results.length) return;
    list = document.createElement("ul");
    list.className = "desk-options";
    list.setAttribute("role", "listbox");
    for (const result of results) {
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.append(result.text);
      const note = document.createElement("span");
      note.textContent = result.note;
      option.append(note);
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        settle(input, result.id, result.text);
      });
      list.append(option);
    }
    input.closest("label").append(list);
    list.firstChild.setAttribute("aria-selected", "true");
  };
  const move = (step) => {
    const options = [...list.children];
    const at = options.findIndex((option) => option.hasAttribute("aria-selected"));
    options[at]?.removeAttribute("aria-selected");
    options[(at + step + options.length) % options.length].setAttribute("aria-selected", "true");
  };
  review.addEventListener("input", (event) => {
    const plain = event.target.closest(".bad .desk-input input");
    if (plain?.value) answered(plain, [plain.name.split("-").pop().replace("unit_price", "price")]);
    const input = event.target.closest(".desk-find");
    if (!input) return;
    clearTimeout(wait);
    const words = input.value.trim();
    if (!words) return close();
    wait = setTimeout(async () => {
      const turn = ++asked;
      const url = `${review.dataset[input.dataset.find]}?q=${encodeURIComponent(words)}`;
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (answer.ok && turn === asked) offer(input, (await answer.json()).results);
    }, 150);
  });
  review.addEventListener("focusout", (event) => {
    const input = event.target.closest(".desk-find");
    if (!input) return;
    freeText(input);
    close();
  });
  review.addEventListener("keydown", (event) => {
    if (!event.target.matches(".desk-find") || !list) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      list.querySelector("[aria-selected]").dispatchEvent(new Event("mousedown", { cancelable: true }));
    } else if (event.key === "Escape") {
      close();
    }
  });
  review.addEventListener("submit", () => review.querySelectorAll(".desk-find").forEach(freeText));

  // Chips, adding and removing lines.
  let added = 0;
  const add = () => {
    const html = document.getElementById("blank-line").innerHTML.replaceAll("__n__", ++added);
    const lines = review.querySelector(".desk-lines");
    lines.querySelector("[data-empty]")?.remove();
    lines.insertAdjacentHTML("beforeend", html);
    lines.lastElementChild.querySelector(".desk-find").focus();
  };
  review.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-pick]");
    if (chip) {
      const input = review.querySelector(`[data-id="${chip.dataset.into}"]`);
      settle(input, chip.dataset.pick, chip.dataset.label);
      for (const other of chip.parentElement.querySelectorAll("[data-pick]")) {
        other.classList.toggle("picked", other === chip);
      }
      const quantity = chip.closest(".desk-line").querySelector(".f-quantity input");
      if (!quantity.value) quantity.focus();
    }
    if (event.target.closest("[data-add]")) add();
  });
  review.addEventListener("change", (event) => {
    if (event.target.closest(".desk-remove")) {
      event.target.closest(".desk-line").classList.toggle("removed", event.target.checked);
    }
  });

  // Keys, only while nobody types into a field.
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      j: () => document.querySelector("a[rel=next]")?.click(),
      k: () => document.querySelector("a[rel=prev]")?.click(),
      a: () => review.querySelector("[data-add]")?.click(),
      s: () => review.querySelector(".desk-bar [value=save]")?.click(),
      n: () => { const ask = review.querySelector("[data-discard]"); if (ask) ask.open = true; },
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });

  // The cursor stands in the first thing that is missing.
  review.querySelector(".bad input:not([type=hidden])")?.focus({ preventScroll: true });
})();
