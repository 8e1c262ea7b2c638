package factline.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;

/** Lucene as one of the peers; ../README.md of the harness says what the files look like. */
public final class LucenePeer {
  private static final double BUFFER_MIB = 64;
  private static final int WARM_PASSES = 2;

  private record Mode(String name, int limit, boolean count) {}

  private static final List<Mode> MODES =
      List.of(
          new Mode("top10", 10, false),
          new Mode("top10_count", 10, true),
          new Mode("top100", 100, false),
          new Mode("top100_count", 100, true));

  /** The tokens of a title, a free position, the tokens of a body; cut at single spaces and nowhere else. */
  private static final class Tokens extends TokenStream {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final PositionIncrementAttribute increment = addAttribute(PositionIncrementAttribute.class);
    private String text;
    private String later;
    private int next;
    private int gap;

    void set(String title, String body) {
      text = title;
      later = body;
      next = 0;
      gap = 1;
    }

    @Override
    public boolean incrementToken() {
      if (next >= text.length() && later != null) {
        text = later;
        later = null;
        next = 0;
        gap = 2;
      }
      if (next >= text.length()) {
        return false;
      }
      clearAttributes();
      int end = text.indexOf(' ', next);
      if (end < 0) {
        end = text.length();
      }
      term.append(text, next, end);
      increment.setPositionIncrement(gap);
      gap = 1;
      next = end + 1;
      return true;
    }
  }

  private static final class Stopwatch {
    private final long wallStart = System.nanoTime();
    private final double processorStart = processorSeconds();

    // Of all threads: just-in-time compilation and garbage collection are part of what Lucene costs.
    private static double processorSeconds() {
      var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return system.getProcessCpuTime() / 1e9;
    }

    void report(String report, String phase, String folder, String note) throws IOException {
      double wall = (System.nanoTime() - wallStart) / 1e9;
      double processor = processorSeconds() - processorStart;
      long bytes;
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        bytes = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      }
      String line = String.format(Locale.ROOT, "%s\t%.3f\t%.3f\t%d\t%s%n", phase, wall, processor, bytes, note);
      Files.writeString(Path.of(report), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig()
        .setSimilarity(new BM25Similarity(1.2f, 0.75f))
        .setRAMBufferSizeMB(BUFFER_MIB)
        .setMergeScheduler(new SerialMergeScheduler());
  }

  private static FieldType bodyType() {
    FieldType type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
    type.setTokenized(true);
    type.freeze();
    return type;
  }

  private static String segmentsOf(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return reader.leaves().size() + " segments";
    }
  }

  private static void index(String corpus, String folder, String report) throws IOException {
    Path path = Path.of(folder);
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    Stopwatch stopwatch = new Stopwatch();
    FieldType type = bodyType();
    Tokens tokens = new Tokens();
    Field body = new Field("body", tokens, type);
    try (Directory directory = new MMapDirectory(path);
        IndexWriter writer = new IndexWriter(directory, config());
        BufferedReader lines = Files.newBufferedReader(Path.of(corpus), StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t", -1);
        tokens.set(parts[3], parts[4]);
        Document document = new Document();
        document.add(new NumericDocValuesField("number", Long.parseLong(parts[0])));
        document.add(new LongField("published", Long.parseLong(parts[1]), Field.Store.NO));
        document.add(new StringField("source", parts[2], Field.Store.NO));
        document.add(body);
        writer.addDocument(document);
      }
      writer.commit();
    }
    try (Directory directory = new MMapDirectory(path)) {
      stopwatch.report(report, "index", folder, segmentsOf(directory));
    }
  }

  private static void merge(String folder, String report) throws IOException {
    Stopwatch stopwatch = new Stopwatch();
    try (Directory directory = new MMapDirectory(Path.of(folder))) {
      try (IndexWriter writer = new IndexWriter(directory, config())) {
        writer.forceMerge(1);
        writer.commit();
      }
      stopwatch.report(report, "merge", folder, segmentsOf(directory));
    }
  }

  private static Query parseWords(Iterator<String> words) {
    String word = words.next();
    if (word.charAt(0) == '=') {
      return new TermQuery(new Term("body", word.substring(1)));
    }
    int count = Integer.parseInt(word.substring(1));
    if (word.charAt(0) == '"') {
      PhraseQuery.Builder phrase = new PhraseQuery.Builder();
      for (int i = 0; i < count; ++i) {
        phrase.add(new Term("body", words.next().substring(1)));
      }
      return phrase.build();
    }
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    for (int i = 0; i < count; ++i) {
      Query child = parseWords(words);
      switch (word.charAt(0)) {
        case '&' -> query.add(child, Occur.MUST);
        case '|' -> query.add(child, Occur.SHOULD);
        case '-' -> query.add(child, i == 0 ? Occur.MUST : Occur.MUST_NOT);
        default -> throw new IllegalArgumentException("not an operator: " + word);
      }
    }
    return query.build();
  }

  private static Query parseQuery(String[] parts) {
    Query words = parseWords(Arrays.asList(parts[5].split(" ")).iterator());
    if (parts[2].isEmpty() && parts[4].isEmpty()) {
      return words;
    }
    BooleanQuery.Builder query = new BooleanQuery.Builder().add(words, Occur.MUST);
    if (!parts[2].isEmpty()) {
      query.add(
          LongField.newRangeQuery("published", Long.parseLong(parts[2]), Long.parseLong(parts[3])), Occur.FILTER);
    }
    if (!parts[4].isEmpty()) {
      query.add(new TermQuery(new Term("source", parts[4])), Occur.FILTER);
    }
    return query.build();
  }

  private static TopDocs answer(IndexSearcher searcher, Query query, Mode mode) throws IOException {
    int countUpTo = mode.count ? Integer.MAX_VALUE : mode.limit;
    return searcher.search(query, new TopScoreDocCollectorManager(mode.limit, null, countUpTo, false));
  }

  // Not timed: the other engines' document numbers need no look-up or a look-up of their own.
  private static long numberOf(IndexSearcher searcher, int doc) throws IOException {
    LeafReaderContext leaf = searcher.getLeafContexts().get(ReaderUtil.subIndex(doc, searcher.getLeafContexts()));
    NumericDocValues numbers = leaf.reader().getNumericDocValues("number");
    numbers.advanceExact(doc - leaf.docBase);
    return numbers.longValue();
  }

  private static void write(PrintWriter out, IndexSearcher searcher, Mode mode, String id, long nanoseconds, TopDocs top)
      throws IOException {
    StringBuilder first = new StringBuilder();
    for (ScoreDoc hit : top.scoreDocs) {
      first.append(first.length() == 0 ? "" : " ").append(numberOf(searcher, hit.doc)).append(':').append(hit.score);
    }
    out.println(mode.name + "\t" + id + "\t" + nanoseconds + "\t" + (mode.count ? top.totalHits.value : -1) + "\t" + first);
  }

  private static void search(String folder, String queriesPath, String results, int passes) throws IOException {
    List<String> ids = new ArrayList<>();
    List<Query> queries = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(queriesPath), StandardCharsets.UTF_8)) {
      String[] parts = line.split("\t", -1);
      ids.add(parts[0]);
      queries.add(parseQuery(parts));
    }
    try (Directory directory = new MMapDirectory(Path.of(folder));
        DirectoryReader reader = DirectoryReader.open(directory);
        PrintWriter out = new PrintWriter(results, StandardCharsets.UTF_8)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
      searcher.setQueryCache(null); // the same queries come again and again: a cache would answer, not the engine
      // Processor time of this thread: other work on the machine may stop it, but adds nothing.
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      for (Mode mode : MODES) {
        long[][] times = new long[queries.size()][passes];
        TopDocs[] answers = new TopDocs[queries.size()];
        for (int pass = -WARM_PASSES; pass < passes; ++pass) {
          for (int i = 0; i < queries.size(); ++i) {
            long start = threads.getCurrentThreadCpuTime();
            answers[i] = answer(searcher, queries.get(i), mode);
            if (pass >= 0) {
              times[i][pass] = threads.getCurrentThreadCpuTime() - start;
            }
          }
        }
        for (int i = 0; i < queries.size(); ++i) {
          Arrays.sort(times[i]);
          write(out, searcher, mode, ids.get(i), times[i][passes / 2], answers[i]);
        }
      }
    }
  }

  public static void main(String[] args) throws IOException {
    String command = args.length == 0 ? "" : args[0];
    if (command.equals("index") && args.length == 4) {
      index(args[1], args[2], args[3]);
    } else if (command.equals("merge") && args.length == 3) {
      merge(args[1], args[2]);
    } else if (command.equals("search") && args.length == 5) {
      search(args[1], args[2], args[3], Integer.parseInt(args[4]));
    } else if (command.equals("version")) {
      System.out.println(Version.LATEST + " on Java " + Runtime.version());
    } else {
      System.err.println(
          "usage: index CORPUS DIR REPORT | merge DIR REPORT | search DIR QUERIES RESULTS PASSES | version");
      System.exit(2);
    }
  }
}
