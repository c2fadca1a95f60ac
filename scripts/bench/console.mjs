// What open pages of the console cost and how soon they show a change of role. Two kinds of pages: circuits without a browser (circuits.mjs) with
// a few pages of Chromium among them, as a server sees a hundred operators; and as many tabs of one Chromium on the servers' own cores.
// Started by scripts/bench-console.sh.
import { createRequire } from 'node:module';
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { base, quantile, sleep, startPair } from './pair.mjs';

const [program, tools, wanted = '100', switches = '6', idleRounds = '4'] = process.argv.slice(2);
const { chromium } = createRequire(path.join(tools, 'x.js'))('playwright-core');
const pages = Number(wanted);
const [user, password] = ['bench', 'correct horse battery'];
const real = 4;
const tabsOfAContext = 25;
const rows = [];
const row = (what, value) => { rows.push(`| ${what} | ${value} |`); console.error(`${what}: ${value}`); };
const three = (values, unit = 'ms', digits = 0) => `${quantile(values, 0.5).toFixed(digits)} / ${quantile(values, 0.95).toFixed(digits)} / ${Math.max(...values).toFixed(digits)} ${unit}`;

const pair = await startPair(program);
const circuits = fork(new URL('./circuits.mjs', import.meta.url).pathname, [base(1), tools, user, password]);
const tell = message => new Promise((done, failed) => circuits.once('message', answer => answer.failed ? failed(new Error(answer.failed)) : done(answer)).send(message));
let browser;

const live = page => page.waitForSelector('header.top[data-live]', { timeout: 60000 });
const newContext = async signedIn => {
  const context = await browser.newContext(signedIn && { storageState: await signedIn.storageState() });
  await context.addInitScript(() => {
    window.seen = {};
    new MutationObserver(() => {
      const active = document.querySelector('header.top[data-live] .role.active')?.textContent.trim().slice(0, 2);
      if (active && window.last !== active) { window.last = active; window.seen[active] = Date.now(); }
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  return context;
};
const openTab = async context => { const page = await context.newPage(); await page.goto(base(1)); await live(page); return page; };
const weightOf = async (page, load) => {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  await session.send('Network.enable');
  session.on('Network.loadingFinished', event => { bytes += event.encodedDataLength; });
  await load();
  await page.waitForLoadState('networkidle').catch(() => { });
  await session.detach();
  return bytes / 1024;
};
const inTabs = (open, result) => Promise.all(open.map(page => page.evaluate(([active, turned]) => {
  if (!window.seen[active]) throw new Error('a page has not shown the switch');
  return window.seen[active] - turned;
}, [result.active, result.turned])));

/** Switches several times with the pages that are open, and says when each page knew. */
const measure = async (count, open, withCircuits) => {
  const [arrived, shown, took, spent] = [[], [], [], []];
  for (let i = 0; i < Number(switches); i++) {
    const result = await pair.switchOver();
    took.push(result.took);
    spent.push(result.spent * 1000);
    if (withCircuits) arrived.push(...(await tell({ seen: result.active })).seen.map(at => at - result.turned));
    shown.push(...await inTabs(open, result));
  }
  if (arrived.some(delay => delay < -1000)) throw new Error('a circuit has not heard of the switch');
  return { arrived, shown, took, spent };
};

try {
  await pair.control(1, 'POST', 'users', { name: user, role: 'Admin', password });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--process-per-site', '--disable-background-timer-throttling'] });
  const context = await newContext();
  const first = await context.newPage();
  let usable;
  const cold = await weightOf(first, async () => {
    await first.goto(`${base(1)}/login`);
    await first.fill('input[name$="Name"]', user);
    await first.fill('input[type=password]', password);
    const clicked = Date.now();
    await first.click('button[type=submit]');
    await live(first);
    usable = Date.now() - clicked;
  });
  const warm = await weightOf(first, async () => { await first.goto(base(1)); await live(first); });
  await first.goto('about:blank');

  // Without pages, a hundred, two hundred, in turns: what is measured is small beside what else happens on a machine.
  const idle = new Map([[0, []], [pages, []], [2 * pages, []]]);
  const answers = new Map([...idle.keys()].map(count => [count, []]));
  await tell({ open: 2 * pages });
  await pair.switchOver();
  await pair.switchOver();
  await tell({ open: 0 });
  for (let round = 0; round < Number(idleRounds); round++) {
    for (const count of round % 2 === 0 ? [0, pages, 2 * pages] : [2 * pages, pages, 0]) {
      await tell({ open: count });
      await sleep(4000);
      idle.get(count).push(await pair.load());
      answers.get(count).push(...await pair.health(500));
    }
  }

  const bare = await measure(0, [], false);
  for (const count of [pages, 2 * pages]) {
    const open = [];
    while (open.length < real) open.push(await openTab(context));
    await tell({ open: count - real });
    const { arrived, shown, took, spent } = await measure(count, open, true);
    row(`${count} pages: role change in the engine until it has arrived, ${arrived.length} samples: p50 / p95 / max`, three(arrived));
    row(`${count} pages: the same until it is on the screen's page, ${real} tabs of Chromium among them, ${shown.length} samples: p50 / p95 / max`, three(shown));
    row(`${count} pages: a switch, from the request to the turn, without pages, with them: p50 / p95 / max`, `${three(bare.took)}, ${three(took)}`);
    row(`${count} pages: processor time of the worker for a switch and the 2 s after it, without pages, with them`, `${quantile(bare.spent, 0.5).toFixed(0)} ms, ${quantile(spent, 0.5).toFixed(0)} ms`);
    await Promise.all(open.map(page => page.close()));
  }
  await tell({ open: 0 });

  const open = [];
  const contexts = [context];
  while (open.length < pages) {
    if (open.length / tabsOfAContext >= contexts.length) contexts.push(await newContext(context));
    open.push(await openTab(contexts.at(-1)));
  }
  await sleep(3000);
  const crowded = await pair.load();
  const { shown } = await measure(pages, open, false);
  row(`${pages} tabs of one Chromium in ${contexts.length} contexts: role change until it is in the page, ${shown.length} samples: p50 / p95 / max`, three(shown));
  row(`${pages} tabs of one Chromium: processor time of the worker while nothing happens`, `${crowded.toFixed(1)} % of one core`);
  for (const [count, loads] of idle) row(`${count} pages, nothing happens, ${loads.length} rounds in turns: processor time of the worker, min / median / max`, `${Math.min(...loads).toFixed(1)} / ${quantile(loads, 0.5).toFixed(1)} / ${Math.max(...loads).toFixed(1)} % of one core`);
  for (const [count, times] of answers) row(`${count} pages: health URL p50 / p99`, `${quantile(times, 0.5).toFixed(2)} / ${quantile(times, 0.99).toFixed(2)} ms`);
  row('sign-in until the first page is live, cold cache', `${usable} ms`);
  row('sign-in page and first page, transferred, cold cache', `${cold.toFixed(0)} kB`);
  row('first page again, transferred', `${warm.toFixed(0)} kB`);
  const said = `Measured ${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} cores, ${os.type()} ${os.release()}, load average ${os.loadavg()[0].toFixed(1)} at the end; \`scripts/bench-console.sh ${[wanted, switches, idleRounds].join(' ')}\`.`;
  const table = `${said}\n\n| What | value |\n|---|---|\n${rows.join('\n')}`;
  console.log(table);
  const chapter = new URL('../../docs/performance.md', import.meta.url).pathname;
  const [begin, end] = ['<!-- console:begin -->', '<!-- console:end -->'];
  const text = readFileSync(chapter, 'utf8');
  writeFileSync(chapter, `${text.slice(0, text.indexOf(begin) + begin.length)}\n${table}\n${text.slice(text.indexOf(end))}`);
} finally {
  await browser?.close();
  circuits.disconnect();
  await pair.stop();
}
