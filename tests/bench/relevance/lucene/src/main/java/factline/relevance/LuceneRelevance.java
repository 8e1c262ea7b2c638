package factline.relevance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Lucene's BM25 over passages, with one of its Chinese analysers: {@code smartcn|cjk PASSAGES QUERIES RUN}.
 *
 * <p>PASSAGES: a line a passage, id and text between a tab. QUERIES: the same of queries, which ask for any of their
 * tokens. RUN: the first ten of each query, in TREC's format.
 */
public final class LuceneRelevance {
  private static final int WANTED = 10;

  public static void main(String[] args) throws IOException {
    Analyzer analyzer = args[0].equals("cjk") ? new CJKAnalyzer() : new SmartChineseAnalyzer();
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer));
        BufferedReader lines = Files.newBufferedReader(Path.of(args[1]))) {
      for (String line; (line = lines.readLine()) != null; ) {
        int tab = line.indexOf('\t');
        Document document = new Document();
        document.add(new StringField("id", line.substring(0, tab), Field.Store.YES));
        document.add(new TextField("text", line.substring(tab + 1), Field.Store.NO));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    try (DirectoryReader reader = DirectoryReader.open(directory);
        BufferedReader lines = Files.newBufferedReader(Path.of(args[2]));
        PrintWriter run = new PrintWriter(args[3], StandardCharsets.UTF_8)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      for (String line; (line = lines.readLine()) != null; ) {
        int tab = line.indexOf('\t');
        int rank = 0;
        for (ScoreDoc hit : searcher.search(queryOf(analyzer, line.substring(tab + 1)), WANTED).scoreDocs) {
          String id = searcher.storedFields().document(hit.doc).get("id");
          run.printf("%s Q0 %s %d %f %s%n", line.substring(0, tab), id, ++rank, hit.score, args[0]);
        }
      }
    }
  }

  private static Query queryOf(Analyzer analyzer, String text) throws IOException {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    try (TokenStream tokens = analyzer.tokenStream("text", text)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) query.add(new TermQuery(new Term("text", term.toString())), Occur.SHOULD);
      tokens.end();
    }
    return query.build();
  }
}
