//! The names a person may have meant: for a hint, never for a guess.

/// At most three of `names`, the nearest first, as `did you mean 'a' or 'b'?`.
pub(super) fn hint<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut near: Vec<_> = names.into_iter().filter_map(|known| Some((distance(name, known)?, known))).collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(3);
    let quoted: Vec<_> = near.iter().map(|(_, known)| format!("'{known}'")).collect();
    match quoted.split_last()? {
        (last, []) => Some(format!("did you mean {last}?")),
        (last, others) => Some(format!("did you mean {} or {last}?", others.join(", "))),
    }
}

/// How near the nearest of `names` is.
pub(super) fn least<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    names.into_iter().filter_map(|known| distance(name, known)).min()
}

/// `None` where the two have too little in common. Letter case, and being a part of the other, make names near.
fn distance(name: &str, known: &str) -> Option<usize> {
    let (a, b) = (name.to_lowercase(), known.to_lowercase());
    let edits = strsim::osa_distance(&a, &b);
    let allowed = 1 + a.chars().count().min(b.chars().count()) / 4;
    if edits <= allowed {
        return Some(edits);
    }
    let is_part = a.chars().count() >= 3 && b.contains(&a) || b.chars().count() >= 3 && a.contains(&b);
    is_part.then_some(allowed + edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_met_and_strangers_are_not() {
        let names = ["development", "dev-admin", "prod", "staging"];
        assert_eq!(hint("pord", names).unwrap(), "did you mean 'prod'?");
        assert_eq!(hint("dev", names).unwrap(), "did you mean 'dev-admin' or 'development'?");
        assert_eq!(hint("DEVELOPMENT", names).unwrap(), "did you mean 'development'?");
        assert_eq!(hint("sandbox", names), None);
    }
}
