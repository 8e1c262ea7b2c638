package factline.example;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import factline.v1.AcceptedArticle;
import factline.v1.Article;
import factline.v1.Fact;
import factline.v1.GetServerInfoRequest;
import factline.v1.IngestRequest;
import factline.v1.IngestResponse;
import factline.v1.IngestServiceGrpc;
import factline.v1.ListFactsRequest;
import factline.v1.ListFactsResponse;
import factline.v1.Page;
import factline.v1.QueryServiceGrpc;
import factline.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Streams a page of news in, waits until queries see it, and prints the facts found on it: Example PAGE_FILE. */
public final class Example {
  private static final String PAGE_ID = "example-page";
  private static final long TIMEOUT_S = 30;
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private Example() {}

  public static void main(String[] arguments) throws Exception {
    String pageText = Files.readString(Path.of(arguments[0]));
    long endOffset;
    ManagedChannel ingest = Connection.dial("FACTLINE_INGEST", "127.0.0.1:50051");
    try {
      endOffset = stream(IngestServiceGrpc.newStub(ingest), requests(pageText));
    } finally {
      ingest.shutdown().awaitTermination(TIMEOUT_S, TimeUnit.SECONDS);
    }

    ManagedChannel channel = Connection.dial("FACTLINE_QUERY", "127.0.0.1:50053");
    try {
      QueryServiceBlockingStub query = QueryServiceGrpc.newBlockingStub(channel);
      waitUntilVisible(query, endOffset);
      forEachFact(query, "article_id = \"" + PAGE_ID + "#1\"", fact -> OUT.println(factLine(fact)));
    } finally {
      channel.shutdown().awaitTermination(TIMEOUT_S, TimeUnit.SECONDS);
    }
  }

  /** A page, and an article that is refused for want of an id. Ids make a retry safe, and so does a request_id. */
  private static List<IngestRequest> requests(String pageText) throws ParseException {
    Page page = Page.newBuilder()
        .setId(PAGE_ID)
        .setText(pageText)
        .setSource("example")
        .setPublishedTime(Timestamps.parse("2024-03-18T00:00:00Z"))
        .build();
    return List.of(
        IngestRequest.newBuilder().setPage(page).build(),
        IngestRequest.newBuilder().setRequestId("example-2").setArticle(Article.newBuilder().setTitle("No id")).build());
  }

  /** Events before the offset returned are all those that the stream's answers acknowledge. */
  private static long stream(IngestServiceGrpc.IngestServiceStub stub, List<IngestRequest> requests) throws Exception {
    CompletableFuture<Long> endOffset = new CompletableFuture<>();
    StreamObserver<IngestRequest> call = stub.withDeadlineAfter(TIMEOUT_S, TimeUnit.SECONDS)
        .ingest(new StreamObserver<IngestResponse>() {
          private long end = 0;

          @Override
          public void onNext(IngestResponse response) {
            if (response.hasError()) {
              for (BadRequest.FieldViolation violation : violations(response.getError())) {
                OUT.printf("refused %s: %s%n", response.getRequestId(), violation.getDescription());
              }
            }
            for (AcceptedArticle article : response.getAcceptance().getArticlesList()) {
              OUT.printf("accepted %s version %d%n", article.getArticleId(), article.getVersion());
              end = Math.max(end, article.getOffset() + 1);
            }
          }

          @Override
          public void onError(Throwable error) {
            endOffset.completeExceptionally(error);
          }

          @Override
          public void onCompleted() {
            endOffset.complete(end);
          }
        });
    requests.forEach(call::onNext);
    call.onCompleted();
    return endOffset.get();
  }

  private static List<BadRequest.FieldViolation> violations(Status status) {
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(BadRequest.class)) return detail.unpack(BadRequest.class).getFieldViolationsList();
      }
      return List.of();
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException(error);
    }
  }

  private static void waitUntilVisible(QueryServiceBlockingStub query, long offset) throws Exception {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
    while (bounded(query).getServerInfo(GetServerInfoRequest.getDefaultInstance()).getVisibleOffset() < offset) {
      if (System.nanoTime() > giveUp) throw new TimeoutException("queries do not see offset " + offset);
      Thread.sleep(20);
    }
  }

  /** Gives all facts that match, page by page. */
  private static void forEachFact(QueryServiceBlockingStub query, String filter, Consumer<Fact> consumer) {
    ListFactsRequest.Builder request = ListFactsRequest.newBuilder().setFilter(filter).setPageSize(5);
    ListFactsResponse response;
    do {
      response = bounded(query).listFacts(request.build());
      response.getFactsList().forEach(consumer);
      request.setPageToken(response.getNextPageToken());
    } while (!response.getNextPageToken().isEmpty());
  }

  private static QueryServiceBlockingStub bounded(QueryServiceBlockingStub query) {
    return query.withDeadlineAfter(TIMEOUT_S, TimeUnit.SECONDS);
  }

  private static String factLine(Fact fact) {
    String object = fact.getObject().getText();
    return String.join("\t", fact.getSubject().getText(), fact.getPredicate(),
        object.isEmpty() ? fact.getValue().getText() : object, fact.getModality().name(), fact.getEvidences(0).getText());
  }
}
