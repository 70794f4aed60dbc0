//! In: declarations and patterns. Out: the names they give. Never which variable a name means.

use swc_ecma_ast as ast;

/// A namespace's name when it is one that has values: `declare namespace`, `declare module "x"` and `global` are types.
pub(super) fn namespace_name(item: &ast::TsModuleDecl) -> Option<&ast::Ident> {
    match &item.id {
        ast::TsModuleName::Ident(ident) if !item.declare && !item.global => Some(ident),
        _ => None,
    }
}

/// The names that a declaration gives values.
pub(super) fn declared(decl: &ast::Decl) -> Vec<swc_atoms::Atom> {
    let mut atoms = Vec::new();
    match decl {
        ast::Decl::Var(var) => var.decls.iter().for_each(|decl| names_of(&decl.name, &mut atoms)),
        ast::Decl::Fn(function) => atoms.push(function.ident.sym.clone()),
        ast::Decl::Class(class) => atoms.push(class.ident.sym.clone()),
        ast::Decl::TsEnum(item) => atoms.push(item.id.sym.clone()),
        ast::Decl::TsModule(item) => atoms.extend(namespace_name(item).map(|ident| ident.sym.clone())),
        _ => {}
    }
    atoms
}

fn names_of(pattern: &ast::Pat, out: &mut Vec<swc_atoms::Atom>) {
    match pattern {
        ast::Pat::Ident(ident) => out.push(ident.id.sym.clone()),
        ast::Pat::Array(array) => array.elems.iter().flatten().for_each(|item| names_of(item, out)),
        ast::Pat::Rest(rest) => names_of(&rest.arg, out),
        ast::Pat::Assign(assign) => names_of(&assign.left, out),
        ast::Pat::Object(object) => {
            for prop in &object.props {
                match prop {
                    ast::ObjectPatProp::KeyValue(pair) => names_of(&pair.value, out),
                    ast::ObjectPatProp::Assign(short) => out.push(short.key.id.sym.clone()),
                    ast::ObjectPatProp::Rest(rest) => names_of(&rest.arg, out),
                }
            }
        }
        ast::Pat::Invalid(_) | ast::Pat::Expr(_) => {}
    }
}
