// Takes the pictures of the README and the docs from a running demo.
//   node pictures.mjs URL USER PASSWORD FOLDER
import { chromium } from 'playwright-core';

const [url, user, password, folder] = process.argv.slice(2);
const pages = { overview: '', 'hot-standby': 'hot-standby', timeline: 'events', simulator: 'simulator', switch: '?switch=2' };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const colorScheme of ['light', 'dark']) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, colorScheme, locale: 'en' });
  const page = await context.newPage();
  await page.goto(new URL('login', url).href);
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('header[data-live]').waitFor();
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(new URL(path, url).href);
    await page.locator('header[data-live]').waitFor();
    // Probes and events of a moment make the picture livelier than an empty start.
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
    console.log(`${folder}/${name}-${colorScheme}.png`);
  }
  await context.close();
}
await browser.close();
