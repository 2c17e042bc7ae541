// The review desk while somebody types: prices, stock, warnings and totals as the rules see them.
(() => {
  const review = document.getElementById("review");
  if (review.querySelector("fieldset.desk-lines:disabled")) return;
  const WAIT = 250;
  let timer = 0;
  let turn = 0;

  const put = (line, told) => {
    for (const state of ["missing", "doubt", "sure"]) line.classList.toggle(`desk-line-${state}`, state === told.state);
    for (const label of line.querySelectorAll("[data-needs]")) {
      label.classList.toggle("bad", label.dataset.needs.split(" ").some((name) => told.missing.includes(name)));
    }
    line.querySelector("[data-facts]").innerHTML = told.facts;
    line.querySelector("[data-total]").textContent = told.total;
    line.querySelector(".f-price input").placeholder = told.hint;
    const unit = line.querySelector("[data-unit]");
    if (unit) unit.textContent = told.unit;
    const picture = line.querySelector("[data-picture]");
    picture.hidden = !told.picture;
    if (told.picture) picture.src = told.picture;
    for (const [name, value] of Object.entries(told.set)) {
      const input = review.elements.namedItem(`${line.dataset.key}-${name}`);
      if (input !== document.activeElement) input.value = value;
    }
  };
  const look = async () => {
    const mine = ++turn;
    const answer = await fetch(review.dataset.look, { method: "POST", body: new FormData(review) }).catch(() => null);
    // Without an answer the page stays as it is; saving looks at everything again.
    if (!answer?.ok || mine !== turn) return;
    const told = await answer.json();
    if (mine !== turn) return;
    for (const line of review.querySelectorAll(".desk-line[data-key]")) {
      const news = told.lines[line.dataset.key];
      // A chip with the cursor on it is not taken from under it.
      if (news && !line.querySelector("[data-facts]").contains(document.activeElement)) put(line, news);
    }
    review.querySelector("[data-sum]").innerHTML = told.sum;
    review.dataset.looked = "yes";
  };
  const soon = (event) => {
    if (!event.target.closest(".desk-line") || event.target.matches("[data-find]")) return;
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  };
  review.addEventListener("input", soon);
  review.addEventListener("change", soon);
  // Whom an unknown name may mean is only known now; the cursor goes on to what was found.
  if (review.querySelector(".f-client.bad")) {
    look().then(() => {
      if (document.activeElement?.matches(".f-client.bad input") && !document.activeElement.dataset.typed) review.toNextGap();
    });
  }
  review.addEventListener("found", () => { clearTimeout(timer); timer = setTimeout(look, 0); });
})();
