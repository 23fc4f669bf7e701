// What runs in the page of browser.mjs: the TypeScript client over HTTP, from another origin than the server's.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

// A conversation; the steps that worked.
globalThis.converse = async (url, era) => {
    const steps = [];
    const works = (step, right, found) => {
        if (!right) throw new Error(`${step}: ${JSON.stringify(found)}`);
        steps.push(step);
    };
    const mode = era === 'legacy' ? 'legacy' : { pin: '2026-07-28' };
    const client = new Client({ name: 'page', version: '1.0.0' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    works('connect', true);
    const { tools } = await client.listTools();
    works('list', tools.length === 6, tools);
    const echo = await client.callTool({ name: 'echo', arguments: { text: 'grüße' } });
    works('call', echo.content[0].text === 'grüße', echo);
    const code = await client.callTool({ name: 'no_such_tool', arguments: {} }).catch(error => error.code);
    works('error', code === -32602, code);
    const heard = [];
    const onprogress = progress => heard.push(progress.message);
    await client.callTool({ name: 'report', arguments: {} }, { onprogress });
    works('progress', heard.join() === 'one,two,three', heard);
    const { contents } = await client.readResource({ uri: 'clients://item/7' });
    works('read', contents[0].text === 'item 7', contents);
    await client.close();
    works('end', true);
    return steps;
};
