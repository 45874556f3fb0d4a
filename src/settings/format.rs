//! `segment.format`: text with placeholders.

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Profile,
    Account,
    AccountId,
    Role,
    Region,
    Session,
    Left,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Field(Field),
}

/// A format that was found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format(Vec<Piece>);

impl Field {
    const NAMED: [(&'static str, Self); 7] = [
        ("profile", Self::Profile),
        ("account", Self::Account),
        ("account_id", Self::AccountId),
        ("role", Self::Role),
        ("region", Self::Region),
        ("session", Self::Session),
        ("left", Self::Left),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    /// All placeholders, for messages.
    pub(super) fn names() -> String {
        Self::NAMED.map(|(name, _)| format!("{{{name}}}")).join(" ")
    }
}

impl Format {
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.0.contains(&Piece::Field(field))
    }

    /// `{{` and `}}` are the braces themselves.
    ///
    /// # Errors
    /// What is wrong, as the end of a sentence about the format.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err("holds a control character".to_owned());
        }
        let mut format = Self(Vec::new());
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let (brace, behind) = rest[at..].split_at(1);
            if let Some(behind) = behind.strip_prefix(brace) {
                literal.push_str(brace);
                rest = behind;
                continue;
            }
            if brace == "}" {
                return Err("has a } with no { before it".to_owned());
            }
            let (name, behind) = behind.split_once('}').ok_or("has a { with no } behind it")?;
            let field = Field::named(name).ok_or_else(|| format!("names {{{name}}}, which is no placeholder"))?;
            if field == Field::Left && format.has(Field::Left) {
                return Err("has {left} twice".to_owned());
            }
            format.text(&mut literal);
            format.0.push(Piece::Field(field));
            rest = behind;
        }
        literal.push_str(rest);
        format.text(&mut literal);
        Ok(format)
    }

    fn text(&mut self, literal: &mut String) {
        if !literal.is_empty() {
            self.0.push(Piece::Text(std::mem::take(literal)));
        }
    }
}

impl Default for Format {
    /// `{profile} {account}/{role} {left}`
    fn default() -> Self {
        let text = |text: &str| Piece::Text(text.to_owned());
        let fields = [Field::Profile, Field::Account, Field::Role, Field::Left].map(Piece::Field);
        let [profile, account, role, left] = fields;
        Self(vec![profile, text(" "), account, text("/"), role, text(" "), left])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_the_documentation_says() {
        assert_eq!(Format::parse("{profile} {account}/{role} {left}"), Ok(Format::default()));
    }

    #[test]
    fn doubled_braces_are_braces() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let pieces = vec![text("{"), Piece::Field(Field::Role), text("} }{")];
        assert_eq!(Format::parse("{{{role}}} }}{{"), Ok(Format(pieces)));
        assert_eq!(Format::parse("{{role}}"), Ok(Format(vec![text("{role}")])));
    }
}
