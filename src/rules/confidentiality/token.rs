//! Shapes of tokens that their issuers gave a prefix, so that a scanner can know them.
//!
//! Owns one table. Prefixes, alphabets and lengths are those that the issuers publish, as the default rules of gitleaks 8.30
//! (<https://github.com/gitleaks/gitleaks>, MIT) collect them. Secrets without a prefix are known by where they stand:
//! [`super::assignment`].

use std::ops::Range;

/// Characters a token is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alphabet {
    /// Letters and digits.
    Alnum,
    /// Letters, digits, `-` and `_`.
    Word,
    /// The same and `.`, `=`.
    Dotted,
    /// Hexadecimal digits in either case.
    Hex,
    /// Capitals and the digits 2 to 7.
    Base32,
    /// Capitals and digits.
    Upper,
    /// Letters, digits, `+`, `/`, `=`, and `%` where it stands in an address.
    Base64,
    /// What an address holds after its host.
    Address,
}

impl Alphabet {
    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Self::Dotted => {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=')
            }
            Self::Address => {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b'@')
            }
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Base32 => byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Base64 => {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'%')
            }
        }
    }
}

/// The shape of one kind of token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// What it is, with its article.
    pub(super) kind: &'static str,
    /// What it begins with, or what stands `before` bytes after its beginning.
    pub(super) prefix: &'static str,
    /// Bytes of the token before the prefix.
    before: usize,
    alphabet: Alphabet,
    /// Least and most characters after the prefix.
    length: (usize, usize),
}

const fn shape(
    kind: &'static str,
    prefix: &'static str,
    alphabet: Alphabet,
    least: usize,
    most: usize,
) -> Shape {
    Shape {
        kind,
        prefix,
        before: 0,
        alphabet,
        length: (least, most),
    }
}

use Alphabet::{Address, Alnum, Base32, Base64, Dotted, Hex, Upper, Word};

/// Every shape.
pub(super) const SHAPES: &[Shape] = &[
    shape("an AWS access key", "AKIA", Base32, 16, 16),
    shape("an AWS access key", "ASIA", Base32, 16, 16),
    shape("an AWS access key", "ABIA", Base32, 16, 16),
    shape("an AWS access key", "ACCA", Base32, 16, 16),
    shape("an AWS Bedrock key", "ABSK", Base64, 109, 269),
    shape("a GitHub token", "ghp_", Alnum, 36, 255),
    shape("a GitHub token", "gho_", Alnum, 36, 255),
    shape("a GitHub token", "ghu_", Alnum, 36, 255),
    shape("a GitHub token", "ghs_", Dotted, 36, 520),
    shape("a GitHub token", "ghr_", Alnum, 36, 255),
    shape("a GitHub token", "github_pat_", Word, 36, 255),
    shape("a GitLab token", "glpat-", Dotted, 20, 300),
    shape("a GitLab token", "gldt-", Dotted, 20, 300),
    shape("a GitLab token", "glptt-", Hex, 40, 40),
    shape("a GitLab token", "glrt-", Dotted, 20, 300),
    shape("a GitLab token", "glcbt-", Dotted, 20, 300),
    shape("a GitLab token", "gloas-", Word, 64, 64),
    shape("a GitLab token", "glft-", Word, 20, 64),
    shape("a GitLab token", "glimt-", Word, 25, 64),
    shape("a GitLab token", "glagent-", Word, 50, 64),
    shape("a GitLab token", "glsoat-", Word, 20, 64),
    shape("a GitLab token", "GR1348941", Word, 20, 64),
    shape("a Slack token", "xoxb-", Word, 20, 120),
    shape("a Slack token", "xoxp-", Word, 20, 120),
    shape("a Slack token", "xoxa-", Word, 8, 120),
    shape("a Slack token", "xoxr-", Word, 8, 120),
    shape("a Slack token", "xoxs-", Word, 20, 120),
    shape("a Slack token", "xoxo-", Word, 20, 120),
    shape("a Slack token", "xoxe-", Word, 20, 200),
    shape("a Slack token", "xapp-", Word, 20, 160),
    shape(
        "a Slack webhook",
        "hooks.slack.com/services/",
        Base64,
        40,
        60,
    ),
    shape(
        "a Slack webhook",
        "hooks.slack.com/workflows/",
        Base64,
        40,
        80,
    ),
    shape(
        "a Slack webhook",
        "hooks.slack.com/triggers/",
        Base64,
        40,
        80,
    ),
    shape(
        "a Discord webhook",
        "discord.com/api/webhooks/",
        Address,
        60,
        120,
    ),
    shape(
        "a Discord webhook",
        "discordapp.com/api/webhooks/",
        Address,
        60,
        120,
    ),
    shape(
        "a Teams webhook",
        "webhook.office.com/webhookb2/",
        Address,
        100,
        400,
    ),
    shape("a Stripe key", "sk_live_", Alnum, 10, 247),
    shape("a Stripe key", "sk_test_", Alnum, 10, 247),
    shape("a Stripe key", "rk_live_", Alnum, 10, 247),
    shape("a Stripe key", "rk_test_", Alnum, 10, 247),
    shape("a Stripe webhook secret", "whsec_", Base64, 32, 64),
    shape("a Google API key", "AIza", Word, 35, 35),
    shape("a Google OAuth token", "ya29.", Word, 30, 400),
    shape("a Google client secret", "GOCSPX-", Word, 28, 28),
    shape("an npm token", "npm_", Alnum, 36, 36),
    shape("a PyPI token", "pypi-AgEIcHlwaS5vcmc", Word, 50, 1000),
    shape("a RubyGems key", "rubygems_", Hex, 48, 48),
    shape("a Clojars token", "CLOJARS_", Alnum, 60, 60),
    shape("a Docker Hub token", "dckr_pat_", Word, 27, 64),
    shape("an Artifactory key", "AKCp", Alnum, 69, 69),
    shape("a SendGrid key", "SG.", Dotted, 66, 66),
    shape("a Twilio key", "SK", Hex, 32, 32),
    shape("a Mailgun key", "key-", Hex, 32, 32),
    shape("a DigitalOcean token", "dop_v1_", Hex, 64, 64),
    shape("a DigitalOcean token", "doo_v1_", Hex, 64, 64),
    shape("a DigitalOcean token", "dor_v1_", Hex, 64, 64),
    shape("a Heroku key", "HRKU-AA", Word, 58, 58),
    shape("a Fly.io token", "fo1_", Word, 43, 43),
    shape("a Fly.io token", "fm2_", Base64, 100, 1000),
    shape("an Azure storage key", "AccountKey=", Base64, 86, 90),
    shape(
        "an Azure shared access key",
        "SharedAccessKey=",
        Base64,
        43,
        90,
    ),
    shape("an Azure shared access signature", "&sig=", Base64, 43, 120),
    Shape {
        kind: "an Azure client secret",
        prefix: "Q~",
        before: 4,
        alphabet: Dotted,
        length: (31, 34),
    },
    shape("a New Relic key", "NRAK-", Upper, 27, 27),
    shape("a New Relic key", "NRII-", Word, 32, 32),
    shape("a Grafana token", "glsa_", Word, 41, 41),
    shape("a Grafana token", "glc_", Base64, 32, 400),
    shape("a Databricks token", "dapi", Hex, 32, 32),
    shape("a Vault token", "hvs.", Word, 24, 120),
    shape("a Vault token", "hvb.", Word, 138, 300),
    Shape {
        kind: "a Terraform token",
        prefix: ".atlasv1.",
        before: 14,
        alphabet: Dotted,
        length: (60, 70),
    },
    shape("a Doppler token", "dp.pt.", Alnum, 43, 43),
    shape("a Postman key", "PMAK-", Word, 59, 59),
    shape("a Pulumi token", "pul-", Hex, 40, 40),
    shape("a Linear key", "lin_api_", Alnum, 40, 40),
    shape("a Notion token", "ntn_", Alnum, 46, 46),
    shape("a Notion token", "secret_", Alnum, 43, 43),
    shape("a Shopify token", "shpat_", Hex, 32, 32),
    shape("a Shopify token", "shpca_", Hex, 32, 32),
    shape("a Shopify token", "shppa_", Hex, 32, 32),
    shape("a Shopify secret", "shpss_", Hex, 32, 32),
    shape("a Square token", "sq0atp-", Word, 22, 60),
    shape("an OpenAI key", "sk-proj-", Word, 60, 250),
    shape("an OpenAI key", "sk-svcacct-", Word, 60, 250),
    shape("an OpenAI key", "sk-admin-", Word, 60, 250),
    Shape {
        kind: "an OpenAI key",
        prefix: "T3BlbkFJ",
        before: 23,
        alphabet: Alnum,
        length: (20, 20),
    },
    shape("an Anthropic key", "sk-ant-", Word, 80, 160),
    shape("a Hugging Face token", "hf_", Alnum, 34, 34),
    shape("a Perplexity key", "pplx-", Alnum, 48, 48),
    shape("a Sentry token", "sntrys_", Base64, 60, 500),
    shape("a Sentry token", "sntryu_", Hex, 64, 64),
    shape("a PlanetScale token", "pscale_tkn_", Dotted, 32, 64),
    shape("a PlanetScale password", "pscale_pw_", Dotted, 32, 64),
    shape("an Atlassian token", "ATATT3", Dotted, 100, 300),
    shape("a Dynatrace token", "dt0c01.", Dotted, 89, 89),
    shape("a 1Password token", "ops_eyJ", Base64, 250, 2000),
    shape("an age secret key", "AGE-SECRET-KEY-1", Upper, 58, 58),
    shape("an OpenShift token", "sha256~", Word, 43, 43),
    shape("a Sourcegraph token", "sgp_", Word, 40, 60),
    shape("a Supabase key", "sbp_", Hex, 40, 40),
    shape("a Tailscale key", "tskey-", Word, 30, 80),
    shape("a Netlify token", "nfp_", Alnum, 36, 40),
];

impl Shape {
    /// The token whose prefix stands at `at`.
    pub(super) fn at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let start = at.checked_sub(self.before)?;
        let joined = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let address = self.prefix.contains('/') || self.prefix.starts_with('&');
        let apart = start == 0 || address || !joined(&bytes[start - 1]);
        let lead = bytes[start..at]
            .iter()
            .all(|byte| Dotted.holds(*byte) || *byte == b'~');
        if !apart || !lead || !bytes[at..].starts_with(self.prefix.as_bytes()) {
            return None;
        }
        let from = at + self.prefix.len();
        let body = bytes[from..].iter().take(self.length.1 + 1);
        let mut length = body.take_while(|byte| self.alphabet.holds(**byte)).count();
        // A full stop ends the sentence, not the token.
        while length > 0 && bytes[from + length - 1] == b'.' {
            length -= 1;
        }
        let ends = bytes.get(from + length).is_none_or(|byte| !joined(byte));
        let fits = (self.length.0..=self.length.1).contains(&length);
        (fits && ends).then_some(start..from + length)
    }
}
