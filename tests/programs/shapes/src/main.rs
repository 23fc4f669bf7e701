//! A server whose tools have parameters, results and resources of the shapes that clients and the interfaces of models have
//! stumbled over.

use std::collections::BTreeMap;

use pulseengine_mcp::model::{CallToolResult, ContentBlock, Meta};
use pulseengine_mcp::prelude::*;
use serde_json::Value;

/// A point.
#[derive(Schema)]
struct Point {
    x: u64,
    /// Not always known.
    y: Option<i8>,
}

/// A colour, of which one has words of its own.
#[derive(Schema)]
enum Color {
    /// Like blood.
    Red,
    Green,
}

/// A node, and those below it.
#[derive(Schema)]
struct Node {
    name: String,
    below: Vec<Node>,
}

struct Shapes;

#[server(name = "shapes", version = "1.0.0")]
impl Shapes {
    /// Takes nothing.
    #[tool]
    fn nothing(&self) {}

    /// Takes any values.
    #[tool]
    fn any(&self, value: Value, list: Vec<Value>, map: BTreeMap<String, Value>) -> String {
        format!("{value} {} {}", list.len(), map.len())
    }

    /// Takes what may be left out.
    #[tool]
    fn options(&self, list: Option<Vec<String>>, point: Option<Point>, color: Option<Color>) -> String {
        let point = point.map(|point| (point.x, point.y));
        let color = color.map(|color| matches!(color, Color::Red));
        format!("{list:?} {point:?} {color:?}")
    }

    /// Takes what holds itself.
    #[tool]
    fn nodes(&self, node: Node) -> String {
        format!("{} above {}", node.name, node.below.len())
    }

    /// Says more of its result.
    #[tool]
    fn described(&self) -> CallToolResult {
        let meta = Meta::default().with("com.example/by", "hand");
        CallToolResult::new(vec![ContentBlock::text("described")]).meta(meta)
    }

    /// A document whose address is not ASCII.
    #[resource("doc://café/{name}")]
    fn document(&self, name: String) -> String {
        format!("the document {name}")
    }
}

pulseengine_mcp::main!(Shapes);
