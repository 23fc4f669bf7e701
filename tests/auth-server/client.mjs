// The official TypeScript client against a server that requires tokens, from 401 to step-up, in both eras of the protocol.
// usage: node client.mjs URL ISSUER; prints one line for each thing that worked.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

import { ordered, visit } from './browser.mjs';

const [url, issuer] = process.argv.slice(2);
const works = what => console.log(`TypeScript client: ${what}`);
const CALLBACK = 'http://127.0.0.1/callback';

/** Keeps what the client has to remember. `authorizations` are the requests for authorization that it has made. */
class Memory {
    authorizations = [];
    clientMetadata = {
        client_name: 'auth test',
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none'
    };
    redirectUrl = CALLBACK;

    state() {
        return (this.sent = randomUUID());
    }
    clientInformation() {
        return this.client;
    }
    saveClientInformation(client) {
        this.client = client;
    }
    tokens() {
        return this.token;
    }
    saveTokens(token) {
        this.token = token;
    }
    redirectToAuthorization(authorization) {
        this.authorizations.push(authorization);
    }
    saveCodeVerifier(verifier) {
        this.verifier = verifier;
    }
    codeVerifier() {
        return this.verifier;
    }
    saveDiscoveryState(found) {
        this.found = found;
    }
    discoveryState() {
        return this.found;
    }
}

/** Does what `request` does. When the server wants another token, the user signs in, and it is done again. */
async function authorized(memory, transport, request) {
    const before = memory.authorizations.length;
    await assert.rejects(request(transport()), UnauthorizedError);
    assert.equal(memory.authorizations.length, before + 1, 'one request for authorization');
    const authorization = memory.authorizations.at(-1);
    const parameters = authorization.searchParams;
    assert.equal(parameters.get('resource'), url);
    assert.equal(parameters.get('code_challenge_method'), 'S256');
    const answer = await visit(authorization, CALLBACK);
    assert.equal(answer.searchParams.get('state'), memory.sent);
    await transport().finishAuth(answer.searchParams);
    return ordered(parameters.get('scope'));
}

for (const mode of ['legacy', { pin: '2026-07-28' }]) {
    const era = mode === 'legacy' ? 'legacy' : 'modern';
    const memory = new Memory();
    let current;
    const connect = async () => {
        const client = new Client({ name: 'auth', version: '1.0.0' }, { versionNegotiation: { mode } });
        current = new StreamableHTTPClientTransport(new URL(url), { authProvider: memory });
        await client.connect(current);
        return client;
    };
    const latest = () => current;

    assert.deepEqual(await authorized(memory, latest, connect), ['notes:read']);
    assert.deepEqual(ordered(memory.token.scope), ['notes:read']);
    assert.equal(memory.found.authorizationServerUrl.replace(/\/$/, ''), issuer);
    works(`${era}: 401, metadata of the resource and of the issuer, registration, code with PKCE, token for notes:read`);

    const client = await connect();
    const names = async () => (await client.listTools()).tools.map(tool => tool.name).sort();
    assert.deepEqual(await names(), ['list_notes', 'whoami']);
    const caller = (await client.callTool({ name: 'whoami' })).structuredContent;
    assert.equal(caller.subject, 'alice');
    assert.deepEqual(caller.scopes, ['notes:read']);
    const before = (await client.callTool({ name: 'list_notes' })).structuredContent;
    assert.ok(Array.isArray(before.notes));
    works(`${era}: whoami and list_notes, and no tool that needs another scope in tools/list`);

    const note = { name: 'write_note', arguments: { id: era, text: 'by the TypeScript client' } };
    assert.deepEqual(await authorized(memory, latest, () => client.callTool(note)), ['notes:read', 'notes:write']);
    assert.deepEqual(ordered(memory.token.scope), ['notes:read', 'notes:write']);
    const written = await client.callTool(note);
    assert.notEqual(written.isError, true, JSON.stringify(written));
    assert.deepEqual(await names(), ['delete_note', 'list_notes', 'whoami', 'write_note']);
    works(`${era}: 403 insufficient_scope, step-up to notes:write, the call succeeds`);

    assert.ok(memory.token.refresh_token, 'a refresh token');
    memory.token.access_token = 'no-longer-valid';
    assert.equal((await client.callTool({ name: 'whoami' })).structuredContent.subject, 'alice');
    assert.equal(memory.authorizations.length, 2, 'the user did not sign in again');
    works(`${era}: 401 invalid_token, another token by the refresh token, the call succeeds`);
    await client.close();
}
