//! In: nothing. Out: the file `consentry init` writes. A test sees that it says nothing wrong.

/// A short configuration with the keys most programs want, all optional.
pub const TEMPLATE: &str = "\
# Configuration of consentry. Every key is optional; this file holds for the programs in this folder and below.
# `consentry check --print-config FILE` shows what holds for a file, and whence.

# The wallet whose rules apply: alipay, alipay-plus, dana, dingtalk, gcash, qi, taobao, tng. Without this line it is guessed
# from the program, and a notice says so.
# platform = \"alipay\"

# \"recommended\" is what a reviewer would object to; \"strict\" adds what is worth mending.
preset = \"recommended\"

# The lowest level that makes the exit code 1: \"error\", \"warning\", \"info\" or \"never\".
fail-on = \"error\"

# Whether `consentry-ignore rule-id: reason` must give its reason.
suppression-reason = \"required\"

# Files whose findings do not count, as in .gitignore. They are still read with the rest of the program.
ignore = []

# Levels of rules: \"off\", \"info\", \"warning\" or \"error\". `consentry rules` lists them.
[rules]
# missing-fail = \"error\"

# Other levels for some files; the last one that matches wins.
# [[overrides]]
# paths = [\"pages/demo/**\"]
# rules = { missing-fail = \"off\" }

# What the program needs a scope, an interface or a permission for: a sentence, or the pages that need it (a login page).
# It settles over-broad-scope, bundled-scopes, launch-device-prompt and the like; `unused-purpose` reports what is not asked for.
[purposes]
# auth_user = \"the member card shows name and picture\"
# getLocation = \"the map opens where the user is\"
# phoneNumber = [\"pages/login/index\"]
";
