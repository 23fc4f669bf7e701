//! Scopes that include others.

use pulseengine_mcp_protocol::Principal;

/// Which scopes include which others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hierarchy {
    /// The wider scope and the narrower one, also where there are others between them.
    includes: Vec<(String, String)>,
}

impl Hierarchy {
    /// The first scope includes the second one, and all that the second one includes.
    pub(crate) fn add(&mut self, wider: String, narrower: String) {
        let above = self.includes.iter().filter(|(_, below)| *below == wider).map(|(above, _)| above.clone());
        let above: Vec<String> = above.chain([wider.clone()]).collect();
        let below =
            self.includes.iter().filter(|(above, _)| *above == narrower).map(|(_, below)| below.clone());
        let below: Vec<String> = below.chain([narrower.clone()]).collect();
        for wider in &above {
            for narrower in &below {
                let pair = (wider.clone(), narrower.clone());
                if wider != narrower && !self.includes.contains(&pair) {
                    self.includes.push(pair);
                }
            }
        }
    }

    /// Whether the caller has that scope, or one that includes it.
    pub(crate) fn grants(&self, caller: &Principal, scope: &str) -> bool {
        let includes = |(wider, narrower): &(String, String)| narrower == scope && caller.has_scope(wider);
        caller.has_scope(scope) || self.includes.iter().any(includes)
    }

    /// Whether the scope includes others, or is included.
    pub(crate) fn knows(&self, scope: &str) -> bool {
        self.includes.iter().any(|(wider, narrower)| wider == scope || narrower == scope)
    }

    /// All scopes in it, each once.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.includes.iter().flat_map(|(wider, narrower)| [wider.as_str(), narrower.as_str()])
    }
}

#[cfg(test)]
mod tests {
    use pulseengine_mcp_protocol::Principal;

    use super::Hierarchy;

    #[test]
    fn what_is_included_includes_more() {
        let mut orders = vec![Hierarchy::default(), Hierarchy::default()];
        let pairs = [("admin", "write"), ("write", "read"), ("read", "list")];
        pairs.iter().for_each(|(wider, narrower)| orders[0].add((*wider).into(), (*narrower).into()));
        pairs.iter().rev().for_each(|(wider, narrower)| orders[1].add((*wider).into(), (*narrower).into()));
        let caller = |scope: &str| Principal::new("a").with_scopes([scope]);
        for hierarchy in orders {
            assert!(hierarchy.grants(&caller("admin"), "list"));
            assert!(hierarchy.grants(&caller("write"), "read"));
            assert!(hierarchy.grants(&caller("other"), "other"));
            assert!(!hierarchy.grants(&caller("read"), "write"));
            assert!(!hierarchy.grants(&caller("admi"), "write"));
            assert!(!hierarchy.grants(&Principal::new("a"), "list"));
        }
    }

    #[test]
    fn a_circle_makes_scopes_equal() {
        let mut hierarchy = Hierarchy::default();
        hierarchy.add("a".into(), "b".into());
        hierarchy.add("b".into(), "a".into());
        assert!(hierarchy.grants(&Principal::new("x").with_scopes(["a"]), "b"));
        assert!(hierarchy.grants(&Principal::new("x").with_scopes(["b"]), "a"));
    }
}
