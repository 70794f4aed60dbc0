// In: the output of a task, line by line, and the problem matcher of that task in a tasks.json. Out: after each check a line of JSON with
// the problems an editor would show then. The lines are judged by Theia's task extension, whose matchers are those of VS Code.
"use strict";
const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { ProblemCollector } = require("@theia/task/lib/node/task-problem-collector");
const protocol = require("@theia/task/lib/common/problem-matcher-protocol");

const [file, label, folder] = process.argv.slice(2);
const task = JSON.parse(readFileSync(file, "utf8")).tasks.find((one) => one.label === label);
const { pattern, background, fileLocation, ...rest } = task.problemMatcher;
const [kind, prefix] = fileLocation;
const collector = new ProblemCollector([{
  ...rest,
  label: rest.owner,
  applyTo: protocol.ApplyToKind.allDocuments,
  fileLocation: protocol.FileLocationKind.fromString(kind),
  filePrefix: prefix.replace("${workspaceFolder}", folder),
  pattern: [protocol.ProblemPattern.fromProblemPatternContribution(pattern)],
  watching: protocol.WatchingMatcher.fromWatchingMatcherContribution(background),
}]);

let problems = [];
const show = () => {
  console.log(JSON.stringify(problems));
};
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const ended = background && new RegExp(background.endsPattern).test(line);
  for (const match of collector.processLine(line)) {
    if (match.resource) problems.push({ path: match.resource.path.toString(), ...match.marker });
    else problems = [];
  }
  if (ended) show();
});
// A task that is run once ends with its output.
lines.on("close", () => {
  if (!background) show();
});
