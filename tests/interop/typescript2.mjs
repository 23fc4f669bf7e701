// The official TypeScript client, 2.x, over stdio or HTTP.
// usage: node typescript2.mjs [--only STEP,…] [--without STEP,…] legacy|modern COMMAND [ARGS…] | URL

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { converse, parse } from './steps.mjs';

const wanted = parse(process.argv.slice(2));
const { era, command, args } = wanted;
const transport = command.startsWith('http://')
    ? new StreamableHTTPClientTransport(new URL(command))
    : new StdioClientTransport({ command, args, stderr: 'inherit' });

const mode = era === 'legacy' ? 'legacy' : { pin: '2026-07-28' };
const client = new Client(
    { name: 'interop', version: '1.0.0' },
    { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } }
);
const answer = {};
client.setRequestHandler('elicitation/create', request => {
    answer.asked = request.params;
    return answer.with;
});
await client.connect(transport);
const call = (name, args = {}, options) => client.callTool({ name, arguments: args }, options);
await converse(wanted, { client, call, answer });
