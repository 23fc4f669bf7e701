"""The official Python client, 2.x, over stdio or HTTP. usage: see steps.main."""

from contextlib import asynccontextmanager

import anyio
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult, PromptReference

from steps import Conversation, main


class Python2(Conversation):
    Error = MCPError
    Answer = ElicitResult
    Reference = PromptReference

    @asynccontextmanager
    async def connected(self, era, target):
        command, *args = target
        server = command if command.startswith("http://") else StdioServerParameters(command=command, args=args)
        mode = "legacy" if era == "legacy" else "2026-07-28"
        async with Client(server, mode=mode, elicitation_callback=self.on_elicit, cache=None) as client:
            self.client = client
            yield

    async def read_uri(self, uri):
        return await self.client.read_resource(uri)

    async def abandon(self):
        """Leaves a call: the client says so to the server."""
        with anyio.CancelScope() as scope:

            async def hear(progress, total, message):
                scope.cancel()

            await self.client.call_tool("wait", {}, progress_callback=hear)


main(Python2)
