// An authorization server for the tests: `oidc-provider`, with one account and the resources that the command line names.
// usage: node server.mjs RESOURCE... [--opaque RESOURCE...]; prints its address, and ends when its standard input ends.
//
// Access tokens for a resource are JWTs (RFC 9068); for those after `--opaque` they are opaque and checked by
// introspection (RFC 7662). Any client may register itself. The account `alice` signs in and consents without a page.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider, { errors } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';

const HOUR = 3600;
const LIFETIMES = [
    'AccessToken',
    'ClientCredentials',
    'Grant',
    'IdToken',
    'Interaction',
    'RefreshToken',
    'Session'
];
const SCOPES = ['notes:read', 'notes:write'];

const words = process.argv.slice(2);
const at = words.indexOf('--opaque');
const [jwt, opaque] = at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)];

/** How the JWTs of some clients differ from those of all others. They are signed all the same. */
const ALTERED = {
    expired: ({ payload }) => Object.assign(payload, { iat: payload.iat - 2 * HOUR, exp: payload.exp - 2 * HOUR }),
    premature: ({ payload }) => Object.assign(payload, { nbf: payload.iat + HOUR / 2 }),
    'another-type': made => Object.assign(made, { header: { typ: 'oauth-id-jag+jwt' } })
};

/** A client that exists from the start; its secret is its name and `-secret`. */
const machine = id => ({
    client_id: id,
    client_secret: `${id}-secret`,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: []
});

function signingKey(alg, [type, options]) {
    const { privateKey } = generateKeyPairSync(type, options);
    return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
}

function resourceServer(_, resource) {
    if (!jwt.includes(resource) && !opaque.includes(resource)) throw new errors.InvalidTarget();
    return {
        scope: SCOPES.join(' '),
        audience: resource,
        accessTokenFormat: jwt.includes(resource) ? 'jwt' : 'opaque',
        jwt: { sign: { alg: 'ES256' } }
    };
}

const configuration = {
    adapter: createMemoryAdapter(0),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: ['machine', 'resource-server', ...Object.keys(ALTERED)].map(machine),
    cookies: { keys: [randomUUID()] },
    // As JWTs have it (RFC 9068, 2.2). Without it, introspection names no subject where there is no user.
    extraTokenClaims: (_, token) => (token.kind === 'ClientCredentials' ? { sub: token.clientId } : undefined),
    // The TypeScript client registers with the scopes of its first challenge. A client bound to them could not step up.
    extraClientMetadata: { properties: ['unbound'], validator: (_, _key, _value, metadata) => delete metadata.scope },
    features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        introspection: { enabled: true, allowedPolicy: (_, client) => client.clientId === 'resource-server' },
        registration: { enabled: true },
        resourceIndicators: {
            enabled: true,
            defaultResource: () => undefined,
            getResourceServerInfo: resourceServer,
            useGrantedResource: () => true
        },
        revocation: { enabled: true, allowedPolicy: (_, client, token) => client.clientId === token.clientId }
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    formats: { customizers: { jwt: (_, token, made) => void ALTERED[token.clientId]?.(made) } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    jwks: {
        keys: [
            signingKey('ES256', ['ec', { namedCurve: 'P-256' }]),
            signingKey('RS256', ['rsa', { modulusLength: 2048 }])
        ]
    },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', ...SCOPES],
    ttl: Object.fromEntries(LIFETIMES.map(kind => [kind, HOUR]))
};

/** Signs `alice` in, or consents to all that the client requests. */
async function interact(provider, request, response) {
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
        return provider.interactionFinished(request, response, { login: { accountId: 'alice' } });
    }
    const grant = grantId
        ? await provider.Grant.find(grantId)
        : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    const { missingOIDCScope, missingResourceScopes } = prompt.details;
    if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
    for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
        grant.addResourceScope(resource, scopes.join(' '));
    }
    const result = { consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = new Provider(issuer, configuration);
    provider.on('server_error', (_, error) => console.error(error));
    const callback = provider.callback();
    server.on('request', (request, response) => {
        if (!request.url.startsWith('/interaction/')) return callback(request, response);
        interact(provider, request, response).catch(error => {
            console.error(error);
            response.writeHead(500).end();
        });
    });
    console.log(`listening on ${issuer}`);
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
