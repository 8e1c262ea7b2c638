package factline.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The golden bytes and JSON (../wire) are read and written as all languages do. FACTLINE_GOLDEN names the file. */
class WireTest {
  @Test
  void goldenMessages() throws Exception {
    List<String> lines = Files.readAllLines(Path.of(System.getenv("FACTLINE_GOLDEN")));
    assertFalse(lines.isEmpty());
    for (String text : lines) {
      JsonObject line = JsonParser.parseString(text).getAsJsonObject();
      String name = line.get("message").getAsString();
      byte[] wire = HexFormat.of().parseHex(line.get("wire").getAsString());

      Message.Builder fromWire = builder(name).mergeFrom(wire);
      Message.Builder fromJson = builder(name);
      JsonFormat.parser().merge(line.get("json").toString(), fromJson);
      for (Message message : List.of(fromWire.build(), fromJson.build())) {
        assertArrayEquals(wire, message.toByteArray(), name);
        assertEquals(line.get("json"), JsonParser.parseString(JsonFormat.printer().print(message)), name);
      }
    }
  }

  private static Message.Builder builder(String name) throws ReflectiveOperationException {
    return (Message.Builder) Class.forName(name).getMethod("newBuilder").invoke(null);
  }
}
