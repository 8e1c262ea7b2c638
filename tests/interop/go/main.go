// Streams a page of news in, waits until queries see it, and prints the facts found on it.
//
//	example PAGE_FILE
//
// Where the services are is read from the environment (connection.go).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "factline.test/example/factlinev1"
)

const (
	pageID  = "example-page"
	timeout = 30 * time.Second
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: example PAGE_FILE")
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	if err := run(ctx, os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, pageFile string) error {
	text, err := os.ReadFile(pageFile)
	if err != nil {
		return err
	}
	endOffset, err := stream(ctx, string(text))
	if err != nil {
		return err
	}

	connection, err := dial("FACTLINE_QUERY", "127.0.0.1:50053")
	if err != nil {
		return err
	}
	defer connection.Close()
	query := pb.NewQueryServiceClient(connection)
	if err := waitUntilVisible(ctx, query, endOffset); err != nil {
		return err
	}
	return eachFact(ctx, query, fmt.Sprintf(`article_id = "%s#1"`, pageID), printFact)
}

// stream sends a page, and an article that is refused for want of an id. Events before the offset that it returns are
// all those acknowledged. Ids make a retry safe, and so does a request_id.
func stream(ctx context.Context, pageText string) (uint64, error) {
	connection, err := dial("FACTLINE_INGEST", "127.0.0.1:50051")
	if err != nil {
		return 0, err
	}
	defer connection.Close()
	calls, err := pb.NewIngestServiceClient(connection).Ingest(ctx)
	if err != nil {
		return 0, err
	}

	go func() {
		page := &pb.Page{
			Id:            pageID,
			Text:          pageText,
			Source:        "example",
			PublishedTime: timestamppb.New(time.Date(2024, 3, 18, 0, 0, 0, 0, time.UTC)),
		}
		for _, request := range []*pb.IngestRequest{
			{Item: &pb.IngestRequest_Page{Page: page}},
			{RequestId: "example-2", Item: &pb.IngestRequest_Article{Article: &pb.Article{Title: "No id"}}},
		} {
			if calls.Send(request) != nil {
				return // Recv tells why
			}
		}
		calls.CloseSend()
	}()

	var endOffset uint64
	for {
		response, err := calls.Recv()
		if errors.Is(err, io.EOF) {
			return endOffset, nil
		}
		if err != nil {
			return 0, err
		}
		switch result := response.Result.(type) {
		case *pb.IngestResponse_Acceptance:
			for _, article := range result.Acceptance.Articles {
				fmt.Printf("accepted %s version %d\n", article.ArticleId, article.Version)
				endOffset = max(endOffset, article.Offset+1)
			}
		case *pb.IngestResponse_Error:
			for _, detail := range status.FromProto(result.Error).Details() {
				if badRequest, ok := detail.(*errdetails.BadRequest); ok {
					for _, violation := range badRequest.FieldViolations {
						fmt.Printf("refused %s: %s\n", response.RequestId, violation.Description)
					}
				}
			}
		}
	}
}

func waitUntilVisible(ctx context.Context, query pb.QueryServiceClient, offset uint64) error {
	for {
		info, err := query.GetServerInfo(ctx, &pb.GetServerInfoRequest{})
		if err != nil || info.VisibleOffset >= offset {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// eachFact calls f with all facts that match, page by page.
func eachFact(ctx context.Context, query pb.QueryServiceClient, filter string, f func(*pb.Fact)) error {
	request := &pb.ListFactsRequest{Filter: filter, PageSize: 5}
	for {
		response, err := query.ListFacts(ctx, request)
		if err != nil {
			return err
		}
		for _, fact := range response.Facts {
			f(fact)
		}
		if response.NextPageToken == "" {
			return nil
		}
		request.PageToken = response.NextPageToken
	}
}

func printFact(fact *pb.Fact) {
	object := fact.GetObject().GetText()
	if object == "" {
		object = fact.GetValue().GetText()
	}
	fmt.Printf("%s\t%s\t%s\t%s\t%s\n", fact.Subject.Text, fact.Predicate, object, fact.Modality, fact.Evidences[0].Text)
}
