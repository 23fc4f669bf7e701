// The Inspector without its window: a new process for each request. The steps are those of steps.mjs.
// usage: node inspector.mjs [--only STEP,…] [--without STEP,…] legacy|modern COMMAND [ARGS…] | URL

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from './steps.mjs';

const wanted = parse(process.argv.slice(2));
const packages = dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json'));
const launcher = join(packages, 'clients/launcher/build/index.js');

// The exit code, and the result or the error.
function inspect(method, ...words) {
    const server = [wanted.command, ...wanted.args];
    const options = ['--protocol-era', wanted.era, '--format', 'json', '--quiet', '--method', method];
    const run = spawnSync(process.execPath, [launcher, '--cli', ...server, ...options, ...words], { encoding: 'utf8' });
    const [line] = `${run.stdout}\n${run.stderr}`.split('\n').filter(line => line.startsWith('{'));
    assert.ok(line, `${method}: ${run.status} ${run.stdout}${run.stderr}`);
    return { code: run.status, ...JSON.parse(line) };
}

// The result of a request that is answered.
function result(method, ...words) {
    const said = inspect(method, ...words);
    assert.equal(said.code, 0, JSON.stringify(said));
    return said.result;
}

const call = (tool, ...words) => ['tools/call', '--tool-name', tool, ...words];

const STEPS = {
    connect() {
        const answer = result('initialize');
        assert.equal(answer.serverInfo.name, 'clients');
    },
    list() {
        const { tools } = result('tools/list');
        assert.deepEqual(tools.map(tool => tool.name).sort(), ['ask', 'cancelled', 'echo', 'fail', 'report', 'wait']);
        assert.deepEqual(result('resources/list').resources.map(one => one.uri), ['clients://text']);
        const { resourceTemplates } = result('resources/templates/list');
        assert.deepEqual(resourceTemplates.map(one => one.uriTemplate), ['clients://item/{id}']);
        assert.deepEqual(result('prompts/list').prompts.map(one => one.name), ['greeting']);
    },
    call() {
        assert.equal(result(...call('echo', '--tool-arg', 'text=grüße 🦀')).content[0].text, 'grüße 🦀');
        assert.equal(result(...call('report')).content[0].text, 'reported');
    },
    error() {
        const failed = inspect(...call('fail'));
        assert.equal(failed.code, 5);
        assert.equal(failed.result.isError, true);
        assert.equal(failed.result.content[0].text, 'This tool fails.');
        const missing = inspect('resources/read', '--uri', 'clients://nothing');
        assert.equal(missing.code, 1);
        assert.match(missing.error.message, /not found/);
    },
    read() {
        assert.equal(result('resources/read', '--uri', 'clients://item/7').contents[0].text, 'item 7');
    },
    prompt() {
        const prompt = result('prompts/get', '--prompt-name', 'greeting', '--prompt-args', 'name=Ada');
        assert.equal(prompt.messages[0].content.text, 'Greet Ada.');
    },
    end() {}
};

for (const [name, step] of Object.entries(STEPS)) {
    step();
    console.log(name);
}
