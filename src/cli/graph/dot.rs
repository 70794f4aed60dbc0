//! In: graphs. Out: one picture in the language of Graphviz: entries, the functions on the ways, and the requests. Calls that
//! are assumed or guessed are dashed.

use crate::explain::Graph;
use std::io::{self, Write};

pub(super) fn write(graphs: &[Graph], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph consentry {{\n  rankdir=LR;\n  node [shape=box];")?;
    for (at, graph) in graphs.iter().enumerate() {
        writeln!(out, "  subgraph cluster_{at} {{\n    label={};", quoted(&[&graph.program]))?;
        program(graph, at, out)?;
        writeln!(out, "  }}")?;
    }
    writeln!(out, "}}")
}

fn program(graph: &Graph, at: usize, out: &mut dyn Write) -> io::Result<()> {
    for (id, entry) in graph.entries.iter().enumerate() {
        if graph.functions.iter().any(|function| function.entries.contains(&id)) {
            let style = if entry.automatic { "shape=ellipse, style=bold" } else { "shape=ellipse" };
            writeln!(out, "    e{at}_{id} [{style}, label={}];", quoted(&[&entry.name]))?;
        }
    }
    for function in &graph.functions {
        let name = if function.name.is_empty() { "(function)" } else { &function.name };
        let label = quoted(&[name, &function.at.to_string()]);
        writeln!(out, "    f{at}_{} [style=rounded, label={label}];", function.id)?;
    }
    for (id, request) in graph.requests.iter().enumerate() {
        let label = quoted(&[&request.api, request.prompting, &request.at.to_string()]);
        writeln!(out, "    r{at}_{id} [peripheries=2, label={label}];")?;
    }
    for function in &graph.functions {
        for entry in &function.entries {
            writeln!(out, "    e{at}_{entry} -> f{at}_{};", function.id)?;
        }
    }
    for edge in &graph.edges {
        let style = if edge.sure == "resolved" { "" } else { ", style=dashed" };
        let label = match edge.sure {
            "resolved" => edge.kind.to_string(),
            sure => format!("{} ({sure})", edge.kind),
        };
        writeln!(out, "    f{at}_{} -> f{at}_{} [label={}{style}];", edge.from, edge.to, quoted(&[&label]))?;
    }
    for function in &graph.functions {
        for request in &function.requests {
            writeln!(out, "    f{at}_{} -> r{at}_{request};", function.id)?;
        }
    }
    Ok(())
}

/// Lines of text as one quoted name.
fn quoted(lines: &[&str]) -> String {
    let line = |line: &&str| line.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", lines.iter().map(line).collect::<Vec<_>>().join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_quoted_and_lines_broken() {
        assert_eq!(quoted(&["a\"b", "c\\d"]), "\"a\\\"b\\nc\\\\d\"");
    }
}
