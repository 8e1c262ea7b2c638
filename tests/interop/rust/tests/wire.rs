//! The golden bytes and JSON (../wire) are read and written as all languages do. FACTLINE_GOLDEN names the file.
use std::{env, fs};

use factline_example::factline::v1;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::Value;

include!(concat!(env!("OUT_DIR"), "/written_again.rs"));

fn written_again<M: Message + Default>(wire: &[u8]) -> Vec<u8> {
    M::decode(wire).expect("decodes").encode_to_vec()
}

#[test]
fn golden_messages() {
    let descriptors = include_bytes!(concat!(env!("OUT_DIR"), "/factline.binpb"));
    let pool = DescriptorPool::decode(&descriptors[..]).unwrap();
    let golden = fs::read_to_string(env::var("FACTLINE_GOLDEN").expect("FACTLINE_GOLDEN")).unwrap();
    assert!(!golden.is_empty());
    for line in golden.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let name = line["message"].as_str().unwrap();
        let wire = hex::decode(line["wire"].as_str().unwrap()).unwrap();
        assert_eq!(written_again_as(name, &wire), wire, "{name}, as generated");

        let descriptor = pool.get_message_by_name(name).unwrap();
        let from_wire = DynamicMessage::decode(descriptor.clone(), &*wire).unwrap();
        assert_eq!(serde_json::to_value(&from_wire).unwrap(), line["json"], "{name}");
        let from_json = DynamicMessage::deserialize(descriptor, &line["json"]).unwrap();
        assert_eq!(from_json.encode_to_vec(), wire, "{name}, from JSON");
    }
}
