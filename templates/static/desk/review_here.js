// Two clerks on one draft see each other; what somebody else saved is told before one saves too.
(() => {
  const review = document.getElementById("review");
  const box = document.querySelector("[data-here]");
  if (!box) return;
  const EVERY = 15_000;
  const body = (more = {}) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", review.elements.namedItem("csrfmiddlewaretoken").value);
    data.append("version", review.elements.namedItem("version").value);
    for (const [name, value] of Object.entries(more)) data.append(name, value);
    return data;
  };
  const tell = async () => {
    if (document.hidden) return;
    const answer = await fetch(box.dataset.here, { method: "POST", body: body() }).catch(() => null);
    if (!answer?.ok) return;
    const { others, changed } = await answer.json();
    box.querySelector("[data-others]").textContent = others.join(" · ");
    box.querySelector("[data-changed]").textContent = changed;
    box.querySelector("[data-reload]").hidden = !changed;
    box.classList.toggle("changed", Boolean(changed));
    box.hidden = !others.length && !changed;
  };
  box.querySelector("[data-reload]").addEventListener("click", () => { location.href = location.pathname; });
  addEventListener("pagehide", () => navigator.sendBeacon(box.dataset.here, body({ left: "1" })));
  document.addEventListener("visibilitychange", tell);
  setInterval(tell, EVERY);
  tell();
})();
