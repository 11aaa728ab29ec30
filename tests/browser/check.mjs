// Looks at pages of `kitty-gate report --format html` in a real browser: does everything work, does nothing
// run or leave, with and without JavaScript, on a phone and a desk, in light and dark.
//
//   node check.mjs PAGE... [--shots DIR]        CHROMIUM names the browser [default: chromium on PATH]

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const args = process.argv.slice(2);
const at = args.indexOf('--shots');
const shots = at < 0 ? null : args.splice(at, 2)[1];
if (shots) mkdirSync(shots, { recursive: true });
const program = process.env.CHROMIUM ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();

let failed = 0;
function hold(what, holds, seen = '') {
  if (!holds) failed += 1;
  console.log(`${holds ? 'held  ' : 'FAILED'}  ${what}${holds || seen === '' ? '' : `: ${seen}`}`);
}

const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
for (const file of args) {
  const url = pathToFileURL(resolve(file)).href;
  const name = basename(file, '.html');
  console.log(`\n${name}`);
  for (const javaScriptEnabled of [true, false]) {
    for (const [device, viewport] of [['desk', { width: 1280, height: 900 }], ['phone', { width: 390, height: 844 }]]) {
      for (const colorScheme of ['light', 'dark']) {
        const context = await browser.newContext({ javaScriptEnabled, viewport, colorScheme });
        const page = await context.newPage();
        const trouble = [];
        page.on('request', (request) => request.url().split('#')[0] === url || trouble.push(`request ${request.url()}`));
        page.on('dialog', (dialog) => { trouble.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
        page.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
        page.on('pageerror', (error) => trouble.push(String(error)));
        page.on('popup', () => trouble.push('popup'));
        const began = Date.now();
        await page.goto(url, { waitUntil: 'load' });
        const loaded = Date.now() - began;
        const way = `${device}, ${colorScheme}, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`;
        hold(`${way}: loads in 3 s (${loaded} ms)`, loaded < 3000);
        if (shots) await page.screenshot({ path: `${shots}/${name}-${device}-${colorScheme}-${javaScriptEnabled ? 'js' : 'nojs'}.png` });
        if (javaScriptEnabled) await works(page, way, device === 'desk' && colorScheme === 'light');
        else await isThere(page, way);
        if (shots) await opened(page, `${shots}/${name}-${device}-${colorScheme}-${javaScriptEnabled ? 'js' : 'nojs'}`);
        hold(`${way}: nothing ran, nothing left`, trouble.length === 0, trouble.slice(0, 3).join('; '));
        await context.close();
      }
    }
  }
}
await browser.close();
console.log(failed ? `\n${failed} failed` : '\nall held');
process.exitCode = failed ? 1 : 0;

async function works(page, way, everything) {
  const title = await page.title();
  hold(`${way}: no title but ours`, / at the gate$/.test(title), title);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  hold(`${way}: fits the screen`, wide <= 0, `${wide} px too wide`);
  hold(`${way}: no foreign element`, (await page.locator('img, iframe, object, embed, link, base, body > style').count()) === 0);
  if (!everything) return;

  const all = await page.locator('.list > li').count();
  const shown = () => page.locator('.list > li:not([hidden])').count();
  const first = page.locator('.list > li').first();
  const word = await first.getAttribute('data-word');
  const such = await page.locator(`.list > li[data-word="${word}"]`).count();
  await page.locator(`input[value="${word}"]`).uncheck();
  await page.waitForTimeout(250);
  hold('filter: hides what is not wanted', (await shown()) === all - such, `${await shown()} of ${all}, ${such} ${word}`);
  await page.locator(`input[value="${word}"]`).check();

  const last = page.locator('.list > li').last();
  const id = await last.locator('.id').textContent();
  await page.keyboard.press('/');
  await page.keyboard.type(id);
  await page.waitForTimeout(600);
  hold('search: finds one by its id', (await shown()) >= 1 && (await shown()) < all && !(await last.getAttribute('hidden')), `${await shown()}`);
  hold('search: says how many', /of \d+ shown/.test(await page.locator('.found').textContent()));
  await page.fill('input[name=q]', '');
  await page.waitForTimeout(250);
  hold('search: gives all back', (await shown()) === all);

  await first.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  hold('keyboard: opens a scenario', await first.locator('details').first().evaluate((one) => one.open));
  const button = page.locator('.copy').first();
  if (await button.count()) {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {});
    await page.evaluate(() => { for (const one of document.querySelectorAll('.list > li > details')) one.open = !!one.querySelector('.copy'); });
    await button.click();
    await page.waitForTimeout(200);
    const copied = await page.evaluate(() => navigator.clipboard.readText()).catch(() => null);
    const wanted = await button.getAttribute('data-copy');
    hold('copy: the command is on the clipboard', copied === wanted, `${copied}`);
    hold('copy: says so', (await button.textContent()) === 'Copied');
    await page.locator('[data-act=close]').click();
  }

  await page.locator('#timeline').scrollIntoViewIfNeeded();
  await page.waitForSelector('.lanes svg', { timeout: 5000 });
  const bars = await page.locator('.lanes rect.s').count();
  const attempts = await page.evaluate(() => JSON.parse(document.getElementById('times').textContent).times.length);
  hold(`timeline: a bar for each repeat (${bars})`, bars === attempts && bars > 0, `${attempts}`);
  const before = await page.locator('.lanes svg').getAttribute('width');
  await page.locator('[data-zoom="2"]').click();
  hold('timeline: zooms', Number(await page.locator('.lanes svg').getAttribute('width')) > Number(before));
  await page.locator('.lanes').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'ArrowLeft']) await page.keyboard.press(key);
  hold('timeline: says what it is at', /worker \d+, from/.test(await page.locator('#timeline .at').textContent()));
  await page.keyboard.press('Enter');
  hold('timeline: leads to the scenario', await page.evaluate(() => !!document.activeElement.closest('.list > li > details[open]')));
}

async function isThere(page, way) {
  hold(`${way}: has scenarios`, (await page.locator('.list > li').count()) > 0);
  hold(`${way}: offers nothing that needs it`, !(await page.locator('.filter').isVisible()) && !(await page.locator('#timeline').isVisible()));
  const first = page.locator('.list > li').first();
  await first.locator('summary').first().click();
  hold(`${way}: opens a scenario`, await first.locator('.body').isVisible());
}

/** The first scenario, the timeline and the requirements, as a person comes to them. */
async function opened(page, path) {
  await page.locator('.list > li').first().locator('details').first().evaluate((one) => { one.open = true; }).catch(() => {});
  await page.locator('.list > li').first().scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${path}-open.png` });
  if (await page.locator('#timeline').isVisible().catch(() => false)) {
    await page.locator('#timeline').scrollIntoViewIfNeeded();
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${path}-timeline.png` });
  }
}
