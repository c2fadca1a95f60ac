// What the browser alone knows: time zone, age, theme. Server-side pages put facts into attributes, these elements show them, and an age
// grows by itself, so that a page whose server is gone can never look fresh.
(() => {
  'use strict';

  const cookie = name => document.cookie.split('; ').find(c => c.startsWith(name + '='))?.slice(name.length + 1);
  const path = () => new URL(document.baseURI).pathname;
  const setCookie = (name, value) => { document.cookie = `${name}=${value}; path=${path()}; max-age=31536000; samesite=lax`; };
  const language = () => document.documentElement.lang || 'en';

  // Server clock minus browser clock: taken from the header, which carries the server's time of the snapshot when it arrives.
  let offset = 0;
  const now = () => Date.now() + offset;

  const units = { en: { d: 'd', h: 'h', m: 'min', s: 's' }, fr: { d: 'j', h: 'h', m: 'min', s: 's' } };

  /** 4 s, 2 min 5 s, 3 h 4 min, 3 d 4 h */
  const span = seconds => {
    const u = units[language()] ?? units.en;
    const s = Math.max(0, Math.floor(seconds));
    if (s < 60) return `${s} ${u.s}`;
    if (s < 3600) return `${Math.floor(s / 60)} ${u.m} ${s % 60} ${u.s}`;
    if (s < 86400) return `${Math.floor(s / 3600)} ${u.h} ${Math.floor(s % 3600 / 60)} ${u.m}`;
    return `${Math.floor(s / 86400)} ${u.d} ${Math.floor(s % 86400 / 3600)} ${u.h}`;
  };

  // Text in a shadow root: the element's own content belongs to the server, which may replace it at any time.
  class Shown extends HTMLElement {
    connectedCallback() {
      if (!this.shadowRoot) {
        this.attachShadow({ mode: 'open' }).append(document.createElement('span'));
      }
      Shown.all.add(this);
      this.show();
    }
    disconnectedCallback() { Shown.all.delete(this); }
    attributeChangedCallback() { if (this.shadowRoot) this.show(); }
    set text(value) {
      if (this.said !== value) this.shadowRoot.firstChild.textContent = this.said = value;
    }
  }
  Shown.all = new Set();

  customElements.define('ha-time', class extends Shown {
    static observedAttributes = ['at'];
    show() {
      const at = new Date(this.getAttribute('at'));
      if (isNaN(at)) { this.text = '–'; return; }
      const utc = cookie('haconsole-time') === 'utc';
      const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false };
      this.text = new Intl.DateTimeFormat(language() === 'fr' ? 'fr-FR' : 'en-CA', utc ? { ...options, timeZone: 'UTC' } : options).format(at).replace(',', '') + (utc ? ' UTC' : '');
    }
  });

  customElements.define('ha-age', class extends Shown {
    static observedAttributes = ['since'];
    show() { this.text = span((now() - Number(this.getAttribute('since'))) / 1000); }
  });

  // A word that only the browser can know; the server draws the element empty.
  customElements.define('ha-word', class extends Shown {
    show() { }
    say(word) { this.text = word && ` ${word}`; }
  });

  // When the page last heard from its server. The server says something every second, if only that it is there (js/circuit.js hears it): what is
  // on the page is as of then, for what changes is said at once. When the server has no news of its own, it says so.
  let heardAt = 0;
  const top_ = () => document.querySelector('header.top');
  const asOf = () => {
    const header = top_();
    if (!header) return 0;
    const drawn = Number(header.dataset.asOf);
    return heardAt && !('stalled' in header.dataset) ? Math.max(drawn, heardAt + offset) : drawn;
  };
  customElements.define('ha-fresh', class extends Shown {
    show() { const at = asOf(); this.text = at ? span((now() - at) / 1000) : '–'; }
  });

  // When this server last heard the one of that number: the header knows, so that nothing else has to be drawn for it.
  customElements.define('ha-heard', class extends Shown {
    static observedAttributes = ['server'];
    show() {
      const heard = top_()?.getAttribute(`data-heard-${this.getAttribute('server')}`) ?? '';
      if (heard.startsWith('<')) { this.text = `< ${heard.slice(1)} s`; return; }
      const at = Number(heard);
      this.text = at ? span((now() - at) / 1000) : '–';
    }
  });

  customElements.define('ha-due', class extends Shown {
    static observedAttributes = ['at'];
    show() {
      const left = (Number(this.getAttribute('at')) - now()) / 1000;
      this.text = left < 10 && left > 0 ? `${left.toFixed(1)} s` : span(left);
    }
  });

  const theme = value => {
    setCookie('haconsole-theme', value);
    document.documentElement.dataset.theme = value;
    for (const link of document.querySelectorAll('link[data-scheme]')) {
      const scheme = link.dataset.scheme;
      link.media = value === 'system' ? `(prefers-color-scheme: ${scheme})` : value === scheme ? 'all' : 'not all';
    }
  };

  const language_ = value => { setCookie('haconsole-language', encodeURIComponent(`c=${value}|uic=${value}`)); location.reload(); };
  const time = value => { setCookie('haconsole-time', value); for (const e of Shown.all) e.show(); };

  document.addEventListener('click', event => {
    const menu = event.target.closest('[data-menu]');
    const open = document.body.classList.contains('menu-open');
    if (menu || (open && event.target.closest('#nav a'))) {
      document.body.classList.toggle('menu-open', !open);
      document.querySelector('[data-menu]')?.setAttribute('aria-expanded', String(!open));
    }
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && document.body.classList.contains('menu-open')) {
      document.body.classList.remove('menu-open');
      const button = document.querySelector('[data-menu]');
      button?.setAttribute('aria-expanded', 'false');
      button?.focus();
    }
  });
  document.addEventListener('change', event => {
    const preference = event.target.dataset?.preference;
    if (preference === 'theme') theme(event.target.value);
    if (preference === 'language') language_(event.target.value);
    if (preference === 'time') time(event.target.value);
  });

  // Twice the server's beat without news is stale, five times is unknown: a page whose server is gone must not look fresh.
  const freshness = () => {
    const age = document.querySelector('ha-fresh');
    if (!age) return;
    const seconds = (now() - asOf()) / 1000;
    const old = seconds > 5 ? 'unknown' : seconds > 2.5 ? 'stale' : '';
    const box = age.parentElement;
    if (box.dataset.old !== old) box.dataset.old = old;
    const word = box.querySelector('ha-word');
    if (word) word.say(box.dataset[`word${old}`] ?? '');
    document.body.classList.toggle('old', old === 'unknown');
  };

  // The browser's clock may be wrong: what arrives is at most a moment old, so the smallest difference seen of late is the offset.
  const seen = [];
  let learned = '';
  let watched = null;
  const watcher = new MutationObserver(() => learn());
  const learn = () => {
    const header = top_();
    if (header && header !== watched) {
      watched = header;
      watcher.disconnect();
      watcher.observe(header, { attributes: true, attributeFilter: ['data-now'] });
    }
    const sent = header?.dataset.now ?? '';
    if (!sent || sent === learned) return;
    learned = sent;
    seen.push(Date.now() - Number(sent));
    if (seen.length > 10) seen.shift();
    offset = -Math.min(...seen);
  };
  learn();

  /** The server has said something, if only that it is there. */
  const heard = () => { heardAt = Date.now(); };

  // When the sheet opens: the circuit draws it anew after the page has loaded.
  document.addEventListener('toggle', event => {
    for (const select of event.target.querySelectorAll?.('select[data-preference]') ?? []) {
      const value = { theme: document.documentElement.dataset.theme, time: cookie('haconsole-time') ?? 'local' }[select.dataset.preference];
      if (value) select.value = value;
    }
  }, true);

  // The help is a dialog of the browser's own: Escape closes it and the focus returns to where it was, also while the server is away.
  const help = () => document.getElementById('help');
  const toggleHelp = () => {
    const dialog = help();
    if (dialog?.open) dialog.close();
    else dialog?.showModal();
  };
  document.addEventListener('click', event => {
    if (event.target.closest('[data-help]')) toggleHelp();
    const dialog = help();
    // A click beside it hits the dialog itself; a link in it leads away.
    if (dialog?.open && (event.target === dialog || event.target.closest('#help [data-close], #help a'))) dialog.close();
  });

  // g then a letter goes to a page; keys never do anything else than to go somewhere or to show the help. The help lists them.
  let going = 0;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [contenteditable]')) return;
    if (event.key === '?') { event.preventDefault(); toggleHelp(); return; }
    if (event.key === 'g') { going = Date.now(); return; }
    const place = Date.now() - going < 1500 && help()?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (place) { going = 0; help().close(); window.Blazor?.navigateTo(place.dataset.path); }
  });
  document.addEventListener('click', event => {
    for (const open of document.querySelectorAll('details.drop[open]')) if (!open.contains(event.target)) open.open = false;
  });

  // Whole seconds need no more than this; only the end of a countdown shows tenths. Nothing is drawn where nobody looks.
  let quarter = 0;
  const tick = () => {
    if (document.hidden) return;
    const all = quarter++ % 4 === 0;
    if (all) { learn(); freshness(); }
    for (const e of Shown.all) if (e.localName === 'ha-due' || (all && e.localName !== 'ha-time')) e.show();
  };
  setInterval(tick, 250);
  document.addEventListener('visibilitychange', () => { quarter = 0; tick(); });

  window.haConsole = { span, now, asOf, heard, setOffset: value => { offset = value; } };
})();
