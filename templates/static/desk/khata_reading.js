// How far the reading of an upload is; the page opens its review when it is done.
(() => {
  const wait = document.querySelector("[data-poll]");
  if (!wait) return;
  const words = { queued: wait.dataset.sayQueued, reading: wait.dataset.sayReading };
  const look = async () => {
    try {
      const answer = await fetch(wait.dataset.poll, { headers: { Accept: "application/json" } });
      const upload = await answer.json();
      if (!words[upload.status]) return location.reload();
      wait.querySelector("[data-status]").textContent = words[upload.status];
      wait.querySelector("[data-progress]").textContent = wait.dataset.sayProgress.replace("{done}", upload.progress.done).replace("{of}", upload.progress.of);
      Object.assign(wait.querySelector("progress"), { max: upload.progress.of, value: upload.progress.done });
    } catch {
      // The desk is not reachable right now; the next look may find it.
    }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1000);
})();
