// Open pages without a browser: real circuits over a WebSocket as blazor.web.js holds them (blazorpack, render batches acknowledged), but nothing
// is drawn, so that a hundred operators' browsers do not take from the servers' cores. A child process of console.mjs; messages on its channel:
//   { open: COUNT }  keeps that many circuits open; answers { open: COUNT } when all are live
//   { seen: ACTIVE } answers { seen: [TIME, ...] }: when the batch that says that this server is Active has arrived, for each circuit
import { createRequire } from 'node:module';
import path from 'node:path';

const [base, tools, user, password] = process.argv.slice(2);
const require = createRequire(path.join(tools, 'x.js'));
const signalR = require('@microsoft/signalr');
const { MessagePackHubProtocol } = require('@microsoft/signalr-protocol-msgpack');
const cookies = new Map();

const ask = async (url, options = {}) => {
  const response = await fetch(new URL(url, base), {
    redirect: 'manual', ...options,
    headers: { ...options.headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), 'accept-language': 'en' },
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    cookies.set(name, value);
  }
  return { status: response.status, text: await response.text() };
};

const signIn = async () => {
  const form = new URLSearchParams();
  const { text } = await ask('/login');
  for (const [field] of text.matchAll(/<input[^>]+type="hidden"[^>]*>/g)) form.set(/name="([^"]*)"/.exec(field)[1], /value="([^"]*)"/.exec(field)[1]);
  form.set('Input.Name', user);
  form.set('Input.Password', password);
  const { status } = await ask('/login', { method: 'POST', body: form, headers: { origin: base } });
  if (status !== 302) throw new Error(`sign-in: HTTP ${status}`);
};

/** One open page. */
const open = async () => {
  const { status, text } = await ask('/');
  if (status !== 200) throw new Error(`page: HTTP ${status}`);
  const markers = [...text.matchAll(/<!--Blazor:(\{.*?\})-->/g)].map(([, json]) => JSON.parse(json)).filter(marker => marker.type === 'server');
  const state = /<!--Blazor-Server-Component-State:([^>]*)-->/.exec(text)?.[1] ?? '';
  const protocol = new MessagePackHubProtocol();
  Object.defineProperty(protocol, 'name', { value: 'blazorpack' });
  const connection = new signalR.HubConnectionBuilder()
    .withUrl(`${base}/_blazor`, { headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), origin: base, 'accept-language': 'en' } })
    .withHubProtocol(protocol).withServerTimeout(10000).withKeepAliveInterval(5000).configureLogging(signalR.LogLevel.Error).build();
  const page = { seen: {}, batches: 0, bytes: 0, close: () => connection.stop() };
  let objects = 0;
  let live;
  const isLive = new Promise((done, failed) => { live = done; setTimeout(() => failed(new Error('not live within 30 s')), 30000).unref(); });
  connection.on('JS.RenderBatch', (id, batch) => {
    const at = Date.now();
    const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
    page.batches++;
    page.bytes += bytes.length;

    // A batch names what has changed: the attribute is in it when the Active is another. Texts stand with their length before them.
    if (bytes.includes('data-active')) {
      for (const server of ['S1', 'S2']) if (bytes.includes(`\u0002${server}`)) page.seen[server] = at;
      live();
    }
    connection.send('OnRenderCompleted', id, null);
  });
  connection.on('JS.BeginInvokeJS', (task, identifier, parameters, resultType) => {
    if (Number(task)) connection.send('EndInvokeJSFromDotNet', task, true, JSON.stringify([task, true, resultType === 1 ? { __jsObjectId: ++objects } : null]));
  });
  for (const ignored of ['JS.AttachComponent', 'JS.EndInvokeDotNet', 'JS.EndUpdateRootComponents', 'JS.ReceiveByteArray', 'JS.BeginTransmitStream', 'JS.EndLocationChanging']) connection.on(ignored, () => { });
  connection.on('JS.Error', error => console.error(`circuit: ${error}`));
  await connection.start();
  if (!await connection.invoke('StartCircuit', `${base}/`, `${base}/`, '[]', '')) throw new Error('no circuit');
  await connection.send('UpdateRootComponents', JSON.stringify({ batchId: 1, operations: markers.map((marker, index) => ({ type: 'add', ssrComponentId: index + 1, marker })) }), state);
  await isLive;
  return page;
};

const pages = [];
process.on('message', async message => {
  try {
    if ('open' in message) {
      if (cookies.size === 0) await signIn();
      while (pages.length < message.open) pages.push(await open());
      await Promise.all(pages.splice(message.open).map(page => page.close()));
      process.send({ open: pages.length });
    } else if ('seen' in message) {
      process.send({ seen: pages.map(page => page.seen[message.seen] ?? 0), batches: pages.reduce((sum, page) => sum + page.batches, 0), bytes: pages.reduce((sum, page) => sum + page.bytes, 0) });
    }
  } catch (error) {
    process.send({ failed: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
