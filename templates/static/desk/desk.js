// Small helps on every page of the desk: Ctrl+Enter presses the primary button, a double click sends
// a form once, and forms marked data-quietly are sent by themselves without leaving the page.
const SECOND_CLICK = 2000; // ms; afterwards a form may be sent anew, say where the first got no answer

document.addEventListener("DOMContentLoaded", () => {
  // The browser would drop the first one's answer, but not what it did: money would be there twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // Its attribute: form.method is the field of that name where there is one, as beside a payment.
    if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, SECOND_CLICK);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const button = document.querySelector(event.shiftKey ? "[data-secondary]" : "[data-primary]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  for (const form of document.querySelectorAll("form[data-quietly]")) {
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" })
      .then(() => form.remove())
      .catch(() => {}); // the button stays for another try
  }

  // Unfold shows the name of a chosen file in a text field beside it, which only its own forms have.
  for (const file of document.querySelectorAll(".desk-page input[type=file]")) file.hasChangeListener = true;

  // select2 draws a field's box without its label's words; it is drawn in jQuery's own time.
  window.django?.jQuery?.(() => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible[id]")) {
      const name = document.querySelector(`label[for="${CSS.escape(select.id)}"]`)?.textContent.trim();
      const drawn = select.nextElementSibling?.querySelectorAll("[role=combobox], [role=textbox]");
      if (name) drawn?.forEach((box) => box.setAttribute("aria-label", name));
    }
  });

  // One open question at a time; Escape closes it.
  document.addEventListener("click", (event) => {
    for (const ask of document.querySelectorAll("details.desk-ask[open]")) {
      if (!ask.contains(event.target)) ask.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.desk-ask[open]").forEach((ask) => { ask.open = false; });
  });
});
