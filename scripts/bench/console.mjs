// What open pages of the console cost and how soon they show a change of role. Every page is a real one: a tab of one headless Chromium
// with its own circuit (tabs of one site share a renderer process). Started by scripts/bench-console.sh.
import { createRequire } from 'node:module';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const [program, tools, wanted = '100', switches = '6'] = process.argv.slice(2);
const { chromium } = createRequire(path.join(tools, 'x.js'))('playwright-core');
const pages = Number(wanted);
const port = 8471;
const address = server => `127.47.0.${server}`;
const base = server => `http://${address(server)}:${port}`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'haconsole-bench-'));
const sleep = ms => new Promise(done => setTimeout(done, ms));
const until = async (what, test, seconds = 60) => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) if (await test()) return;
  throw new Error(`${what}: not within ${seconds} s`);
};

const start = server => spawn('dotnet', [program, 'run'], {
  stdio: 'ignore',
  env: {
    ...process.env, Node__DataDirectory: path.join(folder, `server${server}`), Node__LocalAddress: address(server), Node__HttpPort: String(port), Node__PeerPort: '2471',
    Node__PairSecret: '0123456789abcdef0123456789abcdef', HotStandby__Enabled: 'true', HotStandby__Server1Address: address(1), HotStandby__Server2Address: address(2),
    HotStandby__HeartbeatInterval: '1', HotStandby__HeartbeatTimeout: '0.5', HotStandby__FailuresToSwitch: '5', HotStandby__FrameworkRestartTime: '2',
  },
});
const control = (server, method, call, body) => new Promise((done, failed) => {
  const text = body ? JSON.stringify(body) : '';
  const request = http.request({ socketPath: path.join(folder, `server${server}`, 'control.sock'), path: `/api/v1/${call}`, method, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, response => {
    let answer = '';
    response.on('data', part => { answer += part; }).on('end', () => done(JSON.parse(answer || '{}')));
  });
  request.on('error', failed).end(text);
});
const workerOf = process => Number(execFileSync('pgrep', ['-P', String(process.pid)], { encoding: 'utf8' }).trim().split('\n')[0]);
const memory = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const busy = pid => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0) / 100;
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const health = () => new Promise((done, failed) => {
  const begun = performance.now();
  http.get(`${base(1)}/IPSCFG/admin/monitor.aspx?mod=FT`, { agent }, response => response.resume().on('end', () => done(performance.now() - begun))).on('error', failed);
});
const healthFigures = async () => {
  const times = [];
  for (let i = 0; i < 2000; i++) { times.push(await health()); await sleep(2); }
  return `${quantile(times, 0.5).toFixed(2)} / ${quantile(times, 0.99).toFixed(2)} ms`;
};
const load = async pid => { const before = busy(pid); await sleep(10000); return (busy(pid) - before) * 10; };

const servers = [start(1), start(2)];
let browser;
try {
  const status = () => control(1, 'GET', 'status').catch(() => ({}));
  await until('a ready pair', async () => (await status()).switchWouldSucceed);
  await control(1, 'POST', 'users', { name: 'bench', role: 'Admin', password: 'correct horse battery' });
  const worker = workerOf(servers[0]);
  const quiet = { health: await healthFigures(), load: await load(worker) };
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--process-per-site', '--disable-background-timer-throttling'] });
  const context = await browser.newContext();
  await context.addInitScript(() => {
    window.seen = {};
    new MutationObserver(() => {
      const active = document.querySelector('header.top[data-live] .role.active')?.textContent.trim().slice(0, 2);
      if (active && window.last !== active) { window.last = active; window.seen[active] = Date.now(); }
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  const live = page => page.waitForSelector('header.top[data-live]', { timeout: 60000 });
  const first = await context.newPage();
  const weigh = await context.newCDPSession(first);
  let bytes = 0;
  await weigh.send('Network.enable');
  weigh.on('Network.loadingFinished', event => { bytes += event.encodedDataLength; });
  await first.goto(`${base(1)}/login`);
  await first.fill('input[name$="Name"]', 'bench');
  await first.fill('input[type=password]', 'correct horse battery');
  const clicked = Date.now();
  await first.click('button[type=submit]');
  await live(first);
  const usable = Date.now() - clicked;
  await first.waitForLoadState('networkidle').catch(() => { });
  const weight = bytes / 1024;
  const before = memory(worker);
  const open = [first];
  while (open.length < pages) {
    const page = await context.newPage();
    await page.goto(base(1));
    await live(page);
    open.push(page);
  }
  await sleep(3000);
  const perPage = (memory(worker) - before) / Math.max(1, pages - 1);
  const loaded = { health: await healthFigures(), load: await load(worker) };
  const delays = [];
  for (let i = 0; i < Number(switches); i++) {
    const to = i % 2 === 0 ? 2 : 1;
    await until('a ready pair', async () => (await status()).switchWouldSucceed);
    await control(1, 'POST', 'switch', { to });
    await until('the switch', async () => (await status()).servers?.find(s => s.server === to)?.role === 'Active');
    await sleep(1500);

    // The moment of the turn on server #1 (its own, or when it learns of the peer's), by the same machine's clock.
    const turned = Date.parse((await status()).lastSwitch.at);
    for (const page of open) {
      const at = await page.evaluate(server => window.seen[server], `S${to}`);
      if (!at) throw new Error('a page has not shown the switch');
      delays.push(at - turned);
    }
  }
  console.log(`Measured ${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} cores, ${os.type()} ${os.release()}, load average ${os.loadavg()[0].toFixed(1)}.\n`);
  console.log(`| ${pages} open pages | value |\n|---|---|`);
  console.log(`| role change in the engine until it is in the page, ${delays.length} samples: p50 / p95 / max | ${quantile(delays, 0.5)} / ${quantile(delays, 0.95)} / ${Math.max(...delays)} ms |`);
  console.log(`| sign-in until the first page is live | ${usable} ms |`);
  console.log(`| sign-in page and first page, transferred, cold cache | ${weight.toFixed(0)} kB |`);
  console.log(`| memory of the worker per open page | ${perPage.toFixed(2)} MB |`);
  console.log(`| health URL p50 / p99 without pages, with them | ${quiet.health}, ${loaded.health} |`);
  console.log(`| processor time of the worker without pages, with them | ${quiet.load.toFixed(1)} %, ${loaded.load.toFixed(1)} % of one core |`);
} finally {
  await browser?.close();
  for (const server of servers) server.kill('SIGTERM');
  await Promise.all(servers.map(server => server.exitCode ?? new Promise(done => server.once('exit', done))));
  rmSync(folder, { recursive: true, force: true });
}
