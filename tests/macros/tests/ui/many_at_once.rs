use pulseengine_mcp::prelude::*;

struct S;

#[server]
impl S {
    #[tool(nam = "a")]
    fn a(&mut self, _x: &str) {}

    #[prompt(name = "")]
    fn b(&self) -> String {
        String::new()
    }

    fn user(&self) -> u8 {
        self.a("x");
        "the body of a method is still checked"
    }
}

fn main() {
    // The type still is a server: this line is no further error.
    let _ = pulseengine_mcp::App::of(S);
}
