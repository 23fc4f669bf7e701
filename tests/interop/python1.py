"""The last official Python client of the line 1.x, over stdio or HTTP. It knows no revision after 2025-11-25.
usage: see steps.main."""

from contextlib import asynccontextmanager

import anyio
from mcp import ClientSession, McpError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import (
    CancelledNotification,
    CancelledNotificationParams,
    ClientNotification,
    ElicitResult,
    PromptReference,
)
from pydantic import AnyUrl

from steps import Conversation, main


class Python1(Conversation):
    Error = McpError
    Answer = ElicitResult
    Reference = PromptReference

    @asynccontextmanager
    async def connected(self, era, target):
        assert era == "legacy"
        command, *args = target
        over_http = command.startswith("http://")
        transport = (
            streamable_http_client(command)
            if over_http
            else stdio_client(StdioServerParameters(command=command, args=args))
        )
        async with transport as (reader, writer, *_):
            async with ClientSession(reader, writer, elicitation_callback=self.on_elicit) as client:
                self.client = client
                await client.initialize()
                yield

    async def read_uri(self, uri):
        return await self.client.read_resource(AnyUrl(uri))

    async def abandon(self):
        """Leaves a call. The client does not say so to the server by itself: a program that uses it does."""
        request = self.client._request_id
        with anyio.CancelScope() as scope:

            async def hear(progress, total, message):
                params = CancelledNotificationParams(requestId=request, reason="enough")
                method = "notifications/cancelled"
                note = CancelledNotification(method=method, params=params)
                await self.client.send_notification(ClientNotification(note))
                scope.cancel()

            await self.client.call_tool("wait", {}, progress_callback=hear)


main(Python1)
