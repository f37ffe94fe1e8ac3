//! A line of a dump, from bytes to a record.

#![no_main]

use std::sync::{Arc, OnceLock};

use copydesk::decode::Decoder;
use copydesk::pipeline::{Judgement, Pipeline, StageTally};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    static PIPELINE: OnceLock<(Pipeline, Decoder)> = OnceLock::new();
    let (pipeline, decoder) = PIPELINE.get_or_init(|| {
        let pipeline =
            Pipeline::parse("fields", include_str!("../../../pipelines/fields.toml")).expect("it is a pipeline");
        let decoder = pipeline.decoder();
        (pipeline, decoder)
    });
    let Ok(mut decoded) = decoder.decode(bytes, &Arc::from("fuzz"), 1) else { return };
    let mut tally = vec![StageTally::default(); pipeline.steps.len()];
    let judgement = pipeline.apply(&mut decoded.article, &mut tally);
    assert!(matches!(judgement, Judgement::Kept), "{judgement:?}");
});
