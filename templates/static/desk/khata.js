// The review of a ledger page: rows and boxes light each other, doubts are walked through by Tab
// and settled by Enter, rows are added, split and put aside.
(() => {
  const form = document.getElementById("khata");
  const rowsOf = (place) => [...place.querySelectorAll(".khata-row")];
  const field = (row, name) => row.querySelector(`.k-${name} input:not([type=hidden])`);
  const hidden = (row, name) => row.querySelector(`input[type=hidden][name$="-${name}"]`);
  const ticked = (row, mark) => Boolean(row.querySelector(`[data-${mark}]`)?.checked);

  // How a row stands now, and how many are left ---------------------------------------------
  const isEmpty = (row) => !row.dataset.row && !field(row, "debit").value && !field(row, "credit").value;
  const stateOf = (row) => {
    const before = row.dataset.state;
    if (before === "posted") return before;
    if (ticked(row, "aside")) return "aside";
    if (before === "struck" && ticked(row, "struck")) return before;
    if (before === "known" && !ticked(row, "force")) return before;
    if (row.querySelector("label.bad, [data-about]")) return "missing";
    if (row.querySelector("label.doubt, [data-right]")) return "doubt";
    return before === "proven" ? before : "sure";
  };
  // A page is often one person's: who it is is asked where the name stands first, the other rows
  // that have it follow (spread).
  const askOnce = (rows) => {
    const first = new Map();
    for (const row of rows) {
      const asks = row.querySelector("[data-about=customer]");
      const name = asks && stateOf(row) === "missing" ? field(row, "customer").value : "";
      const before = first.get(name);
      if (name && !before) first.set(name, row);
      row.classList.toggle("khata-row-same", Boolean(before));
      if (asks) field(row, "customer").tabIndex = before ? -1 : 0;
      if (before) asks.dataset.same = form.say("same", { row: before.querySelector(".khata-mark b").textContent });
    }
  };
  // What a person has to look at: not the rows that wait for another's customer alone.
  const OWN = "label:is(.bad, .doubt):not(.k-customer), [data-right], [data-about]:not([data-about=customer])";
  const toCheck = (row) => ["missing", "doubt"].includes(stateOf(row))
    && (!row.matches(".khata-row-same") || Boolean(row.querySelector(OWN)));
  const isLive = (row) => !["posted", "aside", "struck", "known"].includes(stateOf(row)) && !isEmpty(row);
  const count = () => {
    const rows = rowsOf(form);
    for (const row of rows) {
      const state = stateOf(row);
      row.className = row.className.replace(/khata-row-\w+/, `khata-row-${state}`);
      const box = form.querySelector(`rect[data-row="${row.dataset.row}"]`);
      if (row.dataset.row && box) box.setAttribute("class", box.getAttribute("class").replace(/khata-box-\w+/, `khata-box-${state}`));
    }
    // What the ledger has already stands on the page all the same.
    form.checkSums((row) => isLive(row) || stateOf(row) === "known");
    askOnce(rows);
    const bar = form.querySelector(".desk-bar");
    if (!bar) return;
    const left = rows.filter(toCheck).length;
    const live = rows.filter(isLive).length;
    bar.querySelector("[data-left]").textContent = form.say(left ? "left" : "nothing-left", { count: left });
    bar.querySelector("[data-left]").disabled = !left;
    bar.querySelector("[data-post]").textContent = form.say(live === 1 ? "post-one" : "post-many", { count: live });
  };

  // Hovering or focusing a row lights its box, and the other way round ------------------------
  const light = (key, on) => {
    if (!key) return;
    for (const part of form.querySelectorAll(`[data-row="${key}"]`)) part.classList.toggle("lit", on);
  };
  for (const [event, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    form.addEventListener(event, (happened) => light(happened.target.closest("[data-row]")?.dataset.row, on));
  }
  form.addEventListener("click", (event) => {
    const box = event.target.closest("rect[data-row]");
    const row = box && form.querySelector(`.khata-row[data-row="${box.dataset.row}"]`);
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    const first = row.querySelector("label.bad input:not([type=hidden]), label.doubt input:not([type=hidden])");
    (first ?? (field(row, "debit").value ? field(row, "debit") : field(row, "credit"))).focus({ preventScroll: true });
  });

  // The field in hand shows its place on the picture, enlarged above it -----------------------
  const crop = document.createElement("span");
  crop.className = "khata-crop";
  const showCrop = (input) => {
    const box = (input.dataset.box ?? "").split(",").map(Number);
    const page = input.closest(".khata-page");
    if (box.length !== 4 || !page) return;
    page.querySelector(".khata-picture").look(box);
    const image = page.querySelector(".khata-sheet img");
    const [width, height] = [image.getAttribute("width"), image.getAttribute("height")].map(Number);
    const margin = (box[3] - box[1]) * 0.3;
    const [x0, y0] = [Math.max(0, box[0] - margin), Math.max(0, box[1] - margin)];
    const [x1, y1] = [Math.min(width, box[2] + margin), Math.min(height, box[3] + margin)];
    const widest = Math.min(440, window.innerWidth - 48);
    const scale = Math.min(64 / (y1 - y0), widest / (x1 - x0));
    Object.assign(crop.style, {
      width: `${(x1 - x0) * scale}px`,
      height: `${(y1 - y0) * scale}px`,
      backgroundImage: `url("${image.currentSrc || image.src}")`,
      backgroundSize: `${width * scale}px ${height * scale}px`,
      backgroundPosition: `${-x0 * scale}px ${-y0 * scale}px`,
      marginLeft: "0",
    });
    input.closest("label").append(crop);
    const over = crop.getBoundingClientRect().right - (document.documentElement.clientWidth - 12);
    if (over > 0) crop.style.marginLeft = `${-over}px`;
  };
  form.addEventListener("focusin", (event) => { if (event.target.matches("input[data-box]")) showCrop(event.target); });
  form.addEventListener("focusout", () => {
    crop.remove();
    form.querySelectorAll(".khata-picture").forEach((picture) => picture.lookAway());
  });

  // Doubts ------------------------------------------------------------------------------------
  const clearDoubt = (label) => {
    label.classList.remove("doubt");
    label.querySelector(".khata-why")?.remove();
  };
  // A row whose last doubt is settled was looked at; what it still lacks is asked for all the same.
  const settleRow = (row) => {
    if (!row.querySelector("label.doubt")) {
      row.querySelector("[data-checked]").checked = true;
      row.querySelector("[data-right]")?.remove();
    }
    count();
  };
  const settleField = (label) => {
    clearDoubt(label);
    settleRow(label.closest(".khata-row"));
  };
  const answered = (row, name) => {
    row.querySelector(`[data-about="${name}"]`)?.remove();
    row.querySelectorAll({ amount: ".k-debit, .k-credit" }[name] ?? `.k-${name}`).forEach((label) => label.classList.remove("bad"));
  };
  const stops = () => [...form.querySelectorAll("label.bad input:not([type=hidden]), label.doubt input:not([type=hidden])")]
    .filter((input) => toCheck(input.closest(".khata-row")));
  const nextStop = (input) => {
    const after = stops().find((other) => input.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
    (after ?? form.querySelector("[data-primary]")).focus();
  };

  // Without a Tab key: the count of what is left leads from one to the next, each with its crop.
  let walked = null;
  const walk = () => {
    const left = rowsOf(form).filter(toCheck);
    const from = walked;
    walked = left.find((row) => from && from.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) ?? left[0];
    if (!walked) return;
    const stop = stops().find((input) => walked.contains(input)) ?? field(walked, "debit");
    walked.scrollIntoView({ block: "center" });
    light(from?.dataset.row, false);
    light(walked.dataset.row, true);
    if (window.matchMedia("(pointer: coarse)").matches) showCrop(stop); // a keyboard would cover half of it
    else stop.focus({ preventScroll: true });
  };
  form.querySelector("[data-left]")?.addEventListener("click", walk);

  // Whoever is chosen for a name, or a better spelling of it, goes for all rows that have it and
  // nobody yet: a page is often one person's.
  let spreading = false;
  const spread = (chosen, { id, text, before }) => {
    spreading = true;
    for (const row of before ? rowsOf(form) : []) {
      const input = field(row, "customer");
      const same = (input.dataset.settled ?? input.defaultValue) === before;
      if (input !== chosen && same && !hidden(row, "customer_id").value) form.settleFound(input, id, text);
    }
    spreading = false;
  };
  form.addEventListener("found", (event) => {
    const label = event.target.closest("label");
    if (event.detail.id) answered(event.target.closest(".khata-row"), "customer");
    else label.classList.add("bad");
    if (!spreading) spread(event.target, event.detail);
    settleField(label);
  });
  form.addEventListener("input", (event) => {
    const label = event.target.closest("label");
    const row = event.target.closest(".khata-row");
    if (!row) return;
    if (label?.matches(".k-date") && event.target.value) answered(row, "date");
    if (label?.matches(".k-debit, .k-credit")) {
      const sides = ["debit", "credit"].filter((side) => field(row, side).value.trim());
      if (sides.length === 1) answered(row, "amount");
    }
    count();
  });
  form.addEventListener("change", (event) => {
    const label = event.target.closest("label.doubt");
    if (label && !event.target.matches("[data-find]")) settleField(label);
    count();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button?.closest(".khata-row");
    if (button?.dataset.person) form.settleFound(field(row, "customer"), button.dataset.person, button.dataset.label);
    if (button?.dataset.propose) {
      const input = form.elements.namedItem(button.dataset.propose);
      input.value = button.dataset.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      button.remove();
    }
    if (button?.matches("[data-right]")) {
      row.querySelectorAll("label.doubt").forEach(clearDoubt);
      settleRow(row);
    }
    if (button?.matches("[data-split]")) split(row);
    if (button?.matches("[data-add]")) add(button.closest(".khata-page"));
  });

  // Rows that are added or split off -----------------------------------------------------------
  let added = 0;
  const blank = (page) => {
    const template = document.createElement("template");
    template.innerHTML = document.getElementById("blank-row").innerHTML.replaceAll("__n__", ++added);
    const row = template.content.firstElementChild;
    hidden(row, "page").value = page.dataset.page;
    return row;
  };
  const add = (page) => {
    const rows = rowsOf(page);
    const row = blank(page);
    page.querySelector("[data-empty]")?.remove();
    page.querySelector(".khata-lines").append(row);
    if (rows.length) field(row, "date").value = field(rows.at(-1), "date").value;
    field(row, "customer").focus();
    count();
  };
  const split = (origin) => {
    const row = blank(origin.closest(".khata-page"));
    origin.after(row);
    hidden(row, "split").value = origin.dataset.row;
    for (const name of ["date", "particulars"]) field(row, name).value = field(origin, name).value;
    form.settleFound(field(row, "customer"), hidden(origin, "customer_id").value, field(origin, "customer").value);
    field(row, field(origin, "credit").value ? "credit" : "debit").focus();
    count();
  };

  // A row that was added and never filled in, or put aside again, is not sent.
  form.addEventListener("submit", () => {
    for (const row of rowsOf(form)) {
      const words = ["customer", "particulars"].some((name) => field(row, name).value.trim());
      if (!row.dataset.row && (ticked(row, "aside") || (isEmpty(row) && !words))) row.remove();
    }
  });

  // Keys ------------------------------------------------------------------------------------------
  const neighbour = (input, step) => {
    const name = [...input.closest("label").classList].find((one) => one.startsWith("k-"));
    const rows = rowsOf(form);
    const row = rows[rows.indexOf(input.closest(".khata-row")) + step];
    return row && field(row, name.slice(2));
  };
  const sideways = (input, step) => {
    const edge = step < 0 ? 0 : input.value.length;
    if (input.selectionStart !== edge || input.selectionEnd !== edge) return null;
    const fields = [...input.closest(".khata-row").querySelectorAll(".khata-fields input:not([type=hidden])")].filter((one) => one.offsetParent);
    return fields[fields.indexOf(input) + step];
  };
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches(".khata-fields input") || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Enter" && input.closest(".doubt")) {
      event.preventDefault();
      settleField(input.closest("label"));
      return nextStop(input);
    }
    const to = {
      ArrowUp: () => neighbour(input, -1),
      ArrowDown: () => neighbour(input, 1),
      ArrowLeft: () => sideways(input, -1),
      ArrowRight: () => sideways(input, 1),
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    to.focus();
    to.select();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      j: () => document.querySelector("a[rel=next]")?.click(),
      k: () => document.querySelector("a[rel=prev]")?.click(),
      a: () => form.querySelector("[data-add]")?.click(),
      s: () => form.querySelector(".desk-bar [value=save]")?.click(),
      n: () => { const ask = form.querySelector("[data-discard]"); if (ask) ask.open = true; },
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });

  count();
  // The cursor stands in the first thing to look at.
  if (window.innerWidth > 1023) stops()[0]?.focus({ preventScroll: true });
})();
