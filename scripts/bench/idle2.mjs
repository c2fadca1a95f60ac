import { fork } from 'node:child_process';
import { base, sleep, startPair } from './pair.mjs';
const [program, tools] = process.argv.slice(2);
const pair = await startPair(program);
try {
  await pair.control(1, 'POST', 'users', { name: 'bench', role: 'Admin', password: 'correct horse battery' });
  const kids = {};
  for (const page of ['/', '/why']) kids[page] = fork(new URL('./circuits2.mjs', import.meta.url).pathname, [base(1), tools, 'bench', 'correct horse battery'], { env: { ...process.env, PAGE: page } });
  const tell = (kid, m) => new Promise((done, failed) => kid.once('message', a => a.failed ? failed(new Error(a.failed)) : done(a)).send(m));
  for (let r = 0; r < 2; r++) {
    console.log('0', (await pair.load(6)).toFixed(1));
    for (const page of ['/', '/why']) {
      await tell(kids[page], { open: 200 }); await sleep(3000);
      const b = (await tell(kids[page], { seen: 'S1' })).batches; const l = await pair.load(8); const e = (await tell(kids[page], { seen: 'S1' })).batches;
      console.log(page, l.toFixed(1), 'batches/s', ((e - b) / 8).toFixed(1));
      await tell(kids[page], { open: 0 }); await sleep(1500);
    }
  }
  for (const k of Object.values(kids)) k.disconnect();
} finally { await pair.stop(); }
