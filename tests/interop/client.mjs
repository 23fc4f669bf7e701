// The official TypeScript client against one of our servers, over stdio or HTTP, in both eras of the protocol.
// usage: node client.mjs COMMAND [ARGS...] | node client.mjs URL; prints one line for each thing that worked.

import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const [command, ...args] = process.argv.slice(2);
const over = command.startsWith('http://') ? 'HTTP' : 'stdio';
const transport = () =>
    over === 'HTTP'
        ? new StreamableHTTPClientTransport(new URL(command))
        : new StdioClientTransport({ command, args, stderr: 'inherit' });

for (const mode of ['legacy', { pin: '2026-07-28' }]) {
    const era = mode === 'legacy' ? 'legacy' : 'modern';
    const works = what => console.log(`TypeScript client, ${over}, ${era}: ${what}`);
    const client = new Client({ name: 'interop', version: '1.0.0' }, { versionNegotiation: { mode } });
    await client.connect(transport());
    works('connect');

    const { tools } = await client.listTools();
    const names = tools.map(tool => tool.name);
    assert.ok(names.includes('add') && names.includes('divide'), `tools: ${names}`);
    works('tools/list');

    const sum = await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } });
    assert.equal(Number(sum.content[0].text), 3);
    works('tools/call add');

    const quotient = await client.callTool({ name: 'divide', arguments: { a: 7, b: 2 } });
    assert.equal(quotient.structuredContent.quotient, 3);
    works('tools/call divide');

    // Refused with a protocol error or with a result that says so; never accepted.
    const refused = await client.callTool({ name: 'add', arguments: { a: 'one' } }).then(
        result => result.isError === true,
        error => typeof error.code === 'number'
    );
    assert.ok(refused, 'wrong arguments were accepted');
    works('wrong arguments refused');

    await client.close();
}
