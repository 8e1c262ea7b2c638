"""As example.py, with asyncio: acknowledgements are handled as they come, while requests are still being written.

usage: example_async.py PAGE_FILE     (connection.py says where it looks for the services)
"""
import asyncio
import sys

import connection
import grpc
import news
from factline.v1 import ingest_service_pb2_grpc, query_service_pb2, query_service_pb2_grpc

TIMEOUT_S = 30


def channel(address):
    credentials = connection.credentials()
    return grpc.aio.secure_channel(address, credentials) if credentials else grpc.aio.insecure_channel(address)


async def stream(page_text):
    """All answers, one a request, in order, each as it comes."""
    async with channel(connection.INGEST) as ingest:
        call = ingest_service_pb2_grpc.IngestServiceStub(ingest).Ingest(timeout=TIMEOUT_S, wait_for_ready=True)

        async def write():
            for request in news.requests(page_text):
                await call.write(request)  # returns once the request may go: this is how a slow server slows the client
            await call.done_writing()

        writing = asyncio.create_task(write())
        async for response in call:
            yield response
        await writing


async def wait_until_visible(stub, offset):
    while (await stub.GetServerInfo(query_service_pb2.GetServerInfoRequest(), timeout=TIMEOUT_S)).visible_offset < offset:
        await asyncio.sleep(0.02)


async def facts(stub, filter):
    """All facts that match, page by page."""
    request = query_service_pb2.ListFactsRequest(filter=filter, page_size=5)
    while True:
        response = await stub.ListFacts(request, timeout=TIMEOUT_S)
        for fact in response.facts:
            yield fact
        if not response.next_page_token:
            return
        request.page_token = response.next_page_token


async def main(page_file):
    with open(page_file, encoding="utf-8") as file:
        page_text = file.read()
    responses = []
    async for response in stream(page_text):
        responses.append(response)
        print(*news.acknowledgement_lines(response), sep="\n")
    async with channel(connection.QUERY) as query:
        stub = query_service_pb2_grpc.QueryServiceStub(query)
        await asyncio.wait_for(wait_until_visible(stub, news.end_offset(responses)), TIMEOUT_S)
        async for fact in facts(stub, 'article_id = "%s#1"' % news.PAGE_ID):
            print(news.fact_line(fact))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
