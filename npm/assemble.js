// In: a target and its binary. Out: the platform package of that target, as a folder ready for `npm publish`. Never builds the binary.
//   node npm/assemble.js x86_64-unknown-linux-gnu target/release/consentry FOLDER
"use strict";

const { chmodSync, copyFileSync, mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { packageName } = require("./consentry.js");
const main = require("../package.json");
const platforms = require("./platforms.json");

const [target, binary, folder] = process.argv.slice(2);
const platform = platforms.find((one) => one.target === target);
if (!platform || !binary || !folder) {
  const known = platforms.map((one) => one.target).join(", ");
  process.stderr.write(`usage: node npm/assemble.js TARGET BINARY FOLDER\ntargets: ${known}\n`);
  process.exit(2);
}

const name = packageName(platform);
const { os, cpu, libc } = platform;
const file = os === "win32" ? "consentry.exe" : "consentry";
const manifest = {
  name,
  version: main.version,
  description: `The binary of consentry for ${target}; install consentry, which picks the right one`,
  license: main.license,
  repository: main.repository,
  files: [file],
  os: [os],
  cpu: [cpu],
  // npm knows this field on Linux only.
  ...(libc ? { libc: [libc] } : {}),
  preferUnplugged: true,
};
const root = join(__dirname, "..");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(join(folder, "README.md"), `# ${name}\n\n${manifest.description}.\n`);
for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(root, licence), join(folder, licence));
copyFileSync(binary, join(folder, file));
chmodSync(join(folder, file), 0o755);
process.stdout.write(`${name}@${main.version} in ${folder}\n`);
