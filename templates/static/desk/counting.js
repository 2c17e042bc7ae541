// Quick count: a scanner types a code and Enter; each scan is one more of that product. The list is
// kept in this browser until the counts are set, so that a reload loses nothing.
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
    show();
  };
  const line = (row) => {
    const item = element("li", row.error ? "bad" : row.done ? "done" : "");
    const name = element("a", "desk-count-name", row.name);
    name.href = row.link;
    const input = element("input", "");
    input.value = row.counted;
    input.inputMode = "decimal";
    input.setAttribute("aria-label", `${words.counted}: ${row.name}`);
    input.addEventListener("change", () => {
      const value = number(input.value.trim());
      change(row, value === null ? row.counted : value);
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
      button(`${words.remove}: ${row.name}`, "×", () => { rows = rows.filter((other) => other !== row); show(); code.focus(); }),
    );
    return item;
  };
  const show = () => {
    localStorage.setItem(KEY, JSON.stringify(rows));
    list.replaceChildren(...rows.map(line));
    document.getElementById("none").hidden = rows.length > 0;
    set.disabled = !rows.some((row) => !row.done);
  };

  const add = async (typed) => {
    const answer = await fetch(`${page.dataset.find}?code=${encodeURIComponent(typed)}`);
    const product = await answer.json();
    if (!answer.ok) return say(product.error, true);
    let row = rows.find((other) => other.id === product.id && !other.done);
    rows = rows.filter((other) => other.id !== product.id);
    row = row ? { ...row, counted: row.counted + 1 } : { ...product, counted: 1 };
    rows.unshift({ ...row, error: "", done: "" });
    show();
    say(`${row.name}: ${row.counted}`);
  };
  scan.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = code.value.trim();
    code.value = "";
    code.focus();
    // One after the other: a scanner is quicker than the desk's answer.
    if (typed) waiting = waiting.then(() => add(typed)).catch(() => say(words.offline, true));
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
    await waiting;
    const open = rows.filter((row) => !row.done);
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

  rows = rows.filter((row) => !row.done);
  show();
  code.focus();
});
