//! A calculator: how parameters, their limits, structured results and errors look.

use pulseengine_mcp::prelude::*;

/// Holds nothing: every call stands on its own.
#[derive(Clone, Copy, Default)]
struct Calculator;

/// What a division with remainder gives.
#[derive(Schema)]
struct Quotient {
    /// How many times the divisor fits whole into the dividend; rounded towards zero.
    quotient: f64,
    /// What is left of the dividend; it has the sign of the dividend.
    remainder: f64,
}

/// Calculates with decimal numbers. Use `sum` for more than two summands.
#[server(name = "calculator", title = "Calculator")]
impl Calculator {
    /// Adds two numbers.
    #[tool(read_only, idempotent)]
    async fn add(&self, a: f64, b: f64) -> f64 {
        a + b
    }

    /// Divides with a remainder: 7 divided by 2 is 3, and 1 is left.
    #[tool(read_only, idempotent)]
    fn divide(
        &self,
        #[schema(description = "dividend")] a: f64,
        #[schema(description = "divisor, not zero")] b: f64,
    ) -> Result<Json<Quotient>, ToolError> {
        if b == 0.0 {
            return Err(ToolError::new(
                "Division by zero: call divide again with a divisor (b) other than 0.",
            ));
        }
        let quotient = (a / b).trunc();
        if quotient.is_infinite() {
            return Err(ToolError::new("The quotient is larger than any number that can be written."));
        }
        Ok(Json(Quotient { quotient, remainder: a % b }))
    }

    /// Adds up a list of numbers.
    #[tool(read_only, idempotent)]
    fn sum(
        &self,
        /// The summands: 1 to 1000 of them.
        #[schema(length(min = 1, max = 1000))]
        numbers: Vec<f64>,
    ) -> f64 {
        numbers.iter().sum()
    }

    /// Takes the square root.
    #[tool(read_only, idempotent)]
    fn sqrt(&self, #[schema(minimum = 0)] x: f64) -> f64 {
        x.sqrt()
    }
}

pulseengine_mcp::main!(Calculator);

#[cfg(test)]
mod tests {
    use super::*;
    use pulseengine_mcp::Revision;
    use pulseengine_mcp::testing::{self, Answer, Client, Value, json};

    fn call(tool: &str, arguments: Value) -> Answer {
        testing::run(async { Client::new(Calculator).call_tool(tool, arguments).await })
    }

    #[test]
    fn adds() {
        assert_eq!(call("add", json!({"a": 1.5, "b": 2})).text(), "3.5");
    }

    #[test]
    fn divides_into_a_structured_result() {
        let answer = call("divide", json!({"a": 7, "b": 2}));
        assert_eq!(*answer.structured_content(), json!({"quotient": 3.0, "remainder": 1.0}));
        assert_eq!(answer.text(), answer.structured_content().to_string());
    }

    #[test]
    fn tells_the_model_what_it_cannot_divide() {
        for (a, b, expected) in
            [(7.0, 0.0, "other than 0"), (7.0, -0.0, "other than 0"), (1e308, 0.5, "larger")]
        {
            let answer = call("divide", json!({"a": a, "b": b}));
            assert!(answer.is_error());
            assert!(answer.text().contains(expected), "{}", answer.text());
        }
    }

    #[test]
    fn sums_lists_within_their_bounds() {
        assert_eq!(call("sum", json!({"numbers": [1, 2, 3.5]})).text(), "6.5");
        assert!(!call("sum", json!({"numbers": vec![1; 1000]})).is_error());
        for numbers in [vec![], vec![1; 1001]] {
            let answer = call("sum", json!({"numbers": numbers}));
            assert!(answer.is_error());
            assert!(answer.text().contains("/numbers"), "{}", answer.text());
        }
    }

    #[test]
    fn refuses_the_root_of_a_negative_number() {
        assert_eq!(call("sqrt", json!({"x": 2.25})).text(), "1.5");
        let answer = call("sqrt", json!({"x": -1}));
        assert!(answer.is_error());
        assert!(answer.text().contains("/x"), "{}", answer.text());
    }

    #[test]
    fn describes_its_parameters() {
        testing::run(async {
            let client = Client::with_revision(Calculator, Revision::V2025_11_25);
            let answer = client.request("tools/list", json!({})).await;
            let tool = |name: &str| {
                let tools = answer.result()["tools"].as_array().into_iter().flatten();
                tools.clone().find(|tool| tool["name"] == name).cloned().unwrap_or_default()
            };
            assert_eq!(tool("add")["description"], "Adds two numbers.");
            assert_eq!(tool("divide")["inputSchema"]["properties"]["a"]["description"], "dividend");
            assert_eq!(tool("divide")["annotations"]["readOnlyHint"], true);
            assert_eq!(tool("divide")["outputSchema"]["required"], json!(["quotient", "remainder"]));
            assert_eq!(tool("sqrt")["inputSchema"]["properties"]["x"]["minimum"], 0);
        });
    }
}
