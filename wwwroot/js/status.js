// Keeps the status page up to date without a reload: durations run on, what has changed is exchanged, and silence is told.
(() => {
  "use strict";
  const period = 1000;
  const patience = 3000;
  const lost = document.getElementById("lost");
  let heard = performance.now();

  // As the server writes durations (Values.Age), without tenths: they would only flicker.
  const text = (seconds) => {
    const s = Math.max(0, Math.floor(seconds));
    const parts = (big, bigUnit, small, smallUnit) => small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
    if (s >= 86400) return parts(Math.floor(s / 86400), "d", Math.floor(s / 3600) % 24, "h");
    if (s >= 3600) return parts(Math.floor(s / 3600), "h", Math.floor(s / 60) % 60, "min");
    if (s >= 60) return parts(Math.floor(s / 60), "min", s % 60, "s");
    return `${s} s`;
  };

  const runOn = () => {
    const passed = (performance.now() - heard) / 1000;
    for (const e of document.querySelectorAll("[data-age]")) e.textContent = text(Number(e.dataset.age) + passed);
    for (const e of document.querySelectorAll("[data-left]")) e.textContent = text(Math.ceil(Number(e.dataset.left) - passed));
  };

  // The part's markup without its running durations.
  const lasting = (part) => {
    const copy = part.cloneNode(true);
    for (const e of copy.querySelectorAll("[data-age], [data-left]")) {
      for (const name of ["data-age", "data-left"]) if (e.hasAttribute(name)) e.setAttribute(name, "");
      e.textContent = "";
    }
    return copy.innerHTML;
  };

  // Parts that say the same stay as they are, so that a selection, the focus and what is unfolded are not lost.
  const exchange = (fresh) => {
    for (const next of fresh.querySelectorAll("[data-part]")) {
      const part = document.querySelector(`[data-part="${next.dataset.part}"]`);
      if (!part) return document.getElementById("page").replaceWith(document.adoptNode(fresh));
      if (lasting(part) !== lasting(next)) {
        part.replaceChildren(...next.childNodes);
        continue;
      }
      const live = part.querySelectorAll("[data-age], [data-left]");
      next.querySelectorAll("[data-age], [data-left]").forEach((e, i) => Object.assign(live[i].dataset, e.dataset));
    }
  };

  const complain = () => {
    const silent = (performance.now() - heard) / 1000;
    const other = document.querySelector("a[data-other]");
    lost.replaceChildren(`This server has not answered for ${text(silent)}. What you see is that old. `);
    if (other) {
      const link = document.createElement("a");
      link.href = other.href;
      link.textContent = "Open the other server's page";
      lost.append(link);
    }
    lost.hidden = false;
    document.body.classList.add("old");
  };

  const refresh = async () => {
    try {
      const response = await fetch("status", { cache: "no-store", signal: AbortSignal.timeout(patience) });
      if (!response.ok) throw new Error(String(response.status));
      const next = new DOMParser().parseFromString(await response.text(), "text/html");
      exchange(next.getElementById("page"));
      heard = performance.now();
      document.title = next.title;
      lost.hidden = true;
      document.body.classList.remove("old");
    } catch {
      // Refused, too late or not this page: the next period asks again.
      complain();
    } finally {
      runOn();
      setTimeout(refresh, period);
    }
  };

  setInterval(runOn, period / 4);
  setTimeout(refresh, period);
})();
