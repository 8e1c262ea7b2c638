"""Where the services are, from the environment, for both kinds of Python.

  FACTLINE_INGEST, FACTLINE_QUERY   "host:port"; quickstart's, if unset
  FACTLINE_CA_FILE                  PEM file of the authorities that vouch for the servers: speaks TLS
  FACTLINE_TOKEN_FILE               file of a bearer token, which is sent over TLS alone
"""
import os
import pathlib

import grpc

INGEST = os.environ.get("FACTLINE_INGEST", "127.0.0.1:50051")
QUERY = os.environ.get("FACTLINE_QUERY", "127.0.0.1:50053")


def credentials():
    """None for plain text."""
    ca_file, token_file = os.environ.get("FACTLINE_CA_FILE"), os.environ.get("FACTLINE_TOKEN_FILE")
    if not ca_file:
        return None
    tls = grpc.ssl_channel_credentials(pathlib.Path(ca_file).read_bytes())
    if not token_file:
        return tls
    token = pathlib.Path(token_file).read_text().strip()
    return grpc.composite_channel_credentials(tls, grpc.access_token_call_credentials(token))
