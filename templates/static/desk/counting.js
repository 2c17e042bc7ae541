// Quick count: a scanner types a code and Enter; each scan is one more of that product. The list is
// kept in this browser until the counts are set, so that a reload loses nothing. Codes of nothing
// stay in it too: whoever scans looks at the shelf and not at the screen.
document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector(".desk-counting");
  const scan = document.getElementById("scan");
  const code = document.getElementById("code");
  const list = document.getElementById("counts");
  const said = document.getElementById("said");
  const set = document.getElementById("set");
  const KEY = "parchi-count";
  const words = page.dataset;
  let rows = JSON.parse(localStorage.getItem(KEY) || "[]");
  let waiting = Promise.resolve();

  const say = (text, bad = false) => {
    said.textContent = text;
    said.className = bad ? "desk-mark desk-mark-bad" : "";
  };
  const number = (text) => {
    const value = Number(String(text).replace(",", "."));
    return text === "" || Number.isNaN(value) || value < 0 ? null : value;
  };
  const compare = (row) => {
    if (row.done) return `✓ ${words.done}: ${row.done}`;
    if (row.error) return `⚠ ${row.error}`;
    const apart = Math.round((row.counted - Number(row.stock)) * 1000) / 1000;
    if (apart === 0) return `= ${words.same}`;
    return apart > 0 ? `▲ ${apart} ${words.over}` : `▼ ${-apart} ${words.short}`;
  };
  const element = (tag, className, text = "") => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const button = (label, text, act) => {
    const made = element("button", "desk-button", text);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const change = (row, counted) => {
    row.counted = Math.max(0, Math.round(counted * 1000) / 1000);
    row.error = row.done = "";
    row.unread = false;
    show();
  };
  // What is no number is left for whoever typed it to look at, and is not set.
  const typed = (row, text) => {
    const value = number(text);
    if (value !== null) return change(row, value);
    row.unread = true;
    row.done = "";
    row.error = words.nonsense.replace("…", text);
    show();
  };
  const remove = (row) => button(`${words.remove}: ${row.name}`, "×", () => { rows = rows.filter((other) => other !== row); show(); code.focus(); });
  const meant = (row) => {
    const chips = element("span", "desk-count-meant");
    for (const product of row.choices) {
      const chip = element("button", "desk-chip", `${product.name} · ${product.sku}`);
      chip.type = "button";
      chip.addEventListener("click", () => { rows = rows.filter((other) => other !== row); put(product); code.focus(); });
      chips.append(chip);
    }
    return chips;
  };
  const countable = (row) => !row.done && !row.unread && !row.unknown;
  const line = (row) => {
    const item = element("li", row.error ? "bad" : row.done ? "done" : "");
    if (row.unknown) {
      item.append(element("span", "desk-count-name", row.name), element("span", "desk-count-said", `⚠ ${row.error}`), remove(row), meant(row));
      return item;
    }
    const name = element("a", "desk-count-name", row.name);
    name.href = row.link;
    const input = element("input", "");
    input.value = row.counted;
    input.inputMode = "decimal";
    input.setAttribute("aria-label", `${words.counted}: ${row.name}`);
    input.addEventListener("change", () => {
      typed(row, input.value.trim());
      code.focus();
    });
    item.append(
      name,
      element("span", "desk-dim", row.sku),
      button(`${words.less}: ${row.name}`, "−", () => change(row, row.counted - 1)),
      input,
      button(`${words.more}: ${row.name}`, "+", () => change(row, row.counted + 1)),
      element("span", "desk-dim", row.unit),
      element("span", "desk-count-said", compare(row)),
      remove(row),
    );
    return item;
  };
  const show = () => {
    localStorage.setItem(KEY, JSON.stringify(rows));
    list.replaceChildren(...rows.map(line));
    document.getElementById("none").hidden = rows.length > 0;
    set.disabled = !rows.some((row) => countable(row) || row.unread);
  };

  const put = (product) => {
    let row = rows.find((other) => other.id === product.id && !other.done);
    rows = rows.filter((other) => other.id !== product.id);
    row = row ? { ...row, counted: row.counted + 1 } : { ...product, counted: 1 };
    rows.unshift({ ...row, error: "", done: "", unread: false });
    show();
    say(`${row.name}: ${row.counted}`);
  };
  const add = async (text) => {
    const answer = await fetch(`${page.dataset.find}?code=${encodeURIComponent(text)}`);
    const found = await answer.json();
    if (answer.ok) return put(found);
    say(found.error, true);
    rows = rows.filter((row) => !row.unknown || row.name !== text);
    rows.unshift({ unknown: true, name: text, error: found.error, choices: found.choices });
    show();
  };
  scan.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = code.value.trim();
    code.value = "";
    code.focus();
    // One after the other: a scanner is quicker than the desk's answer.
    if (text) waiting = waiting.then(() => add(text)).catch(() => say(words.offline, true));
  });

  const settle = (answers) => {
    for (const answer of answers) {
      const row = rows.find((other) => other.id === answer.id);
      if (!row) continue;
      if (answer.error) {
        row.error = answer.error;
        if (answer.stock !== undefined) row.stock = answer.stock;
      } else {
        row.stock = answer.after;
        row.done = `${answer.before} → ${answer.after}`;
        row.error = "";
      }
    }
    show();
  };
  set.addEventListener("click", async () => {
    list.querySelector("input:focus")?.blur(); // Ctrl+Enter leaves the field as it is: unread
    await waiting;
    const open = rows.filter(countable);
    if (!open.length) return;
    const body = JSON.stringify({ rows: open.map((row) => ({ id: row.id, counted: row.counted, expected: row.stock })) });
    const token = scan.elements.namedItem("csrfmiddlewaretoken").value;
    set.disabled = true;
    try {
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { "X-CSRFToken": token, "Content-Type": "application/json" } });
      const found = await answer.json();
      if (!answer.ok) throw new Error(found.error);
      settle(found.rows);
      say("");
    } catch (error) {
      say(error instanceof TypeError || error instanceof SyntaxError ? words.offline : error.message, true);
      set.disabled = false;
    }
    code.focus();
  });

  // Whoever scans looks at the shelf, not at where the cursor is.
  document.addEventListener("keydown", (event) => {
    const nowhere = !document.activeElement || document.activeElement === document.body;
    if (nowhere && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) code.focus();
  });

  rows = rows.filter((row) => !row.done && !row.unknown);
  show();
  code.focus();
});
