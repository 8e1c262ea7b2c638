//! Tantivy as one of the peers; ../README.md says what the files look like.
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::ops::Bound;
use std::path::Path;
use std::time::Instant;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::*;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexWriter, ReloadPolicy, Searcher, TantivyDocument};

const MEMORY_BYTES: usize = 64 << 20;
const WARM_PASSES: usize = 2;
const MODES: [(&str, usize, bool); 4] =
    [("top10", 10, false), ("top10_count", 10, true), ("top100", 100, false), ("top100_count", 100, true)];

/// Cuts at single spaces and nowhere else.
#[derive(Clone, Default)]
struct SpaceTokenizer {
    token: Token,
}

struct SpaceTokens<'a> {
    text: &'a str,
    next: usize,
    token: &'a mut Token,
}

impl Tokenizer for SpaceTokenizer {
    type TokenStream<'a> = SpaceTokens<'a>;
    fn token_stream<'a>(&'a mut self, text: &'a str) -> SpaceTokens<'a> {
        self.token.reset();
        SpaceTokens { text, next: 0, token: &mut self.token }
    }
}

impl TokenStream for SpaceTokens<'_> {
    fn advance(&mut self) -> bool {
        if self.next >= self.text.len() {
            return false;
        }
        let rest = &self.text[self.next..];
        let size = rest.find(' ').unwrap_or(rest.len());
        self.token.text.clear();
        self.token.text.push_str(&rest[..size]);
        self.token.offset_from = self.next;
        self.token.offset_to = self.next + size;
        self.token.position = self.token.position.wrapping_add(1);
        self.next += size + 1;
        true
    }
    fn token(&self) -> &Token {
        self.token
    }
    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

struct Fields {
    schema: Schema,
    number: Field,
    published: Field,
    source: Field,
    body: Field,
}

fn fields() -> Fields {
    let mut builder = Schema::builder();
    let number = builder.add_u64_field("number", FAST);
    let published = builder.add_i64_field("published", INDEXED | FAST);
    let source_indexing =
        TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    let source = builder.add_text_field("source", TextOptions::default().set_indexing_options(source_indexing));
    let body_indexing = TextFieldIndexing::default()
        .set_tokenizer("space")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let body = builder.add_text_field("body", TextOptions::default().set_indexing_options(body_indexing));
    Fields { schema: builder.build(), number, published, source, body }
}

fn processor_seconds() -> f64 {
    // Fields 14 and 15 of /proc/self/stat: ticks in user and in system mode, of all threads; Linux counts 100 a second.
    let stat = fs::read_to_string("/proc/self/stat").expect("stat");
    let rest = &stat[stat.rfind(')').expect("stat") + 2..];
    let ticks: Vec<f64> = rest.split(' ').skip(11).take(2).map(|text| text.parse().expect("ticks")).collect();
    (ticks[0] + ticks[1]) / 100.0
}

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

/// Processor time of this thread: other work on the machine may stop it, but adds nothing.
fn thread_nanoseconds() -> i64 {
    const CLOCK_THREAD_CPUTIME_ID: i32 = 3;
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    // SAFETY: the call fills the struct, which is as C has it on 64-bit Linux, and keeps nothing.
    let status = unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0);
    time.seconds * 1_000_000_000 + time.nanoseconds
}

fn bytes_under(folder: &str) -> u64 {
    fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").metadata().expect("metadata").len()).sum()
}

fn report(path: &str, phase: &str, start: Instant, processor_start: f64, folder: &str, note: &str) {
    let wall = start.elapsed().as_secs_f64();
    let processor = processor_seconds() - processor_start;
    let mut out = OpenOptions::new().append(true).create(true).open(path).expect("report");
    writeln!(out, "{phase}\t{wall:.3}\t{processor:.3}\t{}\t{note}", bytes_under(folder)).expect("report");
}

fn segments_of(index: &Index) -> String {
    format!("{} segments", index.searchable_segment_ids().expect("segments").len())
}

fn index(corpus: &str, folder: &str, report_path: &str) -> tantivy::Result<()> {
    if Path::new(folder).exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let start = Instant::now();
    let processor_start = processor_seconds();
    let fields = fields();
    let index = Index::create_in_dir(folder, fields.schema.clone())?;
    index.tokenizers().register("space", SpaceTokenizer::default());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY_BYTES)?;
    for line in BufReader::new(File::open(corpus)?).lines() {
        let line = line?;
        let mut parts = line.split('\t');
        let mut part = || parts.next().expect("five fields");
        let mut document = TantivyDocument::default();
        document.add_u64(fields.number, part().parse().expect("number"));
        document.add_i64(fields.published, part().parse().expect("seconds"));
        document.add_text(fields.source, part());
        // Two values of one field: Tantivy leaves a position free between them.
        document.add_text(fields.body, part());
        document.add_text(fields.body, part());
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    index.writer_with_num_threads::<TantivyDocument>(1, MEMORY_BYTES)?.garbage_collect_files().wait()?;
    report(report_path, "index", start, processor_start, folder, &segments_of(&index));
    Ok(())
}

fn merge(folder: &str, report_path: &str) -> tantivy::Result<()> {
    let start = Instant::now();
    let processor_start = processor_seconds();
    let index = Index::open_in_dir(folder)?;
    index.tokenizers().register("space", SpaceTokenizer::default());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY_BYTES)?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    report(report_path, "merge", start, processor_start, folder, &segments_of(&index));
    Ok(())
}

fn term(fields: &Fields, token: &str) -> Term {
    Term::from_field_text(fields.body, token)
}

fn parse_words<'a>(fields: &Fields, words: &mut impl Iterator<Item = &'a str>) -> Box<dyn Query> {
    let word = words.next().expect("an expression ends early");
    if let Some(token) = word.strip_prefix('=') {
        return Box::new(TermQuery::new(term(fields, token), IndexRecordOption::WithFreqs));
    }
    let count: usize = word[1..].parse().expect("a number of children");
    if word.starts_with('"') {
        let terms = (0..count).map(|_| term(fields, &words.next().expect("a term")[1..])).collect();
        return Box::new(PhraseQuery::new(terms));
    }
    let children: Vec<Box<dyn Query>> = (0..count).map(|_| parse_words(fields, words)).collect();
    match &word[..1] {
        "&" => Box::new(BooleanQuery::intersection(children)),
        "|" => Box::new(BooleanQuery::union(children)),
        "-" => Box::new(BooleanQuery::new([Occur::Must, Occur::MustNot].into_iter().zip(children).collect())),
        other => panic!("not an operator: {other}"),
    }
}

fn parse_query(fields: &Fields, line: &str) -> (String, Box<dyn Query>) {
    let parts: Vec<&str> = line.split('\t').collect();
    let words = parse_words(fields, &mut parts[5].split(' '));
    let mut filters: Vec<Box<dyn Query>> = Vec::new();
    if !parts[2].is_empty() {
        let bound = |text: &str| Bound::Included(Term::from_field_i64(fields.published, text.parse().expect("seconds")));
        filters.push(Box::new(RangeQuery::new(bound(parts[2]), bound(parts[3]))));
    }
    if !parts[4].is_empty() {
        let source = Term::from_field_text(fields.source, parts[4]);
        filters.push(Box::new(TermQuery::new(source, IndexRecordOption::Basic)));
    }
    if filters.is_empty() {
        return (parts[0].to_string(), words);
    }
    let mut clauses = vec![(Occur::Must, words)];
    for filter in filters {
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(filter, 0.0))));
    }
    (parts[0].to_string(), Box::new(BooleanQuery::new(clauses)))
}

type Answer = (i64, Vec<(f32, tantivy::DocAddress)>);

fn answer(searcher: &Searcher, query: &dyn Query, limit: usize, count: bool) -> tantivy::Result<Answer> {
    let top = TopDocs::with_limit(limit).order_by_score();
    if count {
        let (hits, found) = searcher.search(query, &(Count, top))?;
        return Ok((hits as i64, found));
    }
    Ok((-1, searcher.search(query, &top)?))
}

fn search(folder: &str, queries: &str, results: &str, passes: usize) -> tantivy::Result<()> {
    let fields = fields();
    let index = Index::open_in_dir(folder)?;
    index.tokenizers().register("space", SpaceTokenizer::default());
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let searcher = reader.searcher();
    let numbers: Vec<_> = searcher
        .segment_readers()
        .iter()
        .map(|segment| segment.fast_fields().u64("number").expect("number").first_or_default_col(0))
        .collect();
    let lines: Vec<String> = BufReader::new(File::open(queries)?).lines().collect::<Result<_, _>>()?;
    let queries: Vec<_> = lines.iter().map(|line| parse_query(&fields, line)).collect();
    let mut out = BufWriter::new(File::create(results)?);
    for (mode, limit, count) in MODES {
        let mut times: Vec<Vec<i64>> = vec![Vec::new(); queries.len()];
        let mut answers: Vec<Answer> = vec![(-1, Vec::new()); queries.len()];
        for pass in 0..WARM_PASSES + passes {
            for (i, (_, query)) in queries.iter().enumerate() {
                let start = thread_nanoseconds();
                answers[i] = answer(&searcher, query.as_ref(), limit, count)?;
                if pass >= WARM_PASSES {
                    times[i].push(thread_nanoseconds() - start);
                }
            }
        }
        for (i, (id, _)) in queries.iter().enumerate() {
            times[i].sort();
            let nanoseconds = times[i][passes / 2];
            let first: Vec<String> = answers[i]
                .1
                .iter()
                .map(|(score, at)| format!("{}:{score:.7}", numbers[at.segment_ord as usize].get_val(at.doc_id)))
                .collect();
            writeln!(out, "{mode}\t{id}\t{nanoseconds}\t{}\t{}", answers[i].0, first.join(" "))?;
        }
    }
    out.flush()?;
    Ok(())
}

fn main() -> tantivy::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["index", corpus, folder, report] => index(corpus, folder, report),
        ["merge", folder, report] => merge(folder, report),
        ["search", folder, queries, results, passes] => {
            search(folder, queries, results, passes.parse().expect("a number of passes"))
        }
        ["version"] => {
            println!("{}", tantivy::version_string());
            Ok(())
        }
        _ => {
            eprintln!("usage: index CORPUS DIR REPORT | merge DIR REPORT | search DIR QUERIES RESULTS PASSES | version");
            std::process::exit(2)
        }
    }
}
