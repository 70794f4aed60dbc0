//! In: a row of choices. Out: a program that they describe: pages and a component with buttons, calls, comments and data in
//! which every rule that has a fix finds something now and then. Never a text that cannot be read.

use super::Program;
use consentry::discover::memory::Memory;
use std::fmt::Write;

/// Choices, one after the other; the first alternative when there are none left, which is how a failing row shrinks.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn of<T: Copy>(&mut self, alternatives: &[T]) -> T {
        let choice = self.0.next().copied().unwrap_or(0);
        alternatives[usize::from(choice) % alternatives.len()]
    }
}

/// The program of a row of choices.
pub(super) fn program(row: &[u8]) -> Program {
    let choices = &mut Choices(row.iter());
    let mut files: Vec<(String, String)> = Vec::new();
    let mut pages = Vec::new();
    for number in 0..choices.of(&[1, 2, 3]) {
        let path = format!("pages/p{number}/index");
        files.push((format!("{path}.js"), script(choices, "Page")));
        files.push((format!("{path}.axml"), template(choices)));
        if choices.of(&[false, false, true]) {
            let manifest = "{\n  \"usingComponents\": { \"big-button\": \"/components/big-button/index\" }\n}\n";
            files.push((format!("{path}.json"), manifest.to_owned()));
        }
        pages.push(path);
    }
    files.push(("components/big-button/index.json".to_owned(), "{ \"component\": true }\n".to_owned()));
    files.push(("components/big-button/index.js".to_owned(), script(choices, "Component")));
    files.push(("components/big-button/index.axml".to_owned(), template(choices)));
    files.push(("app.js".to_owned(), choices.of(&["App({});\n", APP, "App({ onLaunch() {} })"]).to_owned()));
    files.push(("app.json".to_owned(), manifest(choices, &pages)));
    let files = Memory::of(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    Program { name: format!("generated from {row:?}"), platform: Some("alipay".to_owned()), files }
}

const APP: &str = "App({
  onLaunch() {
    my.getAuthCode({ scopes: 'auth_user', success: (res) => { this.code = res.authCode } })
  }
})
";

fn manifest(choices: &mut Choices, pages: &[String]) -> String {
    let more = choices.of(&[
        "",
        ",\n  \"permission\": {}",
        ",\n  \"permission\": {\n    \"scope.userLocation\": { \"desc\": \"\" }\n  }",
        ",\n  \"__usePrivacyCheck__\": true",
        ",\n  \"permission\": { \"scope.album\": { \"desc\": \"to add your photo to a review\" }, },\n  \"usePrivacyCheck\": true",
    ]);
    let pages: Vec<String> = pages.iter().map(|page| format!("\"{page}\"")).collect();
    format!("{{\n  \"pages\": [{}]{more}\n}}\n", pages.join(", "))
}

/// The end of a call's options: how its failure is handled.
const FAILURES: [&str; 6] = [
    "",
    ",\n      fail: () => this.setData({ name: 'Guest' }),",
    ", fail() {}",
    ",\n      fail: (error) => { console.log(error) },",
    ",\n      complete: () => my.hideLoading(),",
    ",\n      ...this.data.more,",
];
const SCOPES: [&str; 7] = [
    "'auth_user'",
    "'auth_base'",
    "['auth_user']",
    "['auth_base', 'auth_user']",
    "'auth_usr'",
    "'auth_base,auth_user'",
    "\"AUTH_USER\"",
];
const COMMENTS: [&str; 6] = [
    "",
    "",
    "    // consentry-ignore missing-fail: known\n",
    "    /* consentry-ignore launch-prompt, over-broad-scope: known */\n",
    "    // consentry-ignore missing-fail, unparsed-response\n",
    "    // 授权 \u{1f600}\n",
];

/// A statement that asks for something.
fn request(choices: &mut Choices) -> String {
    let comment = choices.of(&COMMENTS);
    let (scopes, failure) = (choices.of(&SCOPES), choices.of(&FAILURES));
    let read = choices.of(&[
        "res.nickName",
        "JSON.parse(res.response).response.nickName",
        "JSON.parse(res.response).nickName",
        "res.response.response.nickName",
    ]);
    let sheet = format!(
        "my.getAuthCode({{\n      scopes: {scopes},\n      success: (res) => {{\n        this.setData({{ code: res.authCode }});\n      }}{failure}\n    }});"
    );
    let call = match choices.of(&[0, 1, 2, 3, 4, 5, 6, 7]) {
        0 => sheet,
        1 => format!("my.getAuthCode({{ scopes: {scopes}, success: (res) => this.setData({{ code: res.authCode }}){failure} }})"),
        2 => format!("my.getOpenUserInfo({{\n      success: (res) => {{\n        this.setData({{ name: {read} }});\n      }}{failure}\n    }});"),
        3 => format!("my.getLocation({{\n      type: 1,\n      success(place) {{ my.alert({{ title: place.city }}); }}{failure}\n    }});"),
        4 => format!("my.getAuthCode({{ scopes: {scopes} }}).then((res) => this.setData({{ code: res.authCode }}));"),
        5 => format!("new Promise((resolve, reject) => my.getAuthCode({{ scopes: {scopes}, success: resolve{failure} }}));"),
        6 => format!("my.getPhoneNumber({{\n      success: (res) => {{\n        const name = {read};\n        this.setData({{ name }});\n      }},{failure}\n    }});").replace(",,", ","),
        _ => format!("my.chooseImage({{ count: 1,\n      success: function (res) {{ my.request({{ url: 'https://a.example.com', data: res }}) }}{failure} }});"),
    };
    format!("{comment}    {call}\n")
}

fn script(choices: &mut Choices, host: &str) -> String {
    let agreed = choices.of(&["false", "true", "!0"]);
    let mut text = String::new();
    let (open, close) = choices.of(&[("", ""), ("const api = my;\n", ""), ("", "// the end")]);
    let methods = choices.of(&["  onGrant() {\n", "  onGrant: function () {\n", "  onGrant: () => {\n"]);
    let _ = write!(text, "{open}{host}({{\n  data: {{ name: '', code: '', agreed: {agreed}, granted: false }},\n");
    if host == "Component" {
        text += choices.of(&["", "  props: { scope: 'userInfo' },\n"]);
        text += "  methods: {\n";
    }
    text += methods;
    for _ in 0..choices.of(&[0, 1, 1, 2]) {
        text += &request(choices);
    }
    text += "    this.setData({ granted: true });\n  },\n";
    if host == "Page" && choices.of(&[false, true]) {
        let _ = write!(text, "  onLoad() {{\n{}  }},\n", request(choices));
    }
    text += choices.of(&[
        "",
        "  onAuthError() {\n    this.setData({ granted: false });\n  },\n",
        "  onAuthError: () => {},\n",
        "  onRefuse: function() { this.setData({ name: 'Guest' }) },\n",
    ]);
    text += "  onAgree(event) { this.setData({ agreed: event.detail.value }); },\n";
    text += choices.of(&[
        "  tap() { this.onGrant(); }",
        "  tap() { this.onGrant(); },\n",
        "  tap: () => my.alert({})  // alone\n",
    ]);
    if host == "Component" {
        text += "  },\n";
    }
    let end = choices.of(&["});\n", "})", " });\n"]);
    let _ = write!(text, "{end}{close}");
    text
}

const BUTTONS: [&str; 12] = [
    "<button open-type=\"getAuthorize\" scope=\"userInfo\" onGetAuthorize=\"onGrant\">Name</button>",
    "<button open-type=\"getAuthorize\" scope=\"userInfo\" onGetAuthorize=\"onGrant\" onError=\"onAuthError\">Name</button>",
    "<button\n    open-type='getAuthorize'\n    onGetAuthorize='onGrant'\n  >Number</button>",
    "<button open-type=\"getAuthorize\" scope=\"phoneNumber\" onTap=\"onGrant\" onError=\"onRefuse\">Number</button>",
    "<button open-type=\"getAuthorize\" scope=\"userinfo\" onGetAuthorize=\"onGrant\" onError=\"onAuthErr\">Name</button>",
    "<button open-type=\"getUserInfo\" bindgetuserinfo=\"onGrant\">Name</button>",
    "<button openType=\"getPhoneNumber\" onGetPhoneNumber=\"onGrant\" onError=\"onAuthError\" />",
    "<button open-type=\"getAuthorize\" scope=\"{{scope}}\" onGetauthorize=\"onGrant\" onerror=\"onRefuse\">Number</button>",
    "<big-button scope=\"userInfo\" onGetAuthorize=\"onGrant\" />",
    "<label><checkbox checked=\"{{agreed}}\" onChange=\"onAgree\" /><text>I agree to the privacy policy</text></label>",
    "<label><checkbox checked onChange=\"onAgree\" />我已阅读并同意《隐私政策》</label>",
    "<button onTap=\"tap\">Sign in</button>",
];

fn template(choices: &mut Choices) -> String {
    let mut text = String::from("<view>{{name}}{{code}}</view>\n");
    for _ in 0..choices.of(&[1, 2, 3]) {
        text += choices.of(&[
            "",
            "<!-- consentry-ignore missing-on-error: known -->\n",
            "<view a:if=\"{{granted}}\">Hello</view>\n",
            "<!-- consentry-ignore missing-scope, undefined-handler -->",
            "<input placeholder=\"or type it\" />\n",
        ]);
        let button = choices.of(&BUTTONS);
        text += &choices
            .of(&["  {}\n", "<view>{}</view>\n", "<view a:for=\"{{[1, 2]}}\">\n  {}\n</view>\n"])
            .replace("{}", button);
    }
    text
}
