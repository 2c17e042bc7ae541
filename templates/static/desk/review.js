// The review desk: words and lines lighting up together, chips that fill a line in, a reply.
(() => {
  const review = document.getElementById("review");
  const lineOf = (part) => part.closest(".desk-line");

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
  // A tap on the words leads to their line.
  review.addEventListener("click", (event) => {
    const words = event.target.closest("mark[data-line]");
    if (words) review.current?.(review.querySelector(`.desk-line[data-line="${words.dataset.line}"]`));
  });

  // What was answered is no question any more; the server's answer asks it again where need be.
  const answered = (input) => {
    const [label, line] = [input.closest("label"), lineOf(input)];
    label.classList.remove("bad");
    for (const name of (label.dataset.needs ?? "").split(" ")) {
      line.querySelector(`[data-about="${name}"]`)?.remove();
    }
    if (!line.querySelector("[data-about]")) line.classList.remove("desk-line-missing");
  };
  review.addEventListener("found", (event) => { if (event.detail.id) answered(event.target); });
  review.addEventListener("input", (event) => {
    event.target.dataset.typed = "yes";
    if (event.target.value && event.target.closest(".desk-line .bad")) answered(event.target);
  });

  // The cursor goes to the first thing that is missing: a chip that answers it, else its field.
  // On a chip / leads to the field it answers (review_keys.js).
  const toNextGap = ({ from = null, preventScroll = false } = {}) => {
    const gaps = [...review.querySelectorAll(".desk-line:not(.removed) .bad input:not([type=hidden])")];
    const after = from ? gaps.filter((gap) => from.compareDocumentPosition(gap) & Node.DOCUMENT_POSITION_FOLLOWING) : gaps;
    const gap = after[0] ?? gaps[0];
    if (!gap) return false;
    review.current?.(lineOf(gap), false);
    const into = lineOf(gap).querySelector(`[data-pick][data-into="${gap.dataset.id}"]`);
    // Sizes and colours are chips of the product, asked for beside their own fields.
    const size = gap.closest(".f-size, .f-color") && lineOf(gap).querySelector("[data-pick]");
    // A name nobody is called like: only once the server has looked for customers of that name.
    const unknown = gap.closest(".f-client") && review.dataset.looked && lineOf(gap).querySelector("[data-new-client]");
    (into ?? size ?? (unknown || gap)).focus({ preventScroll });
    return true;
  };
  review.toNextGap = toNextGap;

  const pick = (chip) => {
    const input = review.querySelector(`[data-id="${chip.dataset.into}"]`);
    const line = lineOf(input);
    review.settleFound(input, chip.dataset.pick, chip.dataset.label);
    for (const other of chip.parentElement.querySelectorAll(`[data-into="${chip.dataset.into}"]`)) {
      other.classList.toggle("picked", other === chip);
    }
    if (input.matches(".f-product *")) {
      for (const name of ["size", "color"]) {
        const label = line.querySelector(`[data-needs="${name}"].bad`);
        if (label) answered(label.querySelector("input"));
      }
    }
    if (!toNextGap({ from: line })) chip.blur();
  };
  const set = (chip) => {
    const input = review.elements.namedItem(chip.dataset.set);
    input.value = chip.dataset.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  let added = 0;
  const add = () => {
    const html = document.getElementById("blank-line").innerHTML.replaceAll("__n__", ++added);
    const lines = review.querySelector(".desk-lines");
    lines.querySelector("[data-empty]")?.remove();
    lines.insertAdjacentHTML("beforeend", html);
    review.current?.(lines.lastElementChild, false);
    lines.lastElementChild.querySelector(".desk-find").focus();
  };
  review.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-pick], [data-set]");
    if (chip) (chip.dataset.pick ? pick : set)(chip);
    if (event.target.closest("[data-add]")) add();
    const sentence = event.target.closest("[data-put]");
    if (sentence) {
      const box = review.elements.namedItem("reply");
      box.value = sentence.dataset.put;
      box.focus();
    }
  });
  review.addEventListener("change", (event) => {
    if (event.target.closest(".desk-remove")) lineOf(event.target).classList.toggle("removed", event.target.checked);
  });
  // Where a question opens by its key, its answer has the cursor.
  review.addEventListener("toggle", (event) => {
    if (event.target.matches(".desk-ask[open]")) event.target.querySelector("button")?.focus();
  }, true);

  // A reply is sent by itself: what is typed into the lines stays as it is.
  const answer = async () => {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "reply", "reply_key"]) data.append(name, review.elements.namedItem(name).value);
    data.append("do", "reply");
    const refused = review.querySelector("[data-refused]");
    refused.textContent = "";
    const sent = await fetch(location.pathname, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const told = await sent.json();
    if (!sent.ok) { refused.textContent = told.problem; return; }
    review.querySelector("[data-answer]").insertAdjacentHTML("beforebegin", told.bubble);
    review.elements.namedItem("reply").value = "";
    review.elements.namedItem("reply_key").value = told.key;
  };
  review.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "reply") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    answer();
  }, true);

  toNextGap({ preventScroll: true });
})();
