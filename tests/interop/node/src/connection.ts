// Where the services are and how they are spoken to, from the environment:
//
//   FACTLINE_INGEST, FACTLINE_QUERY   "host:port"; quickstart's, if unset
//   FACTLINE_CA_FILE                  PEM file of the authorities that vouch for the servers: speaks TLS
//   FACTLINE_TOKEN_FILE               file of a bearer token, which is sent over TLS alone
//   FACTLINE_PROTOS                   the folder protos/ of Factline
import { readFileSync } from 'node:fs';

import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';

import type { ProtoGrpcType as Errors } from './generated/error_details';
import type { ProtoGrpcType as Ingest } from './generated/ingest_service';
import type { ProtoGrpcType as Query } from './generated/query_service';

const FILES = ['factline/v1/ingest_service.proto', 'factline/v1/query_service.proto', 'google/rpc/error_details.proto'];

const definition = protoLoader.loadSync(FILES, {
  includeDirs: [process.env.FACTLINE_PROTOS ?? '../../../protos'],
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
});

// As the options of proto-loader-gen-types in package.json have it: they and those above must be the same.
export const api = grpc.loadPackageDefinition(definition) as unknown as Ingest & Query & Errors;

export const ingestAddress = process.env.FACTLINE_INGEST ?? '127.0.0.1:50051';
export const queryAddress = process.env.FACTLINE_QUERY ?? '127.0.0.1:50053';

export function credentials(): grpc.ChannelCredentials {
  const { FACTLINE_CA_FILE: caFile, FACTLINE_TOKEN_FILE: tokenFile } = process.env;
  if (!caFile) return grpc.credentials.createInsecure();
  const tls = grpc.credentials.createSsl(readFileSync(caFile));
  if (!tokenFile) return tls;
  const token = readFileSync(tokenFile, 'utf8').trim();
  return grpc.credentials.combineChannelCredentials(
    tls,
    grpc.credentials.createFromMetadataGenerator((_, callback) => {
      const metadata = new grpc.Metadata();
      metadata.set('authorization', `Bearer ${token}`);
      callback(null, metadata);
    }),
  );
}
