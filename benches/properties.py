"""In: the consentry binary and folders of mini programs. Out: for each property how many programs were rewritten, and which findings
differ from those of the program as it is: rule, level, certainty, and the place, looked up in the text before the rewriting.

A program that is written otherwise and does the same must get the same verdict. Each property is one such rewriting:

    pages      the order of pages in app.json, the first kept
    methods    methods of a page's options the other way round
    functions  function declarations of a file the other way round
    rename     local variables and parameters renamed
    files      modules renamed, and what imports them
    dead       a function nobody calls at the end of each file, and statements that do nothing at the start of functions
    module     a page's script moved into a module of its own
    iife       each file that exports nothing wrapped in a function that is called at once
    comments   comments between statements, and the line ends of Windows
    more       other pages added: 1, 10 and 200 (`more-1`, `more-10`, `more-200`)
    packages   a package beside the program that nobody imports, and one of pure computation that a page imports

    python3 benches/properties.py --consentry target/debug/consentry fixtures [--only dead,iife] [--show]
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

SCRIPTS = {".js", ".ts"}
OWN = {"my", "App", "Page", "Component", "getApp", "getCurrentPages", "module", "exports", "require", "undefined", "arguments", "this"}
WORDS = set("""break case catch class const continue debugger default delete do else export extends finally for function if import in
instanceof new return super switch this throw try typeof var void while with yield let static async await of get set null true false""".split())
TOKEN = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(?P<name>[A-Za-z_$][\w$]*)
|(?P<number>\d[\w.]*)|(?P<space>\s+)|(?P<mark>=>|\.\.\.|.)""", re.S | re.X)


class Unclear(Exception):
    """The text holds what this reader does not understand."""


def tokens(text):
    """Kind, start and end of each token; a regular expression and a template are one token each."""
    found, at, before = [], 0, None
    while at < len(text):
        char = text[at]
        if char == "`":
            end, depth = at + 1, 0
            while end < len(text) and (text[end] != "`" or depth):
                if text[end] == "\\":
                    end += 1
                elif text.startswith("${", end):
                    depth += 1
                elif text[end] == "}" and depth:
                    depth -= 1
                elif text[end] == "`":
                    raise Unclear("a template in a template")
                end += 1
            kind, end = "template", end + 1
        elif char == "/" and text[at + 1 : at + 2] not in ("/", "*") and (before is None or before in "(,=:[!&|?{};+-*%<>~^" or before in WORDS - {"this", "super", "null", "true", "false"}):
            body = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*").match(text, at)
            if not body:
                raise Unclear("a slash")
            kind, end = "regex", body.end()
        else:
            match = TOKEN.match(text, at)
            kind, end = match.lastgroup, match.end()
        if kind not in ("comment", "space"):
            before = text[at:end] if kind in ("mark", "name") else "x"
        found.append((kind, at, end))
        at = end
    return found


class Text:
    """A script while it is rewritten: its tokens that mean something, and the brackets that belong together."""

    def __init__(self, text):
        self.text = text
        self.tokens = [one for one in tokens(text) if one[0] not in ("comment", "space")]
        self.partner, stack = {}, []
        for at in range(len(self.tokens)):
            word = self.word(at)
            if self.tokens[at][0] != "mark":
                continue
            if word in "([{":
                stack.append(at)
            elif word in ")]}":
                if not stack:
                    raise Unclear("brackets")
                first = stack.pop()
                self.partner[first], self.partner[at] = at, first
        if stack:
            raise Unclear("brackets")

    def word(self, at):
        return self.text[self.tokens[at][1] : self.tokens[at][2]] if 0 <= at < len(self.tokens) else ""

    def is_module(self):
        return any(self.tokens[at][0] == "name" and self.word(at) in ("import", "export") and self.word(at - 1) != "." and self.word(at + 1) != "(" for at in range(len(self.tokens)))

    def exports(self):
        return any(self.tokens[at][0] == "name" and self.word(at) in ("export", "exports", "module") and self.word(at - 1) != "." for at in range(len(self.tokens)))


def replaced(text, edits):
    """The text with `(start, end, new)` applied, and where each kept part came from: `(start in new, start in old, length)`."""
    out, kept, at, size = [], [], 0, 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start > at:
            kept.append((size, at, start - at))
            out.append(text[at:start])
            size += start - at
        if end > start:
            kept.append((size, start, 1))
        out.append(new)
        size += len(new)
        at = end
    kept.append((size, at, len(text) - at))
    out.append(text[at:])
    return "".join(out), kept


def permuted(text, parts):
    """The text with these parts, none within another, in each other's places, last first."""
    out, kept, at, size = [], [], 0, 0
    for (start, end), (first, last) in zip(parts, reversed(parts)):
        for begin, stop in ((at, start), (first, last)):
            kept.append((size, begin, stop - begin))
            out.append(text[begin:stop])
            size += stop - begin
        at = end
    kept.append((size, at, len(text) - at))
    out.append(text[at:])
    return "".join(out), kept


def methods(script, text):
    for at in range(len(script.tokens)):
        if script.word(at) in ("Page", "Component", "App") and script.word(at + 1) == "(" and script.word(at + 2) == "{":
            end, start, members = script.partner[at + 2], at + 3, []
            while start < end:
                stop = start
                while stop < end and script.word(stop) != ",":
                    stop = script.partner.get(stop, stop) + 1 if script.word(stop) in "([{" else stop + 1
                members.append((start, stop))
                start = stop + 1
            is_method = lambda start, stop: script.tokens[start][0] == "name" and (script.word(start + 1) == "(" or script.word(start) == "async" and script.word(start + 2) == "(" or script.word(start + 1) == ":" and script.word(start + 2) in ("function", "async"))
            found = [(script.tokens[a][1], script.tokens[b - 1][2]) for a, b in members if is_method(a, b)]
            names = [script.word(a + 1 if script.word(a) == "async" else a) for a, b in members if is_method(a, b)]
            spread = any(script.word(a) == "..." for a, _ in members)
            if len(found) > 1 and len(set(names)) == len(names) and not spread:
                return permuted(text, found)
    return None


def functions(script, text):
    found, at, names = [], 0, []
    while at < len(script.tokens):
        if script.word(at) in "([{":
            at = script.partner[at] + 1
            continue
        if script.word(at) == "function" and script.tokens[at + 1][0] == "name" and script.word(at - 1) in ("", ";", "}") and script.word(at + 2) == "(":
            body = script.partner[at + 2] + 1
            if script.word(body) == "{":
                found.append((script.tokens[at][1], script.tokens[script.partner[body]][2]))
                names.append(script.word(at + 1))
                at = script.partner[body] + 1
                continue
        at += 1
    return permuted(text, found) if len(found) > 1 and len(set(names)) == len(names) else None


def rename(script, text):
    """Names that are declared in the file and stand nowhere as a property, an export or in a template."""
    declared, barred = set(), set(OWN) | WORDS
    for at, (kind, start, end) in enumerate(script.tokens):
        word = script.word(at)
        if kind == "template":
            barred.update(re.findall(r"[A-Za-z_$][\w$]*", word))
        if kind != "name":
            continue
        before, after = script.word(at - 1), script.word(at + 1)
        if before in ("const", "let", "var") or before == "(" and after in (")", ",", "=>"):
            declared.add(word)
        if before in (".", "?", "function", "class", "import", "export", "as", "from", "#") or after == ":" or after == "(" and before in ("{", ",", "async", "get", "set", "static", "}"):
            barred.add(word)
        if before in ("{", ",") and after in ("}", ",", "=") and _within(script, at) == "{":
            barred.add(word)
        if word in ("import", "export"):
            stop = at
            while stop < len(script.tokens) and script.word(stop) != ";" and script.text.find("\n", script.tokens[stop - 1][2], script.tokens[stop][1]) < 0 or stop == at:
                stop += 1
                barred.add(script.word(stop))
    names = declared - barred
    edits = [(start, end, f"renamed_{text[start:end]}") for kind, start, end in script.tokens if kind == "name" and text[start:end] in names]
    return replaced(text, edits) if edits else None


def _within(script, at):
    depth = at - 1
    while depth >= 0:
        if script.word(depth) in ")]}":
            depth = script.partner[depth]
        elif script.word(depth) in "([{":
            return script.word(depth)
        depth -= 1
    return ""


def bodies(script):
    """Where bodies of functions begin."""
    for at in range(1, len(script.tokens)):
        if script.word(at) != "{" or script.tokens[at][0] != "mark":
            continue
        if script.word(at - 1) == "=>":
            yield script.tokens[at][2]
        elif script.word(at - 1) == ")":
            before = script.word(script.partner[at - 1] - 1)
            if before not in ("if", "for", "while", "switch", "with", "catch", "await"):
                yield script.tokens[at][2]


def dead(script, text):
    quiet = [" void 0;", " ;", " [];", " 1;"]
    edits = [(at, at, quiet[number % 4]) for number, at in enumerate(bodies(script)) if not re.match(r"\s*['\"]use ", text[at:])]
    edits.append((len(text), len(text), "\nfunction nobodyCallsThis(one) { return one; }\nvar norThis = function () { return 1; };\n"))
    return replaced(text, edits)


def iife(script, text):
    if script.exports() or script.is_module() or not script.tokens:
        return None
    return replaced(text, [(0, 0, "(function () {\n"), (len(text), len(text), "\n})();\n")])


def comments(script, text):
    edits = [(end, end, " /* between */") for kind, start, end in script.tokens if text[start:end] == ";"]
    new, kept = replaced(text, edits)
    crlf = []
    for start, old, length in kept:
        part = new[start : start + length]
        base = start
        for line in part.splitlines(keepends=True):
            crlf.append((base + new[:base].count("\n") - new[:base].count("\r\n"), old + base - start, len(line)))
            base += len(line)
    return re.sub(r"(?<!\r)\n", "\r\n", new), crlf


TEXTUAL = {"methods": methods, "functions": functions, "rename": rename, "dead": dead, "iife": iife, "comments": comments}


class Program:
    """A copy of a program in which files change; remembers where each part of a text came from."""

    def __init__(self, folder):
        self.folder, self.kept, self.names, self.changed = folder, {}, {}, 0

    def files(self, endings):
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in endings and path.is_file() and not path.is_symlink() and "node_modules" not in path.parts and path.stat().st_size < 400_000:
                yield path

    def relative(self, path):
        return path.relative_to(self.folder).as_posix()

    def origin(self, file, offset):
        """Where a byte of a rewritten file stood."""
        name = self.names.get(file, file)
        if file not in self.kept:
            return name, offset
        for start, old, length in self.kept[file]:
            if start <= offset < start + max(length, 1):
                return name, old + offset - start
        return name, None


def read(path):
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if text.startswith("\ufeff") or "\r" in text else text


def rewrite_texts(program, how):
    for path in program.files(SCRIPTS):
        text = read(path)
        if text is None:
            continue
        try:
            done = how(Text(text), text)
        except (Unclear, IndexError):
            continue
        if done:
            path.write_bytes(done[0].encode())
            program.kept[program.relative(path)] = done[1]
            program.changed += 1


def manifests(program):
    for path in program.folder.rglob("app.json"):
        if "node_modules" in path.parts:
            continue
        try:
            value = json.loads(path.read_text("utf-8"))
        except (ValueError, UnicodeDecodeError):
            continue
        if isinstance(value, dict) and isinstance(value.get("pages"), list) and value["pages"]:
            yield path, value


def order_pages(program):
    for path, value in manifests(program):
        if len(value["pages"]) > 2:
            value["pages"][1:] = reversed(value["pages"][1:])
            path.write_text(json.dumps(value, ensure_ascii=False, indent=2), "utf-8")
            program.changed += 1


def add_pages(program, count):
    for path, value in manifests(program):
        for number in range(count):
            page = path.parent / f"pages/added{number}/added{number}"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.with_suffix(".js").write_text("Page({\n  data: { count: 0 },\n  onLoad() {\n    this.setData({ count: 1 });\n  },\n  add() {\n    this.setData({ count: this.data.count + 1 });\n  },\n});\n")
            page.with_suffix(".axml").write_text('<view onTap="add">{{count}}</view>\n')
            page.with_suffix(".json").write_text("{}\n")
            value["pages"].append(f"pages/added{number}/added{number}")
        path.write_text(json.dumps(value, ensure_ascii=False, indent=2), "utf-8")
        program.changed += 1


def add_packages(program):
    for path, value in manifests(program):
        package = path.parent / "node_modules/only-computes"
        if package.exists():
            continue
        package.mkdir(parents=True)
        (package / "package.json").write_text('{ "name": "only-computes", "version": "1.0.0", "main": "index.js" }\n')
        (package / "index.js").write_text("exports.add = function (a, b) { return a + b; };\nexports.each = function (list, then) { for (var i = 0; i < list.length; i++) then(list[i], i); };\n")
        program.changed += 1


def page_scripts(program):
    for path, value in manifests(program):
        for page in value["pages"]:
            if isinstance(page, str):
                script = path.parent / (page.lstrip("/") + ".js")
                if script.is_file() and not script.is_symlink():
                    yield script


def into_module(program):
    for script in sorted(set(page_scripts(program))):
        text = read(script)
        if text is None:
            continue
        try:
            if Text(text).exports():
                continue
            is_module = Text(text).is_module()
        except (Unclear, IndexError):
            continue
        moved = script.with_name(script.stem + "-moved.js")
        moved.write_text(text)
        script.write_text(f"import './{moved.stem}';\n" if is_module else f"require('./{moved.stem}');\n")
        program.names[program.relative(moved)] = program.relative(script)
        program.changed += 1


def rename_files(program):
    """Renames scripts beside which no template stands and that somebody imports by a relative path."""
    renamed = {}
    for path in list(program.files({".js"})):
        alone = not any(path.with_suffix(ending).exists() for ending in (".axml", ".json", ".ts", ".acss"))
        if alone and path.stem not in ("app", "index") and path.suffix == ".js":
            renamed[path] = path.with_name(f"{path.stem}-renamed.js")
    named = re.compile(r"""(\bfrom\s*|\brequire\(\s*|\bimport\(\s*|\bimport\s*)(['"])(\.{1,2}/[^'"]+)\2""")
    edits, used, unclear = {}, set(), set()
    for path in program.files(SCRIPTS):
        text = read(path)
        if text is None:
            return
        for match in named.finditer(text):
            target = Path(os.path.normpath(path.parent / match.group(3)))
            meant = target if target.suffix == ".js" else target.with_name(target.name + ".js")
            if meant in renamed:
                used.add(meant)
                new = re.sub(r"(\.js)?$", lambda ending: "-renamed" + (ending.group(1) or ""), match.group(3), count=1)
                edits.setdefault(path, []).append((match.start(3), match.end(3), new))
    everything = "\n".join(read(path) or "" for path in program.files(SCRIPTS | {".axml", ".json", ".sjs"}))
    for path in list(used):
        # Named in a way that is not rewritten: it keeps its name, and so do all.
        mentions = len(re.findall(r"['\"][^'\"\n]*\b" + re.escape(path.stem) + r"(?:\.js)?['\"]", everything))
        known = sum(1 for path_, own in edits.items() for edit in own if Path(os.path.normpath(path_.parent / edit[2])).stem == path.stem + "-renamed")
        if mentions != known:
            return
    for path, own in edits.items():
        new, kept = replaced(read(path), own)
        path.write_text(new, "utf-8")
        program.kept[program.relative(path)] = kept
    for path in used:
        before, after = program.relative(path), program.relative(renamed[path])
        path.rename(renamed[path])
        program.names[after] = before
        if before in program.kept:
            program.kept[after] = program.kept.pop(before)
        program.changed += 1


PROPERTIES = {
    "pages": order_pages,
    **{name: (lambda program, how=how: rewrite_texts(program, how)) for name, how in TEXTUAL.items()},
    "files": rename_files,
    "module": into_module,
    "more-1": lambda program: add_pages(program, 1),
    "more-10": lambda program: add_pages(program, 10),
    "more-200": lambda program: add_pages(program, 200),
    "packages": add_packages,
}


def offsets(path):
    """Where each line begins, in characters."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (UnicodeDecodeError, OSError):
        return None
    return [0, *(match.end() for match in re.finditer("\n", text))]


def verdict(consentry, folder, program=None, platform=None):
    """Each finding by what may not change."""
    command = [consentry, "check", "--format", "json", "--preset", "strict", "--fail-on", "never", *(["--platform", platform] if platform else []), "."]
    ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=600, check=False)
    try:
        report = json.loads(ran.stdout)
    except ValueError:
        return collections.Counter({("ended with", ran.returncode): 1})
    lines, found = {}, collections.Counter()

    def place(file, line, column):
        if file not in lines:
            lines[file] = offsets(Path(folder) / file)
        if not lines[file] or not line or line > len(lines[file]):
            return (file, line)
        at = lines[file][line - 1] + (column or 1) - 1
        return program.origin(file, at) if program else (file, at)

    for one in report["findings"]:
        if one["rule"] == "syntax-error":
            # Says how a text is written.
            continue
        entries = tuple(sorted({path.get("entry", "") for path in one.get("paths", [])}))
        found[one["rule"], place(one["file"], one.get("line"), one.get("column")), one["level"], one["certainty"], entries] += 1
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--consentry", required=True, type=lambda path: str(Path(path).resolve()))
    options.add_argument("--only", default="", help="properties, separated by commas")
    options.add_argument("--show", action="store_true", help="every difference")
    options.add_argument("--limit", type=int, default=0, help="so many programs, spread over all")
    options.add_argument("folders", nargs="+", type=Path, help="folders of programs")
    options = options.parse_args()
    wanted = [name for name in PROPERTIES if not options.only or name in options.only.split(",")]
    programs = [path for folder in options.folders for path in sorted(folder.iterdir()) if path.is_dir()]
    if options.limit:
        programs = programs[:: max(1, len(programs) // options.limit)]
    table = {name: [0, 0] for name in wanted}
    for source in programs:
        platform = (source / "platform").read_text().strip() if (source / "platform").is_file() else None
        before = verdict(options.consentry, source, platform=platform)
        for name in wanted:
            with tempfile.TemporaryDirectory(prefix="properties-") as folder:
                copy = Path(folder) / source.name
                shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
                program = Program(copy)
                PROPERTIES[name](program)
                if not program.changed:
                    continue
                after = verdict(options.consentry, copy, program, platform)
            table[name][0] += 1
            if after != before:
                table[name][1] += 1
                if options.show:
                    for sign, left, right in (("-", before, after), ("+", after, before)):
                        for one in sorted(map(str, (left - right).elements())):
                            print(f"{name} {source.name} {sign} {one}", flush=True)
    print("| property | programs rewritten | with another verdict |\n| --- | --- | --- |")
    for name, (count, differing) in table.items():
        print(f"| `{name}` | {count} | {differing} |")


if __name__ == "__main__":
    main()
