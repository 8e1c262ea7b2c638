package factline.example;

import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** Where the services are and how they are spoken to, from the environment. */
final class Connection {
  private Connection() {}

  /**
   * A channel to the "host:port" that an environment variable holds, by default quickstart's. Speaks TLS where
   * FACTLINE_CA_FILE names a PEM file of the authorities that vouch for the servers, and then sends the bearer token of
   * the file FACTLINE_TOKEN_FILE, if that is set.
   */
  static ManagedChannel dial(String variable, String byDefault) throws IOException {
    String address = System.getenv().getOrDefault(variable, byDefault);
    return Grpc.newChannelBuilder(address, credentials()).build();
  }

  private static ChannelCredentials credentials() throws IOException {
    String caFile = System.getenv("FACTLINE_CA_FILE");
    if (caFile == null) return InsecureChannelCredentials.create();
    ChannelCredentials tls = TlsChannelCredentials.newBuilder().trustManager(new File(caFile)).build();
    String tokenFile = System.getenv("FACTLINE_TOKEN_FILE");
    if (tokenFile == null) return tls;
    return CompositeChannelCredentials.create(tls, new Bearer(Files.readString(Path.of(tokenFile)).strip()));
  }

  private static final class Bearer extends CallCredentials {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private final String token;

    Bearer(String token) {
      this.token = token;
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + token);
      applier.apply(headers);
    }
  }
}
