//! The API of Factline as generated, and a channel to its services.
use std::{env, fs, io};

use tonic::{
    metadata::{errors::InvalidMetadataValue, Ascii, MetadataValue},
    service::Interceptor,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
    Request, Status,
};

pub mod factline {
    pub mod v1 {
        tonic::include_proto!("factline.v1");
    }
}

pub mod google {
    pub mod rpc {
        tonic::include_proto!("google.rpc");
    }
}

pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Connects to the "host:port" that an environment variable holds, by default quickstart's. Speaks TLS where
/// FACTLINE_CA_FILE names a PEM file of the authorities that vouch for the servers.
pub async fn connect(variable: &str, by_default: &str) -> Result<Channel, Error> {
    let address = env::var(variable).unwrap_or_else(|_| by_default.into());
    let endpoint = match env::var("FACTLINE_CA_FILE") {
        Ok(ca_file) => Endpoint::from_shared(format!("https://{address}"))?
            .tls_config(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(fs::read(ca_file)?)))?,
        Err(_) => Endpoint::from_shared(format!("http://{address}"))?,
    };
    Ok(endpoint.connect().await?)
}

/// Sends the bearer token of the file FACTLINE_TOKEN_FILE with each call, if that is set and TLS is spoken.
#[derive(Clone)]
pub struct Bearer(Option<MetadataValue<Ascii>>);

impl Bearer {
    pub fn from_env() -> Result<Self, Error> {
        let (Ok(_), Ok(token_file)) = (env::var("FACTLINE_CA_FILE"), env::var("FACTLINE_TOKEN_FILE")) else {
            return Ok(Self(None));
        };
        let token: Result<_, InvalidMetadataValue> = format!("Bearer {}", fs::read_to_string(token_file)?.trim()).parse();
        Ok(Self(Some(token.map_err(io::Error::other)?)))
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}
