//! All there is to switch to, the most wanted first: for picker and completion. From the AWS files, the names of accounts
//! and the headers of the vault: no key, no keeper, no network.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::listing;
use crate::clock::Timestamp;
use crate::config::{Config, Glance, SectionKind};
use crate::identity::{RoleId, SessionId};
use crate::sanitize;
use crate::sso::{self, Account, RoleKeys};
use crate::store::{Payload, Store};
use crate::uses::Uses;

/// Something to switch to. Names are as they stand in the config and as AWS gave them: clean them when shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What names it: a profile, or `[SESSION:]ACCOUNT/ROLE`.
    pub name: String,
    pub is_profile: bool,
    pub session: Option<String>,
    pub account_id: Option<String>,
    pub account_name: Option<String>,
    pub role: Option<String>,
    /// How much it is wanted; 0 for what was never used.
    pub score: f64,
}

pub struct Candidates<'a> {
    config: &'a Config,
    store: Option<&'a Store>,
    uses: Uses,
    now: Timestamp,
    /// Of every profile, by name.
    glances: OnceCell<Vec<(&'a str, Glance<'a>)>>,
    sessions: OnceCell<Vec<Rc<KnownSession>>>,
    by_profile: RefCell<HashMap<SaidSession<'a>, Option<Rc<KnownSession>>>>,
}

/// A session of the config, and what was last heard of its accounts.
struct KnownSession {
    id: SessionId,
    accounts: Vec<Account>,
    /// By account id, for those whose name can be seen.
    names: HashMap<String, String>,
}

impl KnownSession {
    /// By its name or id.
    fn knows(&self, account: &str) -> bool {
        self.accounts.iter().any(|one| one.id == account || one.name == account)
    }

    fn has_one(&self, name: &str) -> bool {
        self.accounts.iter().filter(|one| one.name == name || one.id == name).count() == 1
    }
}

/// What a profile says of its session: name, start URL and region.
type SaidSession<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

impl<'a> Candidates<'a> {
    /// A vault or a file of it that can't be read says nothing here.
    pub fn read(config: &'a Config, store: Option<&'a Store>, now: Timestamp) -> Self {
        let uses = store.map(|store| Uses::read(store.folder())).unwrap_or_default();
        let by_profile = RefCell::default();
        Self { config, store, uses, now, glances: OnceCell::new(), sessions: OnceCell::new(), by_profile }
    }

    /// By use, then profiles, then names. An account and role that a profile reaches is there only if it was used so.
    pub fn all(&self) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = self.profiles(|_| true).collect();
        let mut roles = self.roles();
        let who = |one: &Candidate| (one.session.clone(), one.account_id.clone(), one.role.clone());
        let reached: HashSet<_> = all.iter().map(who).collect();
        roles.retain(|role| role.score > 0.0 || !reached.contains(&who(role)));
        all.append(&mut roles);
        sort(&mut all);
        all
    }

    /// Those profiles whose names are `wanted`, by use and then by name; each made when it is taken, as there may be many.
    pub fn profiles(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = Candidate> {
        let wanted = self.glances().iter().filter(|(name, _)| wanted(name));
        let mut wanted: Vec<_> =
            wanted.map(|(name, glance)| (self.uses.score(name, self.now), *name, glance)).collect();
        wanted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        wanted.into_iter().map(|(score, name, glance)| self.profile(score, name, glance))
    }

    /// Every account and role that was listed, used, or has keys in the vault, also where a profile reaches it too; by use
    /// and then by name.
    pub fn roles(&self) -> Vec<Candidate> {
        let Some(store) = self.store else { return Vec::new() };
        let mut known = BTreeSet::new();
        let headers = store.headers().unwrap_or_default();
        for header in headers.into_iter().filter(|header| header.kind == RoleKeys::KIND) {
            known.insert(RoleId { session: header.id.session, account_id: header.id.account, role: header.id.role });
        }
        known.extend(self.sessions().iter().flat_map(|session| sso::known_roles(store, &session.id)));
        known.extend(self.uses.names().filter_map(|name| self.used_role(name)));
        let mut roles: Vec<Candidate> = known.iter().filter_map(|role| self.role(role)).collect();
        sort(&mut roles);
        roles
    }

    fn profile(&self, score: f64, name: &str, glance: &Glance<'a>) -> Candidate {
        let Glance { sso_session, sso_start_url, sso_account_id, sso_role_name, role_arn, .. } = *glance;
        let (account_id, role) = match role_arn {
            Some(arn) => listing::of_arn(arn),
            None => (sso_account_id, sso_role_name),
        };
        let session = sso_session.or(sso_start_url).filter(|_| role_arn.is_none());
        let known = session.and_then(|_| self.session_of(glance));
        let account_name = known.zip(account_id).and_then(|(known, id)| known.names.get(id).cloned());
        Candidate {
            name: name.to_owned(),
            is_profile: true,
            session: session.map(str::to_owned),
            account_id: account_id.map(str::to_owned),
            account_name,
            role: role.map(str::to_owned),
            score,
        }
    }

    /// What a person would type for a role; `None` for one of a session that the config no longer has, or that can't be
    /// typed.
    fn role(&self, role: &RoleId) -> Option<Candidate> {
        let session = self.sessions().iter().find(|session| session.id == role.session)?;
        let is_typed = |part: &str| !part.is_empty() && !part.contains('/') && sanitize::is_shown(part);
        if !is_typed(&role.role) || !is_typed(&role.account_id) {
            return None;
        }
        let account_name = session.names.get(&role.account_id);
        let label = session.id.label();
        let by_id = format!("{}/{}", role.account_id, role.role);
        let by_name = account_name.map(|name| format!("{name}/{}", role.role));
        let spoken = match (account_name, &by_name) {
            (Some(name), Some(word)) if self.is_plain(word) && session.has_one(name) => (name, word),
            _ => (&role.account_id, &by_id),
        };
        let name = if self.is_clear(spoken.0, session) { spoken.1.clone() } else { format!("{label}:{}", spoken.1) };
        let spellings = [Some(by_id), by_name].into_iter().flatten();
        let scores = spellings
            .map(|word| self.uses.score(&format!("{label}:{word}"), self.now) + self.uses.score(&word, self.now));
        Some(Candidate {
            score: scores.sum(),
            name,
            is_profile: false,
            session: Some(label.to_owned()),
            account_id: Some(role.account_id.clone()),
            account_name: account_name.cloned(),
            role: Some(role.role.clone()),
        })
    }

    /// Whether a word shows as what it is, and is taken for no option.
    fn is_plain(&self, word: &str) -> bool {
        !word.starts_with('-') && sanitize::is_shown(word) && !self.config.has_profile(word)
    }

    /// Whether an account's name or id alone says which session is meant.
    fn is_clear(&self, account: &str, session: &KnownSession) -> bool {
        let mut others = self.sessions().iter().filter(|other| other.id != session.id).peekable();
        others.peek().is_none()
            || session.knows(account) && others.all(|other| !other.knows(account) && !has_prefix(account, other))
    }

    /// The account and role that a use names, where it is no profile.
    fn used_role(&self, name: &str) -> Option<RoleId> {
        let (account, role) = name.rsplit_once('/').filter(|_| !self.config.has_profile(name))?;
        let named = self.sessions().iter().find(|session| has_prefix(account, session));
        let account = named.map_or(account, |session| &account[session.id.label().len() + 1..]);
        let sessions = self.sessions().iter().filter(|session| named.is_none_or(|named| named.id == session.id));
        let mut found = sessions.flat_map(|session| {
            let fits = |one: &&Account| one.id == account || one.name == account;
            session.accounts.iter().filter(fits).map(|account| (&session.id, &account.id))
        });
        let (session, account_id) = found.next()?;
        found.next().is_none().then(|| RoleId {
            session: session.clone(),
            account_id: account_id.clone(),
            role: role.to_owned(),
        })
    }

    fn glances(&self) -> &[(&'a str, Glance<'a>)] {
        self.glances.get_or_init(|| self.config.glances())
    }

    fn session_of(&self, glance: &Glance<'a>) -> Option<Rc<KnownSession>> {
        self.store?;
        let said = (glance.sso_session, glance.sso_start_url, glance.sso_region);
        let mut known = self.by_profile.borrow_mut();
        known.entry(said).or_insert_with(|| self.session_id(glance).map(|id| self.known(id))).clone()
    }

    /// As [`Config::session`] has it, or as an old profile says it itself.
    fn session_id(&self, glance: &Glance<'_>) -> Option<SessionId> {
        if let Some(name) = glance.sso_session {
            return Some(self.config.session(name).ok()?.id);
        }
        let (start_url, region) = (glance.sso_start_url?.to_owned(), glance.sso_region?.to_owned());
        Some(SessionId { name: SessionId::INLINE.to_owned(), start_url, region })
    }

    fn known(&self, id: SessionId) -> Rc<KnownSession> {
        let accounts = self.store.map(|store| sso::known_accounts(store, &id)).unwrap_or_default();
        let named = accounts.iter().filter_map(|one| Some((one.id.clone(), one.clone().spoken_name()?)));
        Rc::new(KnownSession { names: named.collect(), id, accounts })
    }

    /// Every session of the config.
    pub fn session_ids(&self) -> impl Iterator<Item = &SessionId> {
        self.sessions().iter().map(|session| &session.id)
    }

    fn sessions(&self) -> &[Rc<KnownSession>] {
        self.sessions.get_or_init(|| {
            let named = self.config.section_names(SectionKind::SsoSession).into_iter();
            let mut ids: Vec<SessionId> = named.filter_map(|name| Some(self.config.session(name).ok()?.id)).collect();
            let mut seen = HashSet::new();
            for (_, glance) in self.glances() {
                let is_inline = glance.sso_session.is_none() && glance.sso_start_url.is_some();
                if is_inline && seen.insert((glance.sso_start_url, glance.sso_region)) {
                    ids.extend(self.session_id(glance));
                }
            }
            ids.into_iter().map(|id| self.known(id)).collect()
        })
    }
}

/// Whether a word names this session before a colon.
fn has_prefix(word: &str, session: &KnownSession) -> bool {
    word.strip_prefix(session.id.label()).is_some_and(|rest| rest.starts_with(':'))
}

fn sort(candidates: &mut [Candidate]) {
    candidates.sort_unstable_by(|a, b| {
        let by_use = b.score.total_cmp(&a.score);
        by_use.then_with(|| b.is_profile.cmp(&a.is_profile)).then_with(|| a.name.cmp(&b.name))
    });
}
