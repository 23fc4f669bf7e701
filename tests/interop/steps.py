"""What every Python client does with the server `clients` (tests/programs/clients), in this order.

Each step prints its name when it has worked. The steps are those of steps.mjs."""

import argparse
import time

import anyio

# Calls that each have to give all notifications.
REPORTS = 20
# How long a conversation may take, in seconds.
PATIENCE = 60


def json_of(result):
    """A result as it was on the wire."""
    return result.model_dump(by_alias=True, mode="json", exclude_none=True)


class Conversation:
    """One connection. The classes of both lines of the SDK add how it is made, and what differs."""

    answer = None
    asked = None
    cancelled = 0

    async def text(self, name, arguments=None, **options):
        return json_of(await self.client.call_tool(name, arguments or {}, **options))["content"][0]["text"]

    async def list(self):
        tools = json_of(await self.client.list_tools())["tools"]
        assert sorted(tool["name"] for tool in tools) == ["ask", "cancelled", "echo", "fail", "report", "wait"], tools
        resources = json_of(await self.client.list_resources())["resources"]
        assert [resource["uri"] for resource in resources] == ["clients://text"], resources
        templates = json_of(await self.client.list_resource_templates())["resourceTemplates"]
        assert [template["uriTemplate"] for template in templates] == ["clients://item/{id}"], templates
        prompts = json_of(await self.client.list_prompts())["prompts"]
        assert [prompt["name"] for prompt in prompts] == ["greeting"], prompts

    async def call(self):
        assert await self.text("echo", {"text": "grüße 🦀"}) == "grüße 🦀"

    async def error(self):
        failed = json_of(await self.client.call_tool("fail", {}))
        assert failed["isError"] and failed["content"][0]["text"] == "This tool fails.", failed
        # Refused with a protocol error or with a result that says so; never accepted.
        try:
            refused = json_of(await self.client.call_tool("echo", {"text": 1}))
            assert refused["isError"], refused
        except self.Error:
            pass
        await self.fails(self.client.call_tool("no_such_tool", {}))
        await self.fails(self.read_uri("clients://nothing"))

    async def fails(self, request):
        try:
            result = await request
        except self.Error as error:
            assert isinstance(error.error.code, int)
            return
        raise AssertionError(f"not refused: {result}")

    async def progress(self):
        for number in range(REPORTS):
            heard = []

            async def hear(progress, total, message, heard=heard):
                heard.append(message)

            assert await self.text("report", progress_callback=hear) == "reported"
            # Without a pause: what is late is lost.
            assert heard == ["one", "two", "three"], f"call {number}: {heard}"

    async def on_elicit(self, _context, params):
        self.asked = json_of(params)
        return self.answer

    async def elicit(self):
        self.answer = self.Answer(action="accept", content={"name": "Ada"})
        assert await self.text("ask") == "accepted: Ada"
        assert self.asked["message"] == "What is your name?", self.asked
        assert self.asked["requestedSchema"]["required"] == ["name"], self.asked

    async def decline(self):
        self.answer = self.Answer(action="decline")
        assert await self.text("ask") == "declined"
        self.answer = self.Answer(action="cancel")
        assert await self.text("ask") == "cancelled"

    async def cancel(self):
        self.cancelled = int(await self.text("cancelled"))
        with anyio.fail_after(5):
            await self.abandon()
        assert await self.text("echo", {"text": "still there"}) == "still there"

    async def stopped(self):
        """The handler of the cancelled call has ended."""
        end = time.monotonic() + 5
        while int(await self.text("cancelled")) != self.cancelled + 1:
            assert time.monotonic() < end, "the handler of a cancelled call goes on"
            await anyio.sleep(0.02)

    async def read(self):
        assert json_of(await self.read_uri("clients://text"))["contents"][0]["text"] == "the text"
        assert json_of(await self.read_uri("clients://item/7"))["contents"][0]["text"] == "item 7"

    async def prompt(self):
        prompt = json_of(await self.client.get_prompt("greeting", {"name": "Ada"}))
        assert prompt["messages"][0]["content"]["text"] == "Greet Ada.", prompt

    async def complete(self):
        ref = self.Reference(type="ref/prompt", name="greeting")
        completion = json_of(await self.client.complete(ref, {"name": "name", "value": "A"}))
        assert completion["completion"]["values"] == ["Ada", "Alan"], completion


STEPS = "list call error progress elicit decline cancel stopped read prompt complete".split()


def main(kind):
    """usage: [--only STEP,…] [--without STEP,…] legacy|modern COMMAND [ARGS…] | URL"""
    parser = argparse.ArgumentParser()
    parser.add_argument("era")
    parser.add_argument("--only", default=",".join(STEPS))
    parser.add_argument("--without", default="")
    parser.add_argument("target", nargs=argparse.REMAINDER)
    wanted = parser.parse_args()

    async def converse(conversation):
        async with conversation.connected(wanted.era, wanted.target):
            print("connect")
            for step in STEPS:
                if step in wanted.only.split(",") and step not in wanted.without.split(","):
                    try:
                        await getattr(conversation, step)()
                    except BaseException:
                        print(f"failed: {step}", flush=True)
                        raise
                    print(step, flush=True)
        print("end", flush=True)

    async def run():
        with anyio.fail_after(PATIENCE):
            await converse(kind())

    anyio.run(run)
