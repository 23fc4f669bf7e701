// What a server that requires tokens answers, request by request, without a client library.
// usage: node checks.mjs URL ISSUER FORMAT OTHER; FORMAT is `jwt` or `opaque`, OTHER a resource that is not the server.
// Prints one line for each thing that holds.

import assert from 'node:assert/strict';

import { machineToken } from './browser.mjs';

const [url, issuer, format, other] = process.argv.slice(2);
const holds = what => console.log(`HTTP: ${what}`);
const REVISION = '2026-07-28';

/** Sends a request of 2026-07-28. */
function post(method, params, { authorization, query = '' } = {}) {
    const _meta = {
        'io.modelcontextprotocol/protocolVersion': REVISION,
        'io.modelcontextprotocol/clientInfo': { name: 'checks', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {}
    };
    const headers = {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-method': method,
        'mcp-protocol-version': REVISION
    };
    if (params.name) headers['mcp-name'] = params.name;
    if (authorization) headers.authorization = authorization;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } });
    return fetch(url + query, { method: 'POST', headers, body });
}

const list = options => post('tools/list', {}, options);
const call = (name, token) => post('tools/call', { name, arguments: {} }, { authorization: `Bearer ${token}` });

/** The parameters of a `Bearer` challenge. */
function challenge(response) {
    const value = response.headers.get('www-authenticate');
    assert.match(value, /^Bearer /, `${response.status}: ${value}`);
    return Object.fromEntries([...value.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name, text]) => [name, text]));
}

/** Refused with 401, as `error` says; with none when no token came. */
async function refused(what, response, error) {
    const body = await response.text();
    assert.equal(response.status, 401, `${what}: ${body}`);
    const found = challenge(response);
    assert.equal(found.error, error, what);
    return found;
}

const { origin, pathname } = new URL(url);
const found = await refused('no token', await list());
assert.equal(found.resource_metadata, `${origin}/.well-known/oauth-protected-resource${pathname}`);
assert.deepEqual(found.scope.split(' ').sort(), ['notes:read']);
holds('401 with resource_metadata and scope, and without error');

for (const place of [`/.well-known/oauth-protected-resource${pathname}`, '/.well-known/oauth-protected-resource']) {
    const response = await fetch(origin + place);
    assert.equal(response.status, 200, place);
    assert.match(response.headers.get('content-type'), /^application\/json/);
    const metadata = await response.json();
    assert.equal(metadata.resource, url);
    assert.deepEqual(metadata.authorization_servers, [issuer]);
    assert.deepEqual(metadata.bearer_methods_supported, ['header']);
    assert.deepEqual(metadata.scopes_supported.sort(), ['notes:read', 'notes:write']);
}
holds('metadata of the resource, with its path and at the root');

const good = await machineToken(issuer, 'machine', url, 'notes:read');
const listed = await list({ authorization: `Bearer ${good}` });
assert.equal(listed.status, 200, await listed.clone().text());
const { result } = await listed.json();
assert.deepEqual(result.tools.map(tool => tool.name).sort(), ['list_notes', 'whoami']);
assert.equal(result.cacheScope, 'private');
holds('a token for notes:read: a list of the tools that it may call, private');

const ahead = await list({ authorization: `bEARER ${good}` });
assert.equal(ahead.status, 200, 'the name of the scheme in other case');
const denied = await call('write_note', good);
assert.equal(denied.status, 403, await denied.text());
const { error, scope, resource_metadata } = challenge(denied);
assert.equal(error, 'insufficient_scope');
assert.ok(scope.split(' ').includes('notes:write'), scope);
assert.equal(resource_metadata, found.resource_metadata);
const both = challenge(await call('delete_note', good)).scope.split(' ');
assert.deepEqual(both.sort(), ['notes:read', 'notes:write']);
holds('403 insufficient_scope with every scope that the tool needs');

const bearer = token => ({ authorization: `Bearer ${token}` });
const tampered = good.slice(0, -6) + (good.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA');
const tokens = {
    'no token of anyone': 'x',
    'a token with another end': tampered,
    'a token of the same issuer for another resource': await machineToken(issuer, 'machine', other, 'notes:read')
};
if (format === 'jwt') {
    for (const client of ['expired', 'premature', 'another-type']) {
        tokens[`a signed token that is ${client}`] = await machineToken(issuer, client, url, 'notes:read');
    }
    const head = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    tokens['a token without a signature'] = `${head}.${good.split('.')[1]}.`;
}
for (const [what, token] of Object.entries(tokens)) {
    await refused(what, await list(bearer(token)), 'invalid_token');
    holds(`401 invalid_token: ${what}`);
}
await refused('a token in the query', await list({ query: `?access_token=${good}` }));
await refused('another scheme', await list({ authorization: `Basic ${btoa('machine:machine-secret')}` }));
holds('401: a token in the query, another scheme');

const still = await list(bearer(good));
assert.equal(still.status, 200, 'the good token is still accepted');
holds('after all these, the good token is still accepted');
