//! Makes the messages and stubs of factline.v1 and google.rpc. FACTLINE_PROTOS names the folder protos/ of Factline.
use std::{env, fs, path::PathBuf};

use prost::Message;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let protos = PathBuf::from(env::var("FACTLINE_PROTOS").unwrap_or_else(|_| "../../../protos".into()));
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-env-changed=FACTLINE_PROTOS");
    println!("cargo:rerun-if-changed={}", protos.display());

    let files = [
        "factline/v1/admin_service.proto",
        "factline/v1/backup_service.proto",
        "factline/v1/ingest_service.proto",
        "factline/v1/query_service.proto",
        "google/rpc/error_details.proto",
    ]
    .map(|file| protos.join(file));
    let descriptors = out.join("factline.binpb");
    tonic_prost_build::configure()
        .build_server(false)
        .file_descriptor_set_path(&descriptors)
        .compile_protos(&files, &[protos])?;

    // For tests/wire.rs: which type stands for which message.
    let set = prost_types::FileDescriptorSet::decode(&*fs::read(&descriptors)?)?;
    let messages = set.file.iter().filter(|file| file.package() == "factline.v1").flat_map(|file| &file.message_type);
    let arms: String = messages
        .map(|message| format!("        \"factline.v1.{0}\" => written_again::<v1::{0}>(wire),\n", message.name()))
        .collect();
    fs::write(
        out.join("written_again.rs"),
        format!(
            "fn written_again_as(name: &str, wire: &[u8]) -> Vec<u8> {{\n    match name {{\n{arms}        \
             _ => panic!(\"no message {{name}}\"),\n    }}\n}}\n"
        ),
    )?;
    Ok(())
}
