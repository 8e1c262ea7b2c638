"""The requests that the examples send, and the lines that they print."""
import datetime

from factline.v1 import article_pb2, fact_pb2, ingest_service_pb2
from google.protobuf import timestamp_pb2
from google.rpc import error_details_pb2

PAGE_ID = "example-page"
PUBLISHED = datetime.datetime(2024, 3, 18, tzinfo=datetime.timezone.utc)


def requests(page_text):
    """A page, and an article that is refused for want of an id. Ids make a retry safe, and so does a request_id."""
    published = timestamp_pb2.Timestamp()
    published.FromDatetime(PUBLISHED)
    page = article_pb2.Page(id=PAGE_ID, text=page_text, source="example", published_time=published)
    yield ingest_service_pb2.IngestRequest(page=page)
    yield ingest_service_pb2.IngestRequest(request_id="example-2", article=article_pb2.Article(title="No id"))


def acknowledgement_lines(response):
    if response.WhichOneof("result") == "acceptance":
        return ["accepted %s version %d" % (article.article_id, article.version) for article in response.acceptance.articles]
    return ["refused %s: %s" % (response.request_id, violation.description) for violation in violations(response.error)]


def violations(status):
    """Which fields of a request are at fault."""
    for detail in status.details:
        bad_request = error_details_pb2.BadRequest()
        if detail.Unpack(bad_request):
            yield from bad_request.field_violations


def end_offset(responses):
    """Events before it are all those that `responses` acknowledge."""
    return max((article.offset + 1 for response in responses for article in response.acceptance.articles), default=0)


def fact_line(fact):
    return "\t".join([fact.subject.text, fact.predicate, fact.object.text or fact.value.text,
                      fact_pb2.Modality.Name(fact.modality), fact.evidences[0].text])
