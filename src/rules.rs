//! In: a program that was run. Out: findings. A rule is a page (`rules/<id>.md`, its only text), a module, and a line in
//! the list below.

use crate::app::App;
use crate::finding::Finding;
use crate::rule_doc::RuleDoc;

// What several rules share.
mod agreement;
mod choices;
mod dialogs;
mod edits;
mod visibility;
mod pages;
mod paths;
mod phrases;
mod refusals;
mod scopes;
mod secrets;
mod stubs;
mod timing;
mod unchecked;
mod ungranted;
mod wrappers;

// The rules.
mod broken_privacy_consent;
mod bundled_scopes;
mod combined_scopes;
mod deprecated_auth_api;
mod duplicate_prompt;
mod empty_refusal_handler;
mod forced_exit_on_refusal;
mod foreign_dialect;
mod internal_error;
mod invalid_scope;
mod invalid_suppression;
mod irreversible_refusal;
mod launch_auth_dialog;
mod launch_auth_redirect;
mod launch_device_prompt;
mod launch_prompt;
mod lifecycle_prompt;
mod missing_fail;
mod missing_grant_handler;
mod missing_on_error;
mod missing_permission_desc;
mod missing_scope;
mod nagging_prompt;
mod no_refusal_fallback;
mod no_settings_path;
mod over_broad_scope;
mod personal_data_exposure;
mod phone_read_on_client;
mod prechecked_agreement;
mod private_field;
mod prompt_burst;
mod repeating_prompt;
mod reprompt_loop;
mod scope_api_mismatch;
mod syntax_error;
mod tap_before_grant;
mod unchecked_address_cancel;
mod unchecked_result_code;
mod undefined_handler;
mod ungranted_phone_number;
mod ungranted_user_info;
mod unknown_auth_scope;
mod unparsed_response;
mod unreadable_file;
mod unused_authorization;
mod unused_purpose;
mod unused_suppression;

/// A rule: its page and its check.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its id: the page's file name.
    pub id: &'static str,
    /// The text of its page.
    pub page: &'static str,
    /// The front matter of its page as JSON, made by `build.rs`.
    front: &'static str,
    /// Looks for breaches.
    pub check: fn(&mut App<'_>, &mut Vec<Finding>),
}

impl Rule {
    /// Its page, read.
    ///
    /// # Errors
    /// What is wrong with the page; a test reads them all.
    pub fn doc(&self) -> Result<RuleDoc, String> {
        RuleDoc::compiled(self.front, self.page).map_err(|error| format!("rules/{}.md: {error}", self.id))
    }
}

/// The ids of all rules, in the order of the list.
pub fn ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).collect()
}

/// Makes the list of rules, in the order of the README's table.
macro_rules! rules {
    ($($module:ident $id:literal),* $(,)?) => {
        /// Every rule.
        pub const RULES: &[Rule] = &[
            $(Rule {
                id: $id,
                page: include_str!(concat!("../rules/", $id, ".md")),
                front: include_str!(concat!(env!("OUT_DIR"), "/rule-", $id, ".json")),
                check: $module::check,
            }),*
        ];
    };
}

rules! {
    launch_prompt "launch-prompt",
    repeating_prompt "repeating-prompt",
    lifecycle_prompt "lifecycle-prompt",
    launch_auth_dialog "launch-auth-dialog",
    launch_auth_redirect "launch-auth-redirect",
    launch_device_prompt "launch-device-prompt",
    prompt_burst "prompt-burst",
    missing_scope "missing-scope",
    invalid_scope "invalid-scope",
    combined_scopes "combined-scopes",
    scope_api_mismatch "scope-api-mismatch",
    missing_grant_handler "missing-grant-handler",
    missing_on_error "missing-on-error",
    undefined_handler "undefined-handler",
    foreign_dialect "foreign-dialect",
    tap_before_grant "tap-before-grant",
    missing_fail "missing-fail",
    unparsed_response "unparsed-response",
    ungranted_user_info "ungranted-user-info",
    ungranted_phone_number "ungranted-phone-number",
    unchecked_result_code "unchecked-result-code",
    phone_read_on_client "phone-read-on-client",
    unchecked_address_cancel "unchecked-address-cancel",
    unknown_auth_scope "unknown-auth-scope",
    deprecated_auth_api "deprecated-auth-api",
    empty_refusal_handler "empty-refusal-handler",
    reprompt_loop "reprompt-loop",
    nagging_prompt "nagging-prompt",
    forced_exit_on_refusal "forced-exit-on-refusal",
    no_refusal_fallback "no-refusal-fallback",
    irreversible_refusal "irreversible-refusal",
    no_settings_path "no-settings-path",
    duplicate_prompt "duplicate-prompt",
    private_field "private-field",
    bundled_scopes "bundled-scopes",
    over_broad_scope "over-broad-scope",
    unused_authorization "unused-authorization",
    missing_permission_desc "missing-permission-desc",
    broken_privacy_consent "broken-privacy-consent",
    prechecked_agreement "prechecked-agreement",
    personal_data_exposure "personal-data-exposure",
    syntax_error "syntax-error",
    unreadable_file "unreadable-file",
    unused_purpose "unused-purpose",
    unused_suppression "unused-suppression",
    invalid_suppression "invalid-suppression",
    internal_error "internal-error",
}
