package main

import (
	"context"
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// dial connects to the "host:port" that an environment variable holds, by default quickstart's. It speaks TLS where
// FACTLINE_CA_FILE names a PEM file of the authorities that vouch for the servers, and then sends the bearer token of
// the file FACTLINE_TOKEN_FILE, if that is set.
func dial(variable, byDefault string) (*grpc.ClientConn, error) {
	address := os.Getenv(variable)
	if address == "" {
		address = byDefault
	}
	caFile := os.Getenv("FACTLINE_CA_FILE")
	if caFile == "" {
		return grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	}
	tls, err := credentials.NewClientTLSFromFile(caFile, "")
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(tls)}
	if tokenFile := os.Getenv("FACTLINE_TOKEN_FILE"); tokenFile != "" {
		token, err := os.ReadFile(tokenFile)
		if err != nil {
			return nil, err
		}
		options = append(options, grpc.WithPerRPCCredentials(bearer(strings.TrimSpace(string(token)))))
	}
	return grpc.NewClient(address, options...)
}

// bearer is a token that is sent with each call, over TLS alone.
type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

func (bearer) RequireTransportSecurity() bool { return true }
