// How far an import is; the page shows its outcome when it is done.
(() => {
  const wait = document.querySelector("[data-import]");
  if (!wait) return;
  const look = async () => {
    try {
      const answer = await fetch(wait.dataset.import, { headers: { Accept: "application/json" } });
      const job = await answer.json();
      if (["finished", "failed"].includes(job.status)) return location.reload();
      wait.querySelector("[data-done]").textContent = `${job.progress} % · ${job.rows_done} / ${job.total_rows}`;
      wait.querySelector("progress").value = job.progress;
    } catch {
      // The desk is not reachable right now; the next look may find it.
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 700);
})();
