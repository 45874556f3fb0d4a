//! The stand-in in a test's own process.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::acts::What;
use crate::config::{Approval, Config, Lifetimes};
use crate::faults::Fault;
use crate::log::Logged;
use crate::server::{Hub, router};
use crate::wire::{Cut, Door};
use crate::world::{Decision, Issued, Opened, World};

/// A running stand-in; it stops, and its connections close, when this is dropped.
pub struct StandIn {
    hub: Arc<Hub>,
    url: String,
    runtime: Option<Runtime>,
}

impl StandIn {
    /// # Panics
    /// Where no port or thread can be had: a test can't go on without.
    #[must_use]
    pub fn start(config: Config) -> Self {
        Self::try_start(config).expect("the stand-in starts on a loopback port")
    }

    /// # Errors
    /// Where the port is taken, or no thread can be started.
    pub fn try_start(config: Config) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)))?;
        let url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let hub = Arc::new(Hub::new(World::new(config, url.clone())));
        let app = router(hub.clone()).into_make_service_with_connect_info::<Cut>();
        runtime.spawn(async move { axum::serve(Door(listener), app).await });
        Ok(Self { hub, url, runtime: Some(runtime) })
    }

    /// `http://127.0.0.1:PORT`: the endpoint of OIDC, portal and STS alike.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The start URL of the first instance.
    #[must_use]
    pub fn start_url(&self) -> String {
        self.hub.world().start_url(0)
    }

    #[must_use]
    pub fn start_urls(&self) -> Vec<String> {
        let world = self.hub.world();
        (0..world.config.instances.len()).map(|instance| world.start_url(instance)).collect()
    }

    #[must_use]
    pub fn region(&self) -> String {
        self.hub.world().config.region.clone()
    }

    /// The endpoint variables that send AWS clients here.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"]
            .map(|name| (name, self.url.clone()))
            .to_vec()
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn log(&self) -> Vec<Logged> {
        self.hub.world().log.entries.clone()
    }

    /// Forgets requests and browser counts.
    pub fn clear_log(&self) {
        let mut world = self.hub.world();
        world.log.entries.clear();
        world.opened = Opened::default();
    }

    /// How many requests an operation has had.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.hub.world().log.count(operation)
    }

    /// Waits until an operation has had `count` requests; false where that takes longer than `limit`.
    #[must_use]
    pub fn wait_for(&self, operation: &str, count: usize, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        let mut world = self.hub.world();
        while world.log.count(operation) < count {
            let Some(left) = until.checked_duration_since(Instant::now()) else { return false };
            world = self.hub.moved.wait_timeout(world, left).map_or_else(|poisoned| poisoned.into_inner().0, |ok| ok.0);
        }
        true
    }

    /// How often a browser opened the authorization page and the device page.
    #[must_use]
    pub fn opened(&self) -> Opened {
        self.hub.world().opened
    }

    pub fn fault(&self, fault: Fault) {
        self.hub.world().faults.push(fault);
    }

    pub fn clear_faults(&self) {
        self.hub.world().faults.clear();
    }

    /// Approves all that is pending, devices and pages; returns where the browsers of the pages are sent.
    pub fn approve(&self) -> Vec<String> {
        self.decide(None, Decision::Approved)
    }

    /// Approves the device of this user code only.
    pub fn approve_code(&self, user_code: &str) {
        self.decide(Some(user_code), Decision::Approved);
    }

    /// Denies all that is pending; returns where the browsers of the pages are sent.
    pub fn deny(&self) -> Vec<String> {
        self.decide(None, Decision::Denied)
    }

    fn decide(&self, user_code: Option<&str>, decision: Decision) -> Vec<String> {
        let (_, sent_to) = self.hub.world().decide_pending(user_code, decision);
        self.hub.decided.notify_waiters();
        sent_to
    }

    /// How sign-ins that begin from now on are approved.
    pub fn set_approval(&self, approval: Approval) {
        self.hub.world().config.approval = approval;
    }

    /// How long what is handed out from now on lives.
    pub fn set_lifetimes(&self, change: impl FnOnce(&mut Lifetimes)) {
        change(&mut self.hub.world().config.lifetimes);
    }

    /// Lets all of a kind expire now.
    pub fn expire(&self, what: What) {
        self.hub.world().expire(what);
    }

    /// Makes all of a kind worthless now.
    pub fn revoke(&self, what: What) {
        self.hub.world().revoke(what);
    }

    /// Ends every session, as an administrator does: access and refresh tokens.
    pub fn end_sessions(&self) {
        crate::portal::end_session(&mut self.hub.world(), |_| true);
    }

    /// Returns whether there was such an assignment.
    pub fn remove_role(&self, account_id: &str, role_name: &str) -> bool {
        self.hub.world().remove_role(account_id, role_name)
    }

    /// `*` is every operation.
    pub fn set_latency(&self, operation: &str, milliseconds: u64) {
        self.hub.world().config.latency_ms.insert(operation.into(), milliseconds);
    }

    /// Seconds added to the server's clock: `Date` and every judgement of expiry.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.hub.world().clock_offset = jiff::SignedDuration::from_secs(seconds);
    }

    /// Every secret ever handed out, or received as a PKCE verifier or state.
    #[must_use]
    pub fn issued_secrets(&self) -> Vec<Issued> {
        self.hub.world().secrets.clone()
    }

    /// Tokens, keys, devices and pages, as the control API's `state` has them.
    #[must_use]
    pub fn state(&self) -> serde_json::Value {
        self.hub.world().state()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waits until the port is closed, where waiting is allowed.
            if tokio::runtime::Handle::try_current().is_ok() {
                runtime.shutdown_background();
            } else {
                runtime.shutdown_timeout(Duration::from_secs(5));
            }
        }
    }
}
