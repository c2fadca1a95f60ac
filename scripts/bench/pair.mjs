// Two servers on loopback addresses for the measurements of the console, and what can be read of them.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const port = 8471;
const address = server => `127.47.0.${server}`;
export const base = server => `http://${address(server)}:${port}`;
export const sleep = ms => new Promise(done => setTimeout(done, ms));
export const until = async (what, test, seconds = 60) => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) if (await test()) return;
  throw new Error(`${what}: not within ${seconds} s`);
};
export const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];

/** Starts both servers and waits until a switch would succeed. */
export const startPair = async program => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'haconsole-bench-'));
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
  const servers = [start(1), start(2)];
  const stop = async () => {
    for (const server of servers) server.kill('SIGTERM');
    await Promise.all(servers.map(server => server.exitCode ?? new Promise(done => server.once('exit', done))));
    rmSync(folder, { recursive: true, force: true });
  };
  const status = () => control(1, 'GET', 'status').catch(() => ({}));
  const ready = () => until('a ready pair', async () => (await status()).switchWouldSucceed);
  try {
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }

  const worker = Number(execFileSync('pgrep', ['-P', String(servers[0].pid)], { encoding: 'utf8' }).trim().split('\n')[0]);
  const busy = () => readFileSync(`/proc/${worker}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0) / 100;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const health = () => new Promise((done, failed) => {
    const begun = performance.now();
    http.get(`${base(1)}/IPSCFG/admin/monitor.aspx?mod=FT`, { agent }, response => response.resume().on('end', () => done(performance.now() - begun))).on('error', failed);
  });
  let active = 1;

  return {
    control, stop, busy,
    /** Processor time of server #1's worker in % of one core. */
    load: async (seconds = 10) => { const [before, at] = [busy(), performance.now()]; await sleep(seconds * 1000); return (busy() - before) / (performance.now() - at) * 1e5; },
    /** Answering times of the health URL in ms. */
    health: async (times = 1000) => { const all = []; for (let i = 0; i < times; i++) { all.push(await health()); await sleep(2); } return all; },
    /** Switches; the moment of the turn on server #1 (its own, or when it learns of the peer's) in ms since 1970, the new Active, how long it took since it was asked for, and the worker's processor time. */
    switchOver: async () => {
      active = 3 - active;
      await ready();
      await sleep(1000);
      const [asked, before] = [Date.now(), busy()];
      await control(1, 'POST', 'switch', { to: active });
      await until('the switch', async () => (await status()).servers?.find(s => s.server === active)?.role === 'Active');
      await sleep(2000);
      const turned = Date.parse((await status()).lastSwitch.at);
      return { turned, active: `S${active}`, took: turned - asked, spent: busy() - before };
    },
  };
};
