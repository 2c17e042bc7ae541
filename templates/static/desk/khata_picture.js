// The picture of a ledger page: zoomed by wheel, pinch and buttons, moved by dragging.
// picture.look(box) shows a place on it and frames it.
(() => {
  const MOST = 8;

  for (const picture of document.querySelectorAll(".khata-picture")) {
    const sheet = picture.querySelector(".khata-sheet");
    const image = sheet.querySelector("img");
    const cell = sheet.querySelector(".khata-cell");
    const pointers = new Map();
    let zoom = 1;
    let left = 0;
    let top = 0;
    let dragged = false;

    const between = (low, value, high) => Math.max(low, Math.min(value, high));
    const draw = () => {
      const [width, height] = [picture.clientWidth, picture.clientHeight];
      left = between(Math.min(0, width - sheet.offsetWidth * zoom), left, 0);
      top = between(Math.min(0, height - sheet.offsetHeight * zoom), top, 0);
      sheet.style.transform = `translate(${left}px, ${top}px) scale(${zoom})`;
      picture.dataset.zoomed = zoom > 1 ? "yes" : "no";
    };
    const zoomTo = (wanted, x = picture.clientWidth / 2, y = picture.clientHeight / 2) => {
      const next = between(1, wanted, MOST);
      left = x - ((x - left) * next) / zoom;
      top = y - ((y - top) * next) / zoom;
      zoom = next;
      draw();
    };
    const at = (event) => {
      const place = picture.getBoundingClientRect();
      return [event.clientX - place.left, event.clientY - place.top];
    };

    picture.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoomTo(zoom * Math.exp(-event.deltaY / 400), ...at(event));
    }, { passive: false });
    picture.parentElement.querySelector(".khata-zoom").addEventListener("click", (event) => {
      const step = { in: 1.6, out: 1 / 1.6, fit: 0 }[event.target.dataset.zoom];
      if (step !== undefined) zoomTo(zoom * step);
    });

    picture.addEventListener("click", (event) => { if (dragged) event.stopPropagation(); }, true);
    picture.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, at(event));
      dragged = false;
    });
    const distance = () => {
      const [[ax, ay], [bx, by]] = pointers.values();
      return [Math.hypot(ax - bx, ay - by), (ax + bx) / 2, (ay + by) / 2];
    };
    picture.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = at(event);
      if (pointers.size === 2) {
        const [apart] = distance();
        pointers.set(event.pointerId, now);
        const [apartNow, x, y] = distance();
        zoomTo((zoom * apartNow) / (apart || 1), x, y);
        dragged = true;
        return;
      }
      if (!dragged && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return;
      // Taken only once it is a drag: a captured pointer's click would not reach the box below it.
      picture.setPointerCapture(event.pointerId);
      dragged = true;
      left += now[0] - before[0];
      top += now[1] - before[1];
      pointers.set(event.pointerId, now);
      draw();
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      picture.addEventListener(end, (event) => pointers.delete(event.pointerId));
    }

    picture.look = (box) => {
      const scale = sheet.offsetWidth / image.width;
      const [x0, y0, x1, y1] = box;
      const shown = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
      for (const [name, value] of Object.entries(shown)) cell.setAttribute(name, value);
      const middle = (edge, far, length, from) => {
        const [first, last] = [edge * scale * zoom + from, far * scale * zoom + from];
        return first >= 0 && last <= length ? from : length / 2 - ((edge + far) / 2) * scale * zoom;
      };
      left = middle(x0, x1, picture.clientWidth, left);
      top = middle(y0, y1, picture.clientHeight, top);
      draw();
    };
    picture.lookAway = () => { cell.setAttribute("width", 0); };
    image.width = Number(image.getAttribute("width"));
    new ResizeObserver(draw).observe(picture);
  }
})();
