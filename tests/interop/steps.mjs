// What every TypeScript client does with the server `clients` (tests/programs/clients), in this order. Each step prints its
// name when it has worked.

import assert from 'node:assert/strict';

// Calls that each have to give all notifications.
const REPORTS = 20;
// How long a conversation may take, in milliseconds.
const PATIENCE = 60_000;

const text = result => result.content[0].text;

const STEPS = {
    async list({ client }) {
        const { tools } = await client.listTools();
        const names = tools.map(tool => tool.name).sort();
        assert.deepEqual(names, ['ask', 'cancelled', 'echo', 'fail', 'report', 'wait']);
        const { resources } = await client.listResources();
        assert.deepEqual(resources.map(resource => resource.uri), ['clients://text']);
        const { resourceTemplates } = await client.listResourceTemplates();
        assert.deepEqual(resourceTemplates.map(template => template.uriTemplate), ['clients://item/{id}']);
        const { prompts } = await client.listPrompts();
        assert.deepEqual(prompts.map(prompt => prompt.name), ['greeting']);
    },

    async call({ call }) {
        assert.equal(text(await call('echo', { text: 'grüße 🦀' })), 'grüße 🦀');
    },

    async error({ client, call }) {
        const failed = await call('fail');
        assert.equal(failed.isError, true);
        assert.equal(text(failed), 'This tool fails.');
        // Refused with a protocol error or with a result that says so; never accepted.
        const refused = await call('echo', { text: 1 }).then(
            result => result.isError === true,
            error => typeof error.code === 'number'
        );
        assert.ok(refused, 'wrong arguments were accepted');
        await assert.rejects(call('no_such_tool'), error => error.code === -32602);
        await assert.rejects(client.readResource({ uri: 'clients://nothing' }), error => typeof error.code === 'number');
    },

    async progress({ call }) {
        for (let number = 0; number < REPORTS; number++) {
            const heard = [];
            const result = await call('report', {}, { onprogress: progress => heard.push(progress.message) });
            assert.equal(text(result), 'reported');
            // Without a pause: what is late is lost.
            assert.deepEqual(heard, ['one', 'two', 'three'], `call ${number}`);
        }
    },

    async elicit({ call, answer }) {
        answer.with = { action: 'accept', content: { name: 'Ada' } };
        assert.equal(text(await call('ask')), 'accepted: Ada');
        assert.equal(answer.asked.message, 'What is your name?');
        assert.deepEqual(answer.asked.requestedSchema.required, ['name']);
    },

    async decline({ call, answer }) {
        answer.with = { action: 'decline' };
        assert.equal(text(await call('ask')), 'declined');
        answer.with = { action: 'cancel' };
        assert.equal(text(await call('ask')), 'cancelled');
    },

    async cancel({ call, cancelled }) {
        cancelled.before = Number(text(await call('cancelled')));
        const controller = new AbortController();
        const waiting = call('wait', {}, { signal: controller.signal, onprogress: () => controller.abort('enough') });
        await assert.rejects(waiting);
        assert.equal(text(await call('echo', { text: 'still there' })), 'still there');
    },

    // The handler of the cancelled call has ended.
    async stopped({ call, cancelled }) {
        const end = Date.now() + 5_000;
        while (Number(text(await call('cancelled'))) !== cancelled.before + 1) {
            assert.ok(Date.now() < end, 'the handler of a cancelled call goes on');
            await new Promise(resolve => setTimeout(resolve, 20));
        }
    },

    async read({ client }) {
        const fixed = await client.readResource({ uri: 'clients://text' });
        assert.equal(fixed.contents[0].text, 'the text');
        const item = await client.readResource({ uri: 'clients://item/7' });
        assert.equal(item.contents[0].text, 'item 7');
    },

    async prompt({ client }) {
        const prompt = await client.getPrompt({ name: 'greeting', arguments: { name: 'Ada' } });
        assert.equal(prompt.messages[0].content.text, 'Greet Ada.');
    },

    async complete({ client }) {
        const ref = { type: 'ref/prompt', name: 'greeting' };
        const { completion } = await client.complete({ ref, argument: { name: 'name', value: 'A' } });
        assert.deepEqual(completion.values, ['Ada', 'Alan']);
    },

    async end({ client }) {
        await client.close();
    }
};

// The arguments: `[--only STEP,…] [--without STEP,…] legacy|modern COMMAND [ARGS…]`, or a URL in place of the command.
export function parse(words) {
    const wanted = { only: null, without: [] };
    const rest = [...words];
    while (rest[0] === '--only' || rest[0] === '--without') {
        const [name, steps] = rest.splice(0, 2);
        wanted[name.slice(2)] = steps.split(',').filter(Boolean);
    }
    [wanted.era, wanted.command, ...wanted.args] = rest;
    return wanted;
}

// Goes through the steps with a client that is connected.
export async function converse(wanted, conversation) {
    const chosen = step => step === 'end' || (wanted.only ?? Object.keys(STEPS)).includes(step);
    setTimeout(() => {
        console.error('it hangs');
        process.exit(1);
    }, PATIENCE).unref();
    const parts = { ...conversation, cancelled: {} };
    console.log('connect');
    for (const [name, step] of Object.entries(STEPS)) {
        if (chosen(name) && !wanted.without.includes(name)) {
            await step(parts).catch(error => {
                error.message = `${name}: ${error.message}`;
                throw error;
            });
            console.log(name);
        }
    }
}
