//! In: elements in the code of components. Out: calls that tell which element is shown with which values, and the elements as markup in
//! the platform's words. Never decides whether an element is shown.

use super::{Lower, guard, module_in_any_dialect, whole};
use crate::facts::script::{Expr, ExprId, Key, Prop, Script};
use crate::facts::template::{Attribute, AttributeValue, Element, Node, NodeId, NodeKind, Part, Template};
use crate::facts::{Directive, Problem};
use crate::framework::Markup;
use crate::text::Span;
use rustc_hash::FxHashMap;
use swc_common::comments::SingleThreadedComments;
use swc_common::{DUMMY_SP, Spanned, SyntaxContext};
use swc_ecma_ast as ast;

/// What an element is lowered to a call of: its number, its component, what it is given.
const ELEMENT: &str = "__element";
/// What a file exports that shows its default export as a page.
const PAGE: &str = "__page";
/// What an anonymous default export is called.
const DEFAULT: &str = "__default";

/// Markup while it is gathered from code.
pub(super) struct Building {
    nodes: Vec<Node>,
    /// Elements around what is read.
    open: Vec<NodeId>,
    /// What names stand for that are imported from the modules of native elements.
    natives: FxHashMap<swc_atoms::Atom, String>,
    words: Markup,
    /// Conditions around what is read, since the last element.
    pub(super) conditions: u32,
}

/// What a script with elements says.
#[derive(Default)]
pub struct Read {
    /// `None` when it cannot be read.
    pub script: Option<Script>,
    /// Its elements.
    pub template: Template,
    /// What it imports: name, specifier and its place.
    pub components: Vec<(String, String, Span)>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Comments to this tool.
    pub directives: Vec<Directive>,
}

/// Reads a script with elements.
pub fn jsx(text: &str, typescript: bool, words: &Markup) -> Read {
    let mut read = Read::default();
    if let Err(problem) = guard::nesting(text) {
        read.problems.push(problem);
        return read;
    }
    let comments = text.contains(super::DIRECTIVE).then(SingleThreadedComments::default);
    let mut module = match module_in_any_dialect(text, typescript, comments.as_ref()) {
        Ok(module) => module,
        Err(problem) => {
            read.problems.push(problem);
            return read;
        }
    };
    let is_module = module.body.iter().any(|item| item.as_module_decl().is_some());
    mount(&mut module);
    let mut lower = Lower::new(text, whole(text), 0);
    let mut natives = FxHashMap::default();
    for item in &module.body {
        let Some(ast::ModuleDecl::Import(import)) = item.as_module_decl() else { continue };
        let source = import.src.value.to_string_lossy().into_owned();
        let native = words.native_modules.contains(&source);
        for one in &import.specifiers {
            let local = one.local().sym.clone();
            if native {
                let name = match one {
                    ast::ImportSpecifier::Named(named) => {
                        named.imported.as_ref().map_or(local.to_string(), |name| match name {
                            ast::ModuleExportName::Ident(ident) => ident.sym.to_string(),
                            ast::ModuleExportName::Str(text) => text.value.to_string_lossy().into_owned(),
                        })
                    }
                    _ => local.to_string(),
                };
                natives.insert(local, kebab(&name));
            } else {
                read.components.push((local.to_string(), source.clone(), lower.span(import.src.span)));
            }
        }
    }
    let words = words.clone();
    lower.building = Some(Building { nodes: Vec::new(), open: Vec::new(), natives, words, conditions: 0 });
    lower.enter_file();
    lower.script.is_module = is_module;
    lower.script.functions[0].body = lower.module(&module);
    lower.script.functions[0].span = lower.span(module.span);
    read.template.nodes = lower.building.take().map(|building| building.nodes).unwrap_or_default();
    read.script = Some(lower.script);
    read.directives = comments.map(|comments| super::directives(text, comments)).unwrap_or_default();
    read
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

fn ident(name: &str) -> ast::Ident {
    ast::Ident::new(name.into(), DUMMY_SP, SyntaxContext::empty())
}

/// Adds an export that shows the default export: `export const __page = { setup: () => __element(-1, Default, {}) }`.
fn mount(module: &mut ast::Module) {
    let mut name = None;
    let mut body = Vec::new();
    for item in std::mem::take(&mut module.body) {
        match item {
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDefaultExpr(export)) => {
                name = Some(DEFAULT.to_owned());
                body.push(ast::ModuleItem::Stmt(constant(DEFAULT, export.expr)));
                let expr = Box::new(ast::Expr::Ident(ident(DEFAULT)));
                body.push(
                    ast::ModuleDecl::ExportDefaultExpr(ast::ExportDefaultExpr { span: export.span, expr }).into(),
                );
            }
            ast::ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDefaultDecl(mut export)) => {
                let own = match &mut export.decl {
                    ast::DefaultDecl::Fn(function) => Some(function.ident.get_or_insert_with(|| ident(DEFAULT))),
                    ast::DefaultDecl::Class(class) => Some(class.ident.get_or_insert_with(|| ident(DEFAULT))),
                    ast::DefaultDecl::TsInterfaceDecl(_) => None,
                };
                name = own.map(|own| own.sym.to_string()).or(name);
                body.push(ast::ModuleDecl::ExportDefaultDecl(export).into());
            }
            item => body.push(item),
        }
    }
    module.body = body;
    let Some(name) = name else { return };
    let arg = |expr: ast::Expr| ast::ExprOrSpread { spread: None, expr: Box::new(expr) };
    let nothing = ast::Expr::Object(ast::ObjectLit { span: DUMMY_SP, props: Vec::new() });
    let call = ast::Expr::Call(ast::CallExpr {
        callee: ast::Callee::Expr(Box::new(ast::Expr::Ident(ident(ELEMENT)))),
        args: vec![arg(ast::Expr::Lit((-1.0).into())), arg(ast::Expr::Ident(ident(&name))), arg(nothing)],
        ..Default::default()
    });
    let shows = ast::Stmt::Return(ast::ReturnStmt { span: DUMMY_SP, arg: Some(Box::new(call)) });
    let function = ast::Function {
        body: Some(ast::FunctionBody { stmts: vec![shows], ..Default::default() }),
        ..Default::default()
    };
    let setup = ast::Expr::Fn(ast::FnExpr { ident: None, function: Box::new(function) });
    let pair = ast::KeyValueProp {
        key: ast::PropName::Ident(ast::IdentName::new("setup".into(), DUMMY_SP)),
        value: Box::new(setup),
    };
    let props = vec![ast::PropOrSpread::Prop(Box::new(ast::Prop::KeyValue(pair)))];
    let page = Box::new(ast::Expr::Object(ast::ObjectLit { span: DUMMY_SP, props }));
    if let ast::Stmt::Decl(decl) = constant(PAGE, page) {
        module.body.push(ast::ModuleDecl::ExportDecl(ast::ExportDecl { span: DUMMY_SP, decl }).into());
    }
}

fn constant(name: &str, value: Box<ast::Expr>) -> ast::Stmt {
    let decl = ast::VarDeclarator {
        span: DUMMY_SP,
        name: ast::Pat::Ident(ident(name).into()),
        init: Some(value),
        definite: false,
    };
    let decl = ast::VarDecl { kind: ast::VarDeclKind::Const, decls: vec![decl], ..Default::default() };
    ast::Stmt::Decl(ast::Decl::Var(Box::new(decl)))
}

impl Lower<'_> {
    /// Counts a condition around elements.
    pub(super) fn conditional<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        if let Some(building) = &mut self.building {
            building.conditions += 1;
        }
        let lowered = lower(self);
        if let Some(building) = &mut self.building {
            building.conditions = building.conditions.saturating_sub(1);
        }
        lowered
    }

    /// An element.
    pub(super) fn element(&mut self, element: &ast::JSXElement) -> Expr {
        let Some(node) = self.open_element(element) else { return Expr::Other(Vec::new()) };
        let conditions = self.building.as_mut().map_or(0, |building| std::mem::take(&mut building.conditions));
        let mut props = Vec::new();
        for attr in &element.opening.attrs {
            match attr {
                ast::JSXAttrOrSpread::SpreadElement(spread) => props.push(Prop::Spread(self.expr(&spread.expr))),
                ast::JSXAttrOrSpread::JSXAttr(attr) => {
                    let ast::JSXAttrName::Ident(name) = &attr.name else { continue };
                    let value = self.attribute_value(attr);
                    let key = self.name(&name.sym);
                    let span = self.span(name.span);
                    props.push(Prop::Value(Key::Name(key), value, span));
                }
            }
        }
        let children = self.children(&element.children);
        if !children.is_empty() {
            let value = match children.as_slice() {
                [child] => *child,
                _ => {
                    let items = children.into_iter().map(|child| (Some(child), false)).collect();
                    self.push(Expr::Array(items), element.span)
                }
            };
            let key = self.text_name("children");
            let span = self.span(element.span);
            props.push(Prop::Value(Key::Name(key), value, span));
        }
        if let Some(building) = &mut self.building {
            building.open.pop();
            building.conditions = conditions;
        }
        let name = self.text_name(ELEMENT);
        let callee = self.push(Expr::Global(name), element.opening.span);
        let number = self.push(Expr::Number(f64::from(node)), element.opening.span);
        let tag = self.component(&element.opening.name);
        let given = self.push(Expr::Object(props), element.opening.span);
        Expr::Call { callee, args: vec![(number, false), (tag, false), (given, false)], optional: false }
    }

    /// What stands in `<>`.
    pub(super) fn fragment(&mut self, fragment: &ast::JSXFragment) -> Expr {
        let children = self.children(&fragment.children);
        Expr::Array(children.into_iter().map(|child| (Some(child), false)).collect())
    }

    fn children(&mut self, children: &[ast::JSXElementChild]) -> Vec<ExprId> {
        let mut found = Vec::new();
        for child in children {
            let value = match child {
                ast::JSXElementChild::JSXText(_) => continue,
                ast::JSXElementChild::JSXSpreadChild(spread) => self.expr(&spread.expr),
                ast::JSXElementChild::JSXExprContainer(container) => match &container.expr {
                    ast::JSXExpr::Expr(expr) => self.expr(expr),
                    ast::JSXExpr::JSXEmptyExpr(_) => continue,
                },
                ast::JSXElementChild::JSXElement(element) => {
                    let lowered = self.element(element);
                    self.push(lowered, element.opening.span)
                }
                ast::JSXElementChild::JSXFragment(fragment) => {
                    let lowered = self.fragment(fragment);
                    self.push(lowered, fragment.span)
                }
            };
            found.push(value);
        }
        found
    }

    fn attribute_value(&mut self, attr: &ast::JSXAttr) -> ExprId {
        match &attr.value {
            None => self.push(Expr::Bool(true), attr.span),
            Some(ast::JSXAttrValue::Str(text)) => {
                let name = self.text_name(&text.value.to_string_lossy());
                self.push(Expr::Str(name), text.span)
            }
            Some(ast::JSXAttrValue::JSXExprContainer(container)) => match &container.expr {
                ast::JSXExpr::Expr(expr) => self.expr(expr),
                ast::JSXExpr::JSXEmptyExpr(_) => self.push(Expr::Undefined, attr.span),
            },
            Some(ast::JSXAttrValue::JSXElement(element)) => {
                let lowered = self.element(element);
                self.push(lowered, element.opening.span)
            }
            Some(ast::JSXAttrValue::JSXFragment(fragment)) => {
                let lowered = self.fragment(fragment);
                self.push(lowered, fragment.span)
            }
        }
    }

    /// The component that an element names; nothing for native elements.
    fn component(&mut self, name: &ast::JSXElementName) -> ExprId {
        match name {
            ast::JSXElementName::Ident(ident) if !self.is_native(&ident.sym) => {
                let value = self.resolve(&ident.sym);
                self.push(value, ident.span)
            }
            ast::JSXElementName::JSXMemberExpr(member) => {
                self.member_component(&member.obj, &member.prop, member.span())
            }
            other => self.push(Expr::Undefined, other.span()),
        }
    }

    fn member_component(&mut self, object: &ast::JSXObject, prop: &ast::IdentName, span: swc_common::Span) -> ExprId {
        let object = match object {
            ast::JSXObject::Ident(ident) => {
                let value = self.resolve(&ident.sym);
                self.push(value, ident.span)
            }
            ast::JSXObject::JSXMemberExpr(inner) => self.member_component(&inner.obj, &inner.prop, inner.span()),
        };
        let name = self.name(&prop.sym);
        self.push(Expr::Member { object, name, optional: false }, span)
    }

    fn is_native(&self, name: &swc_atoms::Atom) -> bool {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            || self.building.as_ref().is_some_and(|building| building.natives.contains_key(name))
    }

    /// Adds an element to the markup; `None` where none is gathered.
    fn open_element(&mut self, element: &ast::JSXElement) -> Option<NodeId> {
        let opening = &element.opening;
        let (tag, name_span) = (self.span(opening.span), self.span(opening.name.span()));
        let whole = self.span(element.span);
        let text = self.text;
        let mut building = self.building.take()?;
        let name = match &opening.name {
            ast::JSXElementName::Ident(ident) => building.natives.get(&ident.sym).cloned(),
            _ => None,
        };
        let node = building.nodes.len() as NodeId;
        let mut attributes = Vec::new();
        if building.conditions > 0 {
            // What the condition is, the code says; here only that there is one.
            let value = AttributeValue { span: name_span, parts: vec![Part::Expression(None, name_span)] };
            attributes.push(Attribute { name: "a:if".to_owned(), name_span, span: name_span, value: Some(value) });
        }
        for attr in &opening.attrs {
            match attr {
                ast::JSXAttrOrSpread::SpreadElement(spread) => {
                    let span = self.span(spread.expr.span());
                    let named = |name: &String| prop(node, building.words.attribute(name), name, span, span);
                    attributes.extend(building.words.spread.iter().map(named));
                }
                ast::JSXAttrOrSpread::JSXAttr(attr) => {
                    let ast::JSXAttrName::Ident(name) = &attr.name else { continue };
                    let (name_span, span) = (self.span(name.span), self.span(attr.span));
                    let called = building.words.attribute(&name.sym);
                    let evaluated = building.words.evaluated.iter().any(|own| own.as_str() == &*name.sym);
                    let event = called.strip_prefix("on").is_some_and(|rest| rest.starts_with(char::is_uppercase));
                    attributes.push(match &attr.value {
                        Some(ast::JSXAttrValue::Str(text)) if !evaluated && !event => {
                            let inside = self.span(text.span);
                            let parts = vec![Part::Text(text.value.to_string_lossy().into_owned())];
                            let value = Some(AttributeValue { span: inside, parts });
                            Attribute { name: called, name_span, span, value }
                        }
                        _ => prop(node, called, &name.sym, name_span, span),
                    });
                }
            }
        }
        let name = name.unwrap_or_else(|| name_span.of(text).to_owned());
        let kind = NodeKind::Element(Element { name, tag, name_span, attributes });
        building.nodes.push(Node { parent: building.open.last().copied(), span: whole, kind });
        building.open.push(node);
        self.building = Some(building);
        Some(node)
    }
}

/// An attribute whose value is what the element is given under a name.
fn prop(node: NodeId, name: String, given: &str, name_span: Span, span: Span) -> Attribute {
    let parts = vec![Part::Prop(node, given.to_owned(), span)];
    Attribute { name, name_span, span, value: Some(AttributeValue { span, parts }) }
}
