// A photo over the whole window: larger by wheel, + and -, or a click; moved by scrolling.
(() => {
  const review = document.getElementById("review");
  const dialog = document.getElementById("photo");
  const image = dialog.querySelector("img");
  const MOST = 8;
  let zoom = 1;
  const size = (wanted) => {
    const before = zoom;
    zoom = Math.max(1, Math.min(wanted, MOST));
    const [x, y] = [dialog.scrollLeft + dialog.clientWidth / 2, dialog.scrollTop + dialog.clientHeight / 2];
    image.style.width = `${zoom * 100}%`;
    image.style.maxHeight = zoom === 1 ? "" : "none";
    dialog.scrollTo((x * zoom) / before - dialog.clientWidth / 2, (y * zoom) / before - dialog.clientHeight / 2);
  };
  review.addEventListener("click", (event) => {
    const link = event.target.closest("[data-zoomable]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    image.src = link.href;
    size(1);
    dialog.showModal();
  });
  dialog.addEventListener("wheel", (event) => {
    event.preventDefault();
    size(zoom * Math.exp(-event.deltaY / 400));
  }, { passive: false });
  dialog.addEventListener("click", (event) => {
    if (event.target === image) size(zoom < 2 ? 2.5 : 1);
    else dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const act = { "+": () => size(zoom * 1.6), "=": () => size(zoom * 1.6), "-": () => size(zoom / 1.6), z: () => dialog.close() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
