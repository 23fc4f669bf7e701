// A page in Chromium that is a client: from an origin that the servers admit, and from one that they do not.
// usage: node browser.mjs CHROMIUM PORT URL…; the servers admit http://page.localhost:PORT

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';

const [executablePath, port, ...urls] = process.argv.slice(2);
const ARGUMENTS = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync'
];

const input = join(dirname(fileURLToPath(import.meta.url)), 'page.mjs');
const bundle = await rolldown({ input, platform: 'browser', logLevel: 'silent' });
const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
await bundle.close();

const FILES = {
    '/': ['text/html; charset=utf-8', '<!doctype html><title>client</title><script type="module" src="/page.mjs"></script>'],
    '/page.mjs': ['text/javascript; charset=utf-8', output[0].code]
};
const server = createServer((request, response) => {
    const [type, text] = FILES[request.url] ?? [];
    response.writeHead(type ? 200 : 404, { 'content-type': type ?? 'text/plain' }).end(text);
}).listen(Number(port), '127.0.0.1');
await once(server, 'listening');

const profile = await mkdtemp(join(tmpdir(), 'interop-browser-'));
const browser = await chromium.launchPersistentContext(profile, { executablePath, args: ARGUMENTS, timeout: 60_000 });
try {
    // Names below localhost are this machine's, in every browser.
    const open = async host => {
        const page = await browser.newPage();
        page.setDefaultTimeout(30_000);
        await page.goto(`http://${host}:${port}/`);
        await page.waitForFunction('globalThis.converse !== undefined');
        return page;
    };
    const page = await open('page.localhost');
    const stranger = await open('stranger.localhost');
    for (const url of urls) {
        for (const era of ['legacy', 'modern']) {
            const steps = await page.evaluate(([url, era]) => converse(url, era), [url, era]);
            console.log(`${url}, ${era}: ${steps.join(' ')}`);
            const refused = await stranger.evaluate(
                ([url, era]) => converse(url, era).then(() => 'served', error => `${error.name}: ${error.message}`),
                [url, era]
            );
            assert.match(refused, /Failed to fetch|did not offer/);
            const plain = await stranger.evaluate(
                url => fetch(url, { method: 'POST', body: '{}' }).then(response => response.status, error => error.message),
                url
            );
            assert.equal(plain, 'Failed to fetch');
            console.log(`${url}, ${era}: another page is refused`);
        }
    }
} finally {
    await browser.close();
    server.close();
    await rm(profile, { recursive: true, force: true });
}
