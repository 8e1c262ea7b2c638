//! Streams a page of news in, waits until queries see it, and prints the facts found on it: factline_example PAGE_FILE
use std::{env, fs, time::Duration};

use factline_example::{
    connect,
    factline::v1::{
        ingest_request::Item, ingest_response::Result as Answer, ingest_service_client::IngestServiceClient,
        query_service_client::QueryServiceClient, Article, Fact, GetServerInfoRequest, IngestRequest, ListFactsRequest, Page,
    },
    google::rpc::{BadRequest, Status},
    Bearer, Error,
};
use prost::Message;
use prost_types::Timestamp;
use tokio::time::{sleep, timeout};
use tonic::{service::interceptor::InterceptedService, transport::Channel};

type Query = QueryServiceClient<InterceptedService<Channel, Bearer>>;

const PAGE_ID: &str = "example-page";
const PUBLISHED: Timestamp = Timestamp { seconds: 1_710_720_000, nanos: 0 }; // 2024-03-18
const TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<(), Error> {
    let page_file = env::args().nth(1).ok_or("usage: factline_example PAGE_FILE")?;
    timeout(TIMEOUT, run(fs::read_to_string(page_file)?)).await?
}

async fn run(page_text: String) -> Result<(), Error> {
    let end_offset = stream(page_text).await?;
    let channel = connect("FACTLINE_QUERY", "127.0.0.1:50053").await?;
    let mut query = QueryServiceClient::with_interceptor(channel, Bearer::from_env()?);
    wait_until_visible(&mut query, end_offset).await?;
    for fact in facts(&mut query, format!("article_id = \"{PAGE_ID}#1\"")).await? {
        println!("{}", fact_line(&fact));
    }
    Ok(())
}

/// Sends a page, and an article that is refused for want of an id. Events before the offset returned are all those
/// acknowledged. Ids make a retry safe, and so does a request_id.
async fn stream(page_text: String) -> Result<u64, Error> {
    let page = Page {
        id: PAGE_ID.into(),
        text: page_text,
        source: "example".into(),
        published_time: Some(PUBLISHED),
        ..Default::default()
    };
    let bad = Article { title: "No id".into(), ..Default::default() };
    let requests = tokio_stream::iter([
        IngestRequest { item: Some(Item::Page(page)), ..Default::default() },
        IngestRequest { request_id: "example-2".into(), item: Some(Item::Article(bad)) },
    ]);

    let channel = connect("FACTLINE_INGEST", "127.0.0.1:50051").await?;
    let mut ingest = IngestServiceClient::with_interceptor(channel, Bearer::from_env()?);
    let mut responses = ingest.ingest(requests).await?.into_inner();
    let mut end_offset = 0;
    while let Some(response) = responses.message().await? {
        match response.result {
            Some(Answer::Acceptance(acceptance)) => {
                for article in acceptance.articles {
                    println!("accepted {} version {}", article.article_id, article.version);
                    end_offset = end_offset.max(article.offset + 1);
                }
            }
            Some(Answer::Error(error)) => {
                for description in violations(&error)? {
                    println!("refused {}: {description}", response.request_id);
                }
            }
            None => return Err("an answer without a result".into()),
        }
    }
    Ok(end_offset)
}

fn violations(status: &Status) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for detail in status.details.iter().filter(|detail| detail.type_url.ends_with("/google.rpc.BadRequest")) {
        let bad_request = BadRequest::decode(&*detail.value)?;
        found.extend(bad_request.field_violations.into_iter().map(|violation| violation.description));
    }
    Ok(found)
}

async fn wait_until_visible(query: &mut Query, offset: u64) -> Result<(), Error> {
    while query.get_server_info(GetServerInfoRequest {}).await?.into_inner().visible_offset < offset {
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// All facts that match, page by page.
async fn facts(query: &mut Query, filter: String) -> Result<Vec<Fact>, Error> {
    let mut request = ListFactsRequest { filter, page_size: 5, ..Default::default() };
    let mut facts = Vec::new();
    loop {
        let response = query.list_facts(request.clone()).await?.into_inner();
        facts.extend(response.facts);
        if response.next_page_token.is_empty() {
            return Ok(facts);
        }
        request.page_token = response.next_page_token;
    }
}

fn fact_line(fact: &Fact) -> String {
    let subject = fact.subject.as_ref().map_or("", |subject| &subject.text);
    let object = fact.object.as_ref().map_or("", |object| &object.text);
    let value = fact.value.as_ref().map_or("", |value| &value.text);
    let evidence = fact.evidences.first().map_or("", |evidence| &evidence.text);
    let object = if object.is_empty() { value } else { object };
    [subject, &fact.predicate, object, fact.modality().as_str_name(), evidence].join("\t")
}
