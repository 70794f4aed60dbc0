#!/usr/bin/env node
// In: the arguments. Out: the binary of this machine's platform package, run with them; its exit code. Never downloads anything.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const platforms = require("./platforms.json");

/** The C library this Node.js runs with; a system without glibc has musl. Only Linux has a choice. */
function libc() {
  if (process.platform !== "linux") return undefined;
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
}

/** `@consentry/cli-<os>-<cpu>`, with `-musl` behind it where that is the C library; `assemble.js` makes packages of these names. */
function packageName({ os, cpu, libc }) {
  return `@consentry/cli-${os}-${cpu}${libc === "musl" ? "-musl" : ""}`;
}

/** The path of the binary. Throws an `Error` for people when there is none. */
function binary() {
  const { platform: os, arch: cpu } = process;
  const here = platforms.filter((one) => one.os === os && one.cpu === cpu);
  if (here.length === 0) {
    const known = platforms.map(packageName).join(", ");
    throw new Error(`there is no package for ${os} on ${cpu}, only ${known}.\nWith Rust: cargo install consentry`);
  }
  // The fitting package first; the other one may be there on systems that npm takes for something else.
  const want = libc();
  const names = [...here].sort((a, b) => Number(b.libc === want) - Number(a.libc === want)).map(packageName);
  const file = os === "win32" ? "consentry.exe" : "consentry";
  for (const name of names) {
    try {
      return require.resolve(`${name}/${file}`);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new Error(
    `the package ${names[0]} with the binary is not installed.\n` +
      "npm leaves it out with --omit=optional or --no-optional, and when node_modules was copied from another system: install again here.",
  );
}

function main() {
  let path;
  try {
    path = binary();
  } catch (error) {
    return fail(error.message);
  }
  const child = spawn(path, process.argv.slice(2), { stdio: "inherit" });
  // Who stops this process means the child, and its exit code is the answer.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`cannot run ${path}: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

function fail(message) {
  process.stderr.write(`consentry: ${message}\n`);
  process.exitCode = 2;
}

if (require.main === module) main();
module.exports = { packageName };
