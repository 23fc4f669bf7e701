// A component in another host: jco, on Node. Over wasi:http and over stdio.
// usage: node jco.mjs talk COMPONENT TOOL ARGUMENTS TEXT | node jco.mjs client COMPONENT

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PATIENCE = 60_000;
const [kind, component, tool, args, text] = process.argv.slice(2);
const jco = join(dirname(createRequire(import.meta.url).resolve('@bytecodealliance/jco')), 'jco.js');
const here = dirname(fileURLToPath(import.meta.url));

async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

// Serves the component while `work` runs. jco starts a process of its own, so the whole group is ended.
async function serving(options, work) {
    const port = await freePort();
    const command = [jco, 'serve', ...options, '--host', '127.0.0.1', '--port', String(port), component];
    const host = spawn(process.execPath, command, { detached: true, stdio: ['ignore', 'inherit', 'pipe'] });
    const late = setTimeout(() => process.kill(-host.pid), PATIENCE);
    let said = '';
    try {
        await new Promise((resolve, reject) => {
            host.once('exit', () => reject(new Error(`jco has ended: ${said}`)));
            host.stderr.on('data', chunk => {
                said += chunk;
                if (said.includes('Server listening')) resolve();
            });
        });
        await work(`http://127.0.0.1:${port}/mcp`).catch(error => {
            error.message += `; jco said: ${said}`;
            throw error;
        });
    } finally {
        clearTimeout(late);
        if (host.exitCode === null && host.signalCode === null) process.kill(-host.pid);
    }
}

const CLIENT = { name: 'interop', version: '1.0.0' };
const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: CLIENT };
const META = {
    _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': CLIENT,
        'io.modelcontextprotocol/clientCapabilities': {}
    }
};
const CALL = { name: tool, arguments: JSON.parse(args ?? '{}') };
const REQUESTS = [
    ['initialize', INITIALIZE, answer => assert.ok(answer.result.serverInfo.name)],
    ['notifications/initialized'],
    ['tools/list', {}, lists],
    ['tools/call', CALL, says],
    ['server/discover', META, answer => assert.ok(answer.result.supportedVersions.includes('2026-07-28'))],
    ['tools/list', META, lists],
    ['tools/call', { ...CALL, ...META }, says]
];

function lists(answer) {
    assert.ok(answer.result.tools.some(one => one.name === tool), JSON.stringify(answer));
}

function says(answer) {
    assert.equal(answer.result.content[0].text, text);
}

function message(id, method, params) {
    return JSON.stringify({ jsonrpc: '2.0', ...(method.startsWith('notifications/') ? {} : { id }), method, params });
}

async function overHttp(url) {
    const send = (method, params) => {
        const modern = params?._meta !== undefined;
        const headers = {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            'mcp-protocol-version': modern ? '2026-07-28' : '2025-11-25'
        };
        if (modern) {
            headers['mcp-method'] = method;
            if (params.name) headers['mcp-name'] = params.name;
        }
        return fetch(url, { method: 'POST', headers, body: message(1, method, params) });
    };
    for (const [method, params, check] of REQUESTS) {
        const response = await send(method, params);
        if (check) {
            assert.equal(response.status, 200, method);
            check(await response.json());
        } else {
            assert.equal(response.status, 202, method);
            assert.equal(await response.text(), '');
        }
        console.log(`wasi:http: ${response.status} ${method}`);
    }
    const stream = await fetch(url, { headers: { accept: 'text/event-stream' } });
    assert.equal(stream.status, 405);
    assert.ok((await stream.json()).error.message);
    console.log('wasi:http: 405 GET');
    assert.equal((await send('ping', {})).status, 200);
}

async function overStdio() {
    const host = spawn(process.execPath, [jco, 'run', component], { stdio: ['pipe', 'pipe', 'inherit'] });
    const late = setTimeout(() => host.kill(), PATIENCE);
    const lines = createInterface({ input: host.stdout })[Symbol.asyncIterator]();
    for (const [id, [method, params, check]] of REQUESTS.entries()) {
        host.stdin.write(`${message(id, method, params)}\n`);
        if (check) {
            const { value } = await lines.next();
            assert.ok(value, 'the output has ended');
            const answer = JSON.parse(value);
            assert.equal(answer.id, id);
            check(answer);
        }
        console.log(`stdio: ${method}`);
    }
    host.stdin.end();
    const [code] = await once(host, 'exit');
    clearTimeout(late);
    assert.equal(code, 0);
    console.log('stdio: end');
}

// The TypeScript client with the server `clients`. Each request has an instance of its own, as in `wasi:http`: with one instance for
// all, jco takes no request in while another is served.
async function client(url) {
    for (const era of ['legacy', 'modern']) {
        const without = era === 'legacy' ? 'elicit,decline,stopped' : 'stopped';
        const script = [join(here, 'typescript2.mjs'), '--without', without, era, url];
        const run = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] });
        const steps = [];
        for await (const line of createInterface({ input: run.stdout })) steps.push(line);
        if (run.exitCode === null) await once(run, 'exit');
        assert.equal(run.exitCode, 0);
        console.log(`wasi:http: typescript2, ${era}: ${steps.join(' ')}; without ${without}`);
    }
}

if (kind === 'talk') {
    await serving([], overHttp);
    await overStdio();
} else {
    await serving(['--isolate-requests', 'worker', '--isolate-worker-pool-size', '4'], client);
}
