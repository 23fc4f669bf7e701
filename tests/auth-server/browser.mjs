// What a user's browser does while a client waits for its code, and how a program without a user gets its token.

import assert from 'node:assert/strict';

const MOST_REDIRECTS = 10;

/** Follows redirects from `start`, with cookies, up to an address that begins with `callback`; that address. */
export async function visit(start, callback) {
    const cookies = new Map();
    let address = new URL(start);
    for (let step = 0; step < MOST_REDIRECTS; step++) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
        const text = await response.text();
        assert.ok([302, 303].includes(response.status), `${address} gave ${response.status}: ${text.slice(0, 500)}`);
        for (const line of response.headers.getSetCookie()) {
            const [name, ...value] = line.split(';')[0].split('=');
            cookies.set(name, value.join('='));
        }
        address = new URL(response.headers.get('location'), address);
        if (address.href.startsWith(callback)) return address;
    }
    throw new Error(`more than ${MOST_REDIRECTS} redirects from ${start}`);
}

/** A token by the grant `client_credentials`. */
export async function machineToken(issuer, client, resource, scope) {
    const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client}:${client}-secret`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope })
    });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer.access_token;
}

/** Scopes, sorted, and without the one that is for the authorization server alone: it asks for a refresh token. */
export const ordered = scopes => scopes.split(' ').filter(scope => scope !== 'offline_access').sort();
