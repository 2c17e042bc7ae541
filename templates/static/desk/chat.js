// A conversation: the reply box, and telling the server what the page shows already.
(() => {
  const NEWEST = 80; // pieces named in a poll: two for each of the last forty bubbles

  const box = () => document.querySelector("#reply textarea");
  const isPhone = matchMedia("(pointer: coarse)");
  let sent = "";

  function seen() {
    const pieces = [...document.querySelectorAll("#turns [data-seen]")].slice(-NEWEST);
    const others = [...document.querySelectorAll("[data-seen]")].filter((piece) => !piece.closest("#turns"));
    return [...others, ...pieces].map((piece) => `${piece.id}.${piece.dataset.seen}`).join(",");
  }

  function grow(area) {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 200)}px`;
  }

  // Into the place of the cursor; what stands in the box is kept.
  function put(text) {
    const area = box();
    if (!area) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    grow(area);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-put]");
    if (!button) return;
    put(button.dataset.put);
    const menu = button.closest("details");
    if (menu) menu.open = false;
  });

  document.addEventListener("input", (event) => {
    if (event.target === box()) grow(event.target);
  });

  document.addEventListener("keydown", (event) => {
    const area = box();
    if (event.target === area && event.key === "Enter" && !event.shiftKey && !event.ctrlKey
        && !event.metaKey && !event.isComposing && !isPhone.matches) {
      event.preventDefault();
      area.form.requestSubmit();
    }
  });

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters.seen = seen();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "reply") return;
    sent = box().value;
    if (!sent.trim()) event.preventDefault();
  });
  // Whoever was signed out meanwhile is led to the sign-in page, not left with an old page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (new URL(event.detail.xhr.responseURL, location.href).pathname.includes("/login")) location.reload();
  });
  document.addEventListener("answered", () => {
    const area = box();
    if (area.value === sent) area.value = "";
    grow(area);
    area.focus();
    document.querySelector(".desk-scroll").scrollTop = 0; // the newest: the column runs upwards
  });
})();
