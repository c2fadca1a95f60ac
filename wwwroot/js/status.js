// Keeps the status page up to date without a reload, and says so when it cannot.
(() => {
  "use strict";
  const period = 1000;
  const lost = document.getElementById("lost");
  let heard = performance.now();

  const refresh = async () => {
    try {
      const response = await fetch("/status", { cache: "no-store", signal: AbortSignal.timeout(3000) });
      if (!response.ok) throw new Error(String(response.status));
      const next = new DOMParser().parseFromString(await response.text(), "text/html");
      const page = document.getElementById("page");
      const fresh = next.getElementById("page");
      // Nothing is replaced when nothing has changed, so that a selection is not lost.
      if (page.innerHTML !== fresh.innerHTML) page.replaceWith(document.adoptNode(fresh));
      document.title = next.title;
      heard = performance.now();
      lost.hidden = true;
      document.body.classList.remove("old");
    } catch {
      const seconds = Math.round((performance.now() - heard) / 1000);
      lost.textContent = `This server has not answered for ${seconds} s. What you see is that old.`;
      lost.hidden = false;
      document.body.classList.add("old");
    } finally {
      setTimeout(refresh, period);
    }
  };

  setTimeout(refresh, period);
})();
