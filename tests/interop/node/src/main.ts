// Streams a page of news in, waits until queries see it, and prints the facts found on it: node build/main.js PAGE_FILE
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { api, credentials, ingestAddress, queryAddress } from './connection';
import type { Fact__Output as Fact } from './generated/factline/v1/Fact';
import type { IngestRequest } from './generated/factline/v1/IngestRequest';
import type { IngestResponse__Output as IngestResponse } from './generated/factline/v1/IngestResponse';
import type { QueryServiceClient } from './generated/factline/v1/QueryService';
import type { GetServerInfoResponse__Output as ServerInfo } from './generated/factline/v1/GetServerInfoResponse';
import type { ListFactsRequest } from './generated/factline/v1/ListFactsRequest';
import type { ListFactsResponse__Output as ListFactsResponse } from './generated/factline/v1/ListFactsResponse';

const PAGE_ID = 'example-page';
const TIMEOUT_MS = 30_000;

const deadline = () => ({ deadline: Date.now() + TIMEOUT_MS });

// A page, and an article that is refused for want of an id. Ids make a retry safe, and so does a requestId.
function requests(pageText: string): IngestRequest[] {
  const publishedTime = { seconds: Date.UTC(2024, 2, 18) / 1000 };
  return [
    { page: { id: PAGE_ID, text: pageText, source: 'example', publishedTime } },
    { requestId: 'example-2', article: { title: 'No id' } },
  ];
}

function acknowledgementLines(response: IngestResponse): string[] {
  if (response.result === 'acceptance') {
    return response.acceptance!.articles.map((article) => `accepted ${article.articleId} version ${article.version}`);
  }
  return response
    .error!.details.filter((detail) => detail.type_url.endsWith('/google.rpc.BadRequest'))
    .flatMap((detail) => api.google.rpc.BadRequest.deserialize(detail.value).fieldViolations)
    .map((violation) => `refused ${response.requestId}: ${violation.description}`);
}

// Events before the offset that it returns are all those acknowledged. Offsets are 64 bits wide: strings on the wire's
// edge, bigint here.
async function stream(pageText: string): Promise<bigint> {
  const client = new api.factline.v1.IngestService(ingestAddress, credentials());
  try {
    const call = client.Ingest(deadline());
    for (const request of requests(pageText)) {
      if (!call.write(request)) await new Promise((resolve) => call.once('drain', resolve));
    }
    call.end();
    let endOffset = 0n;
    for await (const response of call as AsyncIterable<IngestResponse>) {
      for (const line of acknowledgementLines(response)) console.log(line);
      for (const { offset } of response.acceptance?.articles ?? []) {
        if (BigInt(offset) >= endOffset) endOffset = BigInt(offset) + 1n;
      }
    }
    return endOffset;
  } finally {
    client.close();
  }
}

async function waitUntilVisible(client: QueryServiceClient, offset: bigint): Promise<void> {
  const getServerInfo = promisify((callback: (error: Error | null, info?: ServerInfo) => void) =>
    client.GetServerInfo({}, deadline(), callback),
  );
  const giveUp = Date.now() + TIMEOUT_MS;
  while (BigInt((await getServerInfo())!.visibleOffset) < offset) {
    if (Date.now() > giveUp) throw new Error(`queries do not see offset ${offset}`);
    await sleep(20);
  }
}

// All facts that match, page by page.
async function* facts(client: QueryServiceClient, filter: string): AsyncGenerator<Fact> {
  const listFacts = promisify(
    (request: ListFactsRequest, callback: (error: Error | null, response?: ListFactsResponse) => void) =>
      client.ListFacts(request, deadline(), callback),
  );
  let pageToken = '';
  do {
    const response = (await listFacts({ filter, pageSize: 5, pageToken }))!;
    yield* response.facts;
    pageToken = response.nextPageToken;
  } while (pageToken);
}

async function main(pageFile: string): Promise<void> {
  const endOffset = await stream(readFileSync(pageFile, 'utf8'));
  const client = new api.factline.v1.QueryService(queryAddress, credentials());
  try {
    await waitUntilVisible(client, endOffset);
    for await (const fact of facts(client, `article_id = "${PAGE_ID}#1"`)) {
      const object = fact.object?.text || fact.value?.text || '';
      console.log([fact.subject!.text, fact.predicate, object, fact.modality, fact.evidences[0].text].join('\t'));
    }
  } finally {
    client.close();
  }
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
