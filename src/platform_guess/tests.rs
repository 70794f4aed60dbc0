//! In: small programs. Out: the platform each speaks for.

use super::*;
use crate::discover::memory::Memory;
use crate::discover::programs;
use crate::model::{Parsing, load};
use std::time::Duration;

fn guess(script: &str, template: &str) -> String {
    let files = Memory::of([
        ("app.json", r#"{ "pages": ["pages/index/index"], "window": { "defaultTitle": "Tea" } }"#),
        ("app.js", "App({});"),
        ("pages/index/index.js", script),
        ("pages/index/index.axml", template),
    ]);
    let found = programs(&files, &[]).expect("a program");
    let (model, _) = load(&files, &found.programs[0], Parsing::Needed, crate::discover::FILE_BYTES, || Duration::ZERO);
    let guess = Guesser::new().expect("tables").platform(&model);
    guess.map(|guess| format!("{}: {} in {}", guess.platform, guess.signs.join(" "), guess.file)).unwrap_or_default()
}

#[test]
fn what_only_one_wallet_has_is_enough() {
    for (script, template, want) in [
        ("my.getAuthCode({ scopes: 'BASE_USER_INFO' })", "", "tng: BASE_USER_INFO in pages/index/index.js"),
        ("my.getAuthCode({ scopes: on ? ['KYC_INFO'] : [] })", "", "dana: KYC_INFO in pages/index/index.js"),
        ("let scopes = []; scopes = ['CARD_LIST']", "", "qi: CARD_LIST in pages/index/index.js"),
        ("", "<image src='https://a.m.dana.id/x.svg'/>", "dana: dana.id in pages/index/index.axml"),
        ("", "<text>{{ok ? 'http://api.QI.IQ:80' : ''}}</text>", "qi: qi.iq in pages/index/index.axml"),
        ("my.tb.open({})", "", "taobao: my.tb in pages/index/index.js"),
        ("import cloud from '@tbmp/mp-cloud-sdk'", "", "taobao: @tbmp/mp-cloud-sdk in pages/index/index.js"),
        ("dd.getAuthCode({}); dd.alert({})", "", "dingtalk: dd in pages/index/index.js"),
    ] {
        assert_eq!(guess(script, template), want, "{script} {template}");
    }
}

#[test]
fn weak_signs_need_each_other() {
    for (script, want) in [
        ("my.request({ url: 'https://x.example/tng' })", ""),
        ("my.request({ url: 'https://x.example/superQi' }); log('the GCash and tng')", ""),
        ("my.getAuthCode({ scopes: ['auth_base', 'USER_ID'] })", ""),
        // Programs moved from elsewhere have one of these, and are for Alipay.
        ("my.authorize({ scopes: 'scope.userInfo' })", ""),
        (
            "my.authorize({ scopes: 'scope.userInfo' }); my.authorize({ scopes: ['scope.album'] })",
            "taobao: scope.album scope.userInfo in pages/index/index.js",
        ),
        (
            "my.getAuthCode({ scopes: ['auth_base', 'USER_ID'] }); my.request({ url: 'https://x.example/superQi' })",
            "qi: USER_ID superqi in pages/index/index.js",
        ),
        // Every wallet has these: the table that stands for wallets without one.
        (
            "my.getAuthCode({ scopes: ['USER_NAME', 'USER_GENDER'] })",
            "alipay-plus: USER_GENDER USER_NAME in pages/index/index.js",
        ),
    ] {
        assert_eq!(guess(script, ""), want, "{script}");
    }
}

#[test]
fn what_alipay_programs_have_as_well_says_nothing() {
    for script in [
        "my.getAuthCode({ scopes: ['auth_user'] })",
        "my.getAuthCode({ scopes: ['auth_zhima', 'order_service'] })",
        // A key of the storage, not a scope.
        "my.setStorageSync({ key: 'CARD_LIST', data: 'BASE_USER_INFO' })",
        // Another platform's way to ask, kept by a converter.
        "my.authorize({ scope: 'scope.userInfo' })",
        "const url = 'https://notdana.id/a https://dana.idx/ gcash.com.x.example'; my.alert({}); my.alert({}); dd.x()",
    ] {
        assert_eq!(guess(script, ""), "", "{script}");
    }
}
