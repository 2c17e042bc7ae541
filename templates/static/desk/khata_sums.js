// Do the rows add up? The totals that stand on the page and the running balance, live, in paise.
(() => {
  const form = document.getElementById("khata");
  if (!form) return;

  // The words stand on the form, in the language of whoever looks.
  form.say = (name, values) => form.getAttribute(`data-say-${name}`).replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const paise = (text) => {
    const plain = String(text).replace(/[₹,\s]/g, "").replace(/\/-$/, "");
    return /^-?\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
  };
  const rupees = (amount) => {
    const [whole, cents] = (Math.abs(amount) / 100).toFixed(2).split(".");
    const grouped = whole.replace(/(\d)(?=(\d\d)+\d$)/g, "$1,");
    return `${amount < 0 ? "−" : ""}₹${grouped}.${cents}`;
  };
  const amount = (row, name) => {
    const input = row.querySelector(`.k-${name} input`);
    return input ? paise(input.value) : null;
  };
  const verdict = (place, good, text) => {
    place.textContent = text;
    place.classList.toggle("good", good);
    place.classList.toggle("wrong", !good);
  };

  const column = (sum, rows) => {
    const total = rows.reduce((all, row) => all + (amount(row, sum.dataset.sum) ?? 0), 0);
    sum.querySelector("[data-rows]").textContent = rupees(total);
    const written = paise(sum.dataset.written);
    if (written === null) return;
    const agrees = [total, total + paise(sum.dataset.carried)].includes(written);
    const over = total - written;
    const name = agrees ? "agrees" : over > 0 ? "too-much" : "too-little";
    verdict(sum.querySelector("[data-verdict]"), agrees, form.say(name, { amount: rupees(Math.abs(over)) }));
  };

  // What each written balance should be, from the one before it.
  const running = (rows) => {
    const steps = [];
    let before = null;
    for (const row of rows) {
      const written = amount(row, "balance");
      const change = (amount(row, "debit") ?? 0) - (amount(row, "credit") ?? 0);
      if (before !== null && written !== null) steps.push({ row, should: before + change, written });
      before = written ?? (before === null ? null : before + change);
    }
    return steps;
  };
  const balances = (page, rows) => {
    const steps = running(rows);
    const off = steps.filter((step) => step.should !== step.written);
    // Where most differ the column is something else, or runs the other way.
    const believed = steps.length && off.length * 2 <= steps.length;
    for (const row of page.querySelectorAll(".khata-row")) {
      const step = believed ? off.find((one) => one.row === row) : null;
      const place = row.querySelector("[data-sums]");
      place.hidden = !step;
      if (step) place.textContent = form.say("should", { amount: rupees(step.should) });
    }
    const place = page.querySelector("[data-running]");
    place.hidden = !believed;
    const text = form.say(off.length ? "steps-differ" : "steps-agree", { off: off.length, all: steps.length });
    verdict(place.querySelector("[data-verdict]"), !off.length, text);
  };

  form.checkSums = (isLive) => {
    for (const page of form.querySelectorAll(".khata-page")) {
      const rows = [...page.querySelectorAll(".khata-row")].filter(isLive);
      for (const sum of page.querySelectorAll("[data-sum]")) column(sum, rows);
      balances(page, rows);
    }
  };
})();
