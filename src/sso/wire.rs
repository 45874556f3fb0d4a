//! Runtime, TLS and SDK clients: built at the first request, never before, so that a warm switch pays for none of them.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::runtime::{Builder, Runtime};

use super::IdentityCenter;
use crate::aws::answer::Failure;
use crate::aws::{explain, http, retry};
use crate::clock;
use crate::endpoint::{Endpoint, Service};
use crate::error::Result;

pub(super) struct Wire {
    pub runtime: Runtime,
    pub oidc: aws_sdk_ssooidc::Client,
    pub portal: aws_sdk_sso::Client,
}

impl Wire {
    fn new(center: &IdentityCenter) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| explain::no_runtime())?;
        let http =
            http::client(&[&center.place.oidc.url, &center.place.portal.url], &center.place.network, &center.clock)?;
        // Timeouts and retries are `retry`'s.
        let oidc = aws_sdk_ssooidc::Config::builder()
            .behavior_version(aws_sdk_ssooidc::config::BehaviorVersion::latest())
            .region(aws_sdk_ssooidc::config::Region::new(center.session.id.region.clone()))
            .endpoint_url(center.place.oidc.url.as_str())
            .http_client(http.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .build();
        let portal = aws_sdk_sso::Config::builder()
            .behavior_version(aws_sdk_sso::config::BehaviorVersion::latest())
            .region(aws_sdk_sso::config::Region::new(center.session.id.region.clone()))
            .endpoint_url(center.place.portal.url.as_str())
            .http_client(http)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .build();
        Ok(Self {
            runtime,
            oidc: aws_sdk_ssooidc::Client::from_conf(oidc),
            portal: aws_sdk_sso::Client::from_conf(portal),
        })
    }
}

impl IdentityCenter {
    pub(super) fn wire(&self) -> Result<&Wire> {
        if let Some(wire) = self.wire.get() {
            return Ok(wire);
        }
        let wire = Wire::new(self)?;
        Ok(self.wire.get_or_init(|| wire))
    }

    /// One request with its retries, within the deadline of this run.
    pub(super) fn ask<T, E>(
        &self,
        service: Service,
        operation: &str,
        call: impl AsyncFnMut(&Wire) -> Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata,
    {
        self.ask_until(self.usual_deadline(), service, operation, call)
    }

    pub(super) fn usual_deadline(&self) -> Instant {
        let usual = Instant::now() + retry::ALTOGETHER;
        self.deadline.map_or(usual, |deadline| deadline.min(usual))
    }

    pub(super) fn ask_until<T, E>(
        &self,
        deadline: Instant,
        service: Service,
        operation: &str,
        mut call: impl AsyncFnMut(&Wire) -> Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata,
    {
        self.try_until(deadline, service, operation, async |wire: &Wire| call(wire).await.map_err(Failure::of))
    }

    /// For a call that takes some failures for answers.
    pub(super) fn try_until<T>(
        &self,
        deadline: Instant,
        service: Service,
        operation: &str,
        mut call: impl AsyncFnMut(&Wire) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let wire = self.wire()?;
        let began = Instant::now();
        let deadline = self.left().map_or(deadline, |left| deadline.min(began + left));
        let mut tries = 0_u32;
        let answer = wire.runtime.block_on(retry::until(deadline, async || {
            tries += 1;
            call(wire).await
        }));
        let outcome = match &answer {
            Ok(_) => "ok".to_owned(),
            Err(failure) => failure.status().map_or_else(|| "no usable answer".into(), |status| status.to_string()),
        };
        self.spend(began.elapsed());
        let origin = self.origin(service);
        let took = began.elapsed().as_millis();
        let tries = if tries > 1 { format!(", {tries} tries") } else { String::new() };
        self.person.detail(&format!("{operation} at {origin}: {outcome}, {took} ms{tries}"));
        self.note_skew();
        answer
    }

    /// What is left of the time that all requests together may take.
    fn left(&self) -> Option<Duration> {
        self.allowance.as_ref().map(|left| *left.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn spend(&self, time: Duration) {
        if let Some(left) = &self.allowance {
            let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
            *left = left.saturating_sub(time);
        }
    }

    pub(super) fn endpoint(&self, service: Service) -> &Endpoint {
        match service {
            Service::SsoOidc => &self.place.oidc,
            _ => &self.place.portal,
        }
    }

    pub(super) fn origin(&self, service: Service) -> String {
        self.endpoint(service).origin()
    }

    /// A clock that is more than five minutes off is said once.
    fn note_skew(&self) {
        let off = self.clock.offset();
        if !off.is_zero() && !self.skew_noted.swap(true, Ordering::Relaxed) {
            let off_by = clock::roughly(off.abs());
            let direction = if off.is_positive() { "behind" } else { "ahead of" };
            self.person.note(&format!("this machine's clock is {off_by} {direction} AWS's; AWS's is used"));
        }
    }
}
