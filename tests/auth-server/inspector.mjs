// The official Inspector's command line against a server that requires tokens: with a token in a header, and with its own OAuth
// client, which goes from 401 to step-up while this script is the user with a browser.
// usage: node inspector.mjs LAUNCHER URL ISSUER; the variable HOME names a folder that the Inspector may write to.
// Prints one line for each thing that worked.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { machineToken, ordered, visit } from './browser.mjs';

const [launcher, url, issuer] = process.argv.slice(2);
const works = what => console.log(`Inspector: ${what}`);
const TIME = 60_000;

/** Runs the Inspector once; its result. With `user` it may request authorization. */
function inspect(words, user) {
    const environment = { ...process.env, MCP_AUTO_OPEN_ENABLED: String(user !== undefined), BROWSER: 'true' };
    const fixed = [launcher, '--cli', '--format', 'json', '--quiet'];
    const child = spawn(process.execPath, [...fixed, ...words], { env: environment, timeout: TIME });
    let [out, err, seen] = ['', '', 0];
    child.stdout.on('data', text => (out += text));
    return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.stderr.on('data', text => {
            err += text;
            for (const step of err.slice(seen).matchAll(/Please navigate to: (\S+)\n|\[y\/N\] /g)) {
                seen = err.indexOf(step[0], seen) + step[0].length;
                step[1] ? signIn(step[1], user).catch(reject) : child.stdin.write('y\n');
            }
        });
        child.on('close', code => resolve({ code, err, out }));
    });
}

/** One that is free now: with port 0 the Inspector's second request for authorization names the port of the first. */
async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    return port;
}

async function signIn(authorization, user) {
    const parameters = new URL(authorization).searchParams;
    assert.equal(parameters.get('resource'), url);
    assert.equal(parameters.get('code_challenge_method'), 'S256');
    user.scopes.push(ordered(parameters.get('scope')));
    const callback = await visit(authorization, parameters.get('redirect_uri'));
    await (await fetch(callback)).text();
}

async function result(words, user) {
    const { code, err, out } = await inspect(words, user);
    assert.equal(code, 0, `${words.join(' ')}: ${err}${out}`);
    const value = JSON.parse(out);
    return value.result ?? value;
}

const call = (tool, ...words) => ['--method', 'tools/call', '--tool-name', tool, ...words];

for (const era of ['legacy', 'modern']) {
    const bearer = await machineToken(issuer, 'machine', url, 'notes:read');
    const server = ['--protocol-era', era, '--transport', 'http', '--server-url', url];
    const words = [...server, '--header', `Authorization: Bearer ${bearer}`];
    const { tools } = await result([...words, '--method', 'tools/list']);
    assert.deepEqual(tools.map(tool => tool.name).sort(), ['list_notes', 'whoami']);
    const caller = await result([...words, ...call('whoami')]);
    assert.equal(caller.structuredContent.client, 'machine');
    works(`${era}: tools/list and whoami with a token in a header`);

    const refused = await inspect([...server, '--stored-auth-only', '--method', 'tools/list']);
    assert.notEqual(refused.code, 0, 'served without a token');
    works(`${era}: refused without a token`);
}

// The Inspector requests all scopes that the resource supports, unless its configuration says otherwise. It calls only tools that
// it has seen in a list, and reads any resource.
const folder = mkdtempSync(join(process.env.HOME, 'inspector-'));
const config = join(folder, 'servers.json');
const server = { type: 'streamable-http', url, oauth: { scopes: 'notes:read' } };
writeFileSync(config, JSON.stringify({ mcpServers: { secured: server } }));
for (const era of ['legacy', 'modern']) {
    const user = { scopes: [] };
    const words = ['--protocol-era', era, '--relogin', '--config', config, '--server', 'secured'];
    words.push('--callback-url', `http://127.0.0.1:${await freePort()}/oauth/callback`);
    const read = await result([...words, '--method', 'resources/read', '--uri', 'notes://room'], user);
    assert.match(read.contents[0].text, /^[0-9]+$/);
    assert.deepEqual(user.scopes, [['notes:read'], ['notes:read', 'notes:write']]);
    works(`${era}: 401, registration, code with PKCE, token for notes:read; 403, step-up to notes:write, the resource`);
}
