// Starts the circuit, and says in a banner when it is lost: how old everything shown is, and where the other server's console is. Tries
// again by itself; when the server has restarted, the page is loaded again at the same address.
(() => {
  'use strict';
  const modal = document.getElementById('components-reconnect-modal');
  if (!modal || !window.Blazor) return;
  let lostAt = 0;

  const show = () => {
    if (modal.dataset.state !== 'lost') return;
    const text = modal.dataset.lost.replace('{age}', window.haConsole.span((window.haConsole.now() - (window.haConsole.asOf() || lostAt)) / 1000));
    modal.querySelector('span').textContent = `${text} ${modal.dataset.retry}`;
  };

  const lost = () => {
    if (modal.dataset.state === 'lost') return;
    lostAt = Date.now();
    modal.dataset.state = 'lost';
    document.body.classList.add('stale');
    modal.replaceChildren(document.createElement('span'));
    const peer = document.querySelector('header.top')?.dataset.peerUrl;
    if (peer) {
      const link = document.createElement('a');
      link.href = peer + location.href.slice(document.baseURI.length);
      link.textContent = modal.dataset.peer;
      modal.append(' ', link);
    }
    usable(false);
    show();
  };

  // What only the server can do must not look as if it could be done, by pointer or keyboard. Menu, theme and the like go on working.
  const usable = yes => {
    for (const control of document.querySelectorAll(yes ? '[data-off]' : 'main button, main input, main select, main textarea, dialog button:not([data-close])')) {
      if (yes) { delete control.dataset.off; control.disabled = false; } else if (!control.disabled) { control.dataset.off = ''; control.disabled = true; }
    }
  };

  const found = () => {
    usable(true);
    delete modal.dataset.state;
    modal.replaceChildren();
    document.body.classList.remove('stale');
  };

  // The page could not be made live at all. The server may be away: the page is loaded again as soon as it answers. When that has not helped,
  // something between browser and server keeps WebSockets from passing.
  const failures = 'haconsole-starts-failed';
  const reloadWhenBack = async () => {
    lost();
    try {
      await fetch('health/live', { cache: 'no-store', signal: AbortSignal.timeout(2000) });
      const failed = Number(sessionStorage.getItem(failures)) + 1;
      sessionStorage.setItem(failures, String(failed));
      if (failed < 3) { location.reload(); return; }
      modal.dataset.state = 'hint';
      modal.textContent = modal.dataset.hint;
      const link = document.createElement('a');
      link.href = 'status';
      link.textContent = modal.dataset.plain;
      modal.append(' ', link);
      return;
    } catch { /* still away */ }
    setTimeout(reloadWhenBack, 1000);
  };

  let attempt = 0;
  class Handler {
    onConnectionDown() { attempt++; lost(); this.retry(attempt); }
    onConnectionUp() { attempt++; found(); }
    async retry(mine) {
      while (mine === attempt) {
        await new Promise(done => setTimeout(done, 1000));
        if (mine !== attempt) return;
        try {
          if (await window.Blazor.reconnect()) { if (mine === attempt) this.onConnectionUp(); return; }
          location.reload();
          return;
        } catch { /* still away */ }
      }
    }
  }

  // The page is as fresh as the last thing that came from the server, be it only that it is there.
  class Heard extends WebSocket {
    constructor(...where) {
      super(...where);
      this.addEventListener('message', window.haConsole.heard);
    }
  }

  setInterval(show, 500);
  window.Blazor.start({
    circuit: {
      reconnectionHandler: new Handler(),
      configureSignalR: builder => builder.withUrl(new URL('_blazor', document.baseURI).href, { WebSocket: Heard }).withServerTimeout(4500).withKeepAliveInterval(2000),
    },
  }).then(() => sessionStorage.removeItem(failures), reloadWhenBack);
})();
