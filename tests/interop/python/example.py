"""Streams a page of news in, waits until queries see it, and prints the facts found on it.

usage: example.py PAGE_FILE     (connection.py says where it looks for the services)
"""
import sys
import time

import connection
import grpc
import news
from factline.v1 import ingest_service_pb2_grpc, query_service_pb2, query_service_pb2_grpc

TIMEOUT_S = 30


def channel(address):
    credentials = connection.credentials()
    return grpc.secure_channel(address, credentials) if credentials else grpc.insecure_channel(address)


def stream(page_text):
    """All answers, one a request, in order."""
    with channel(connection.INGEST) as ingest:
        stub = ingest_service_pb2_grpc.IngestServiceStub(ingest)
        return list(stub.Ingest(news.requests(page_text), timeout=TIMEOUT_S, wait_for_ready=True))


def wait_until_visible(stub, offset):
    deadline = time.monotonic() + TIMEOUT_S
    while stub.GetServerInfo(query_service_pb2.GetServerInfoRequest(), timeout=TIMEOUT_S).visible_offset < offset:
        if time.monotonic() > deadline:
            raise TimeoutError("queries do not see offset %d" % offset)
        time.sleep(0.02)


def facts(stub, filter):
    """All facts that match, page by page."""
    request = query_service_pb2.ListFactsRequest(filter=filter, page_size=5)
    while True:
        response = stub.ListFacts(request, timeout=TIMEOUT_S)
        yield from response.facts
        if not response.next_page_token:
            return
        request.page_token = response.next_page_token


def main(page_file):
    with open(page_file, encoding="utf-8") as file:
        responses = stream(file.read())
    for response in responses:
        print(*news.acknowledgement_lines(response), sep="\n")
    with channel(connection.QUERY) as query:
        stub = query_service_pb2_grpc.QueryServiceStub(query)
        wait_until_visible(stub, news.end_offset(responses))
        for fact in facts(stub, 'article_id = "%s#1"' % news.PAGE_ID):
            print(news.fact_line(fact))


if __name__ == "__main__":
    main(sys.argv[1])
