// The last official TypeScript client of the line 1.x, over stdio or HTTP. It knows no revision after 2025-11-25.
// usage: node typescript1.mjs [--only STEP,…] [--without STEP,…] legacy COMMAND [ARGS…] | URL

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { converse, parse } from './steps.mjs';

const wanted = parse(process.argv.slice(2));
const { command, args } = wanted;
const transport = command.startsWith('http://')
    ? new StreamableHTTPClientTransport(new URL(command))
    : new StdioClientTransport({ command, args, stderr: 'inherit' });

const client = new Client({ name: 'interop', version: '1.0.0' }, { capabilities: { elicitation: {} } });
const answer = {};
client.setRequestHandler(ElicitRequestSchema, request => {
    answer.asked = request.params;
    return answer.with;
});
await client.connect(transport);
const call = (name, args = {}, options) => client.callTool({ name, arguments: args }, undefined, options);
await converse(wanted, { client, call, answer });
