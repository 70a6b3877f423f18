"""The shapes of issued credentials: each has a fixed text in it, looked for first because that costs little."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.redact.secret import Secret

# (kind, how it starts, what follows), as their issuers document them, and a little wider than today's lengths. A `|` in
# the second column separates several beginnings of one shape.
_STARTS = r"""
aws           AKIA|ASIA|ABIA|ACCA                       [A-Z0-9]{16}(?![A-Za-z0-9])
google        AIza                                      [\w-]{35}
google        ya29.                                     [\w-]{20,}
google        GOCSPX-                                   [\w-]{20,}
alibaba       LTAI                                      [A-Za-z0-9]{12,24}(?![A-Za-z0-9])
digitalocean  doo_v1_|dop_v1_|dor_v1_|dot_v1_           [a-f0-9]{40,}
heroku        HRKU-                                     [\w-]{30,}
flyio         fm1_|fm2_|fo1_                            [\w+/=-]{20,}
databricks    dapi                                      [a-f0-9]{32}
vault         hvs.|hvb.|hvr.                            [\w-]{20,}
pulumi        pul-                                      [a-f0-9]{40}
doppler       dp.pt.|dp.st.|dp.ct.|dp.sa.|dp.scim.      [A-Za-z0-9.]{30,}
github        ghp_|gho_|ghu_|ghs_|ghr_                  [A-Za-z0-9]{30,255}
github        github_pat_                               \w{22,255}
gitlab        glpat-|gldt-|glrt-|glrtr-|glcbt-|glptt-   [\w.-]{20,}
gitlab        glft-|glimt-|glagent-|glsoat-|gloas-      [\w.-]{20,}
gitlab        GR1348941                                 [\w-]{20}
npm           npm_                                      [A-Za-z0-9]{30,}
pypi          pypi-                                     [\w-]{40,}
rubygems      rubygems_                                 [a-f0-9]{40,}
docker        dckr_pat_|dckr_oat_                       [\w-]{20,}
atlassian     ATATT3                                    [\w=-]{50,}
buildkite     bkua_                                     [a-f0-9]{40}
sentry        sntrys_|sntryu_                           [\w+/=-]{40,}
grafana       glsa_                                     [A-Za-z0-9]{32}_[A-Fa-f0-9]{8}
grafana       glc_                                      [A-Za-z0-9+/=]{30,}
newrelic      NRAK-                                     [A-Z0-9]{20,}
postman       PMAK-                                     [a-f0-9]{24}-[a-f0-9]{34}
slack         xoxa-|xoxb-|xoxe-|xoxe.|xoxo-|xoxp-       [A-Za-z0-9.-]{10,}
slack         xoxr-|xoxs-|xoxc-|xoxd-                   [A-Za-z0-9%.-]{10,}
slack         xapp-                                     \d-[A-Za-z0-9-]{20,}
stripe        sk_live_|rk_live_|sk_test_|rk_test_       [A-Za-z0-9]{10,}
stripe        whsec_                                    [A-Za-z0-9+/=]{20,}
square        sq0atp-|sq0csp-|sq0idp-                   [\w-]{22,}
shopify       shpat_|shpca_|shppa_|shpss_               [a-fA-F0-9]{32}
twilio        SK                                        [0-9a-fA-F]{32}(?![0-9a-zA-Z])
sendgrid      SG.                                       [\w-]{16,}\.[\w-]{30,}
mailgun       key-                                      [0-9a-f]{32}(?![0-9a-zA-Z])
dropbox       sl.                                       [\w-]{60,}
figma         figd_                                     [\w-]{30,}
linear        lin_api_|lin_oauth_                       [A-Za-z0-9]{30,}
notion        ntn_                                      [A-Za-z0-9]{30,}
tailscale     tskey-                                    [a-z]+-[A-Za-z0-9-]{15,}
supabase      sbp_                                      [a-f0-9]{40}
planetscale   pscale_tkn_|pscale_pw_|pscale_oauth_      [\w.-]{30,}
anthropic     sk-ant-                                   [\w-]{20,}
openai        sk-                                       (?:(?:proj|svcacct|admin)-[\w-]{20,}|[A-Za-z0-9]{32,})
huggingface   hf_                                       [A-Za-z0-9]{30,}
groq          gsk_                                      [A-Za-z0-9]{30,}
replicate     r8_                                       [A-Za-z0-9]{30,}
huggingface   api_org_                                  [A-Za-z]{30,}
perplexity    pplx-                                     [A-Za-z0-9]{32,}
1password     ops_eyJ                                   [\w+/=-]{50,}
1password     A3-                                       [A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3}
adobe         p8e-                                      [A-Za-z0-9]{32}
airtable      pat                                       [A-Za-z0-9]{14}\.[a-f0-9]{64}
artifactory   AKCp                                      [A-Za-z0-9]{69}
artifactory   cmVmd                                     [A-Za-z0-9]{59}
aws           ABSK                                      [A-Za-z0-9+/]{60,}={0,2}
aws           bedrock-api-key-                          [\w+/=-]{20,}
clojars       CLOJARS_                                  [a-z0-9]{60}
cloudflare    v1.0-                                     [a-f0-9]{24}-[a-f0-9]{100,}
duffel        duffel_test_|duffel_live_                 [\w=-]{30,}
dynatrace     dt0c01.|dt0s01.|dt0s02.                   [A-Za-z0-9]{24}\.[A-Za-z0-9]{64}
easypost      EZAK|EZTK                                 [A-Za-z0-9]{54}
facebook      EAAA|EAAM|EAAC|EAAB|EAAG                  [A-Za-z0-9]{80,}
flutterwave   FLWSECK_TEST-|FLWSECK-|FLWPUBK_TEST-      [a-zA-Z0-9]{12,}(?:-X)?
frameio       fio-u-                                    [\w=-]{40,}
gitlab        glffct-|glcbt-|glwt-                      [\w-]{20,}
infracost     ico-                                      [A-Za-z0-9]{32}
intra42       s-s4t2ud-|s-s4t2af-                       [a-f0-9]{64}
octopus       API-                                      [A-Z0-9]{26,}
openshift     sha256~                                   [\w-]{40,}
prefect       pnu_|pnb_                                 [A-Za-z0-9]{30,}
readme        rdme_                                     [a-z0-9]{60,}
scalingo      tk-us-                                    [\w-]{40,}
brevo         xkeysib-|xsmtpsib-                        [a-f0-9]{64}-[A-Za-z0-9]{16}
settlemint    sm_aat_|sm_pat_|sm_sat_                   [A-Za-z0-9]{16,}
shippo        shippo_live_|shippo_test_                 [a-fA-F0-9]{40}
stripe        sk_prod_|rk_prod_                         [A-Za-z0-9]{10,}
square        EAAA                                      [\w-]{22,60}
sourcegraph   sgp_|slk_                                 [\w-]{30,}
vault         hvs_|s.                                   [A-Za-z0-9]{24}(?![A-Za-z0-9])
authress      authress_                                 [\w.-]{40,}
jwt           ey                                        [A-Za-z0-9][\w-]{10,}\.ey[\w-]{8,}(?:\.[\w-]*)?
age           AGE-SECRET-KEY-1                          [A-Z0-9]{50,}
"""
# (kind, a text in it, the whole; a group `secret` is the part that is secret)
_AROUND = (
    ("azure", "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{40,}={0,2})"),
    ("azure", "SharedAccessKey=", r"SharedAccessKey=(?P<secret>[A-Za-z0-9+/]{20,}={0,2})"),
    ("azure", "sig=", r"[?&;]sig=(?P<secret>[A-Za-z0-9%]{43,}(?:%3[dD]|=))"),
    ("azure", "Q~", r"(?<![\w.~-])[\w.~]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])"),
    ("terraform", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{50,}"),
    ("npm", ":_auth", r":_auth(?:Token)?\s*=\s*[\"']?(?P<secret>[^\s\"'${}]{8,})"),
    ("slack", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[\w/-]{20,})"),
    ("discord", "/api/webhooks/", r"/api/webhooks/\d{15,20}/(?P<secret>[\w-]{50,})"),
    ("telegram", ":AA", r"(?<!\w)\d{8,10}:AA[\w-]{33}(?![\w-])"),
    ("mailchimp", "-us", r"(?<!\w)[0-9a-f]{32}-us\d{1,2}(?!\w)"),
    (
        "private-key",
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)"
        r"(?:-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----|\Z)",
    ),
)

_BY_START = tuple(
    (kind, start, re.compile(rest))
    for kind, starts, rest in (line.split(maxsplit=2) for line in _STARTS.strip().splitlines())
    for start in starts.split("|")
)
_BY_PART = tuple((kind, part, re.compile(whole)) for kind, part, whole in _AROUND)


def issued_tokens(text: str) -> Iterator[Secret]:
    """Credentials that can be told by their own shape, wherever they stand."""
    for kind, start, rest in _BY_START:
        at = text.find(start)
        while at >= 0:
            begun = at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_")
            if begun and (found := rest.match(text, at + len(start))):
                yield Secret(kind, at, found.end())
            at = text.find(start, at + len(start))
    for kind, part, whole in _BY_PART:
        if part in text:
            for found in whole.finditer(text):
                group = "secret" if "secret" in whole.groupindex else 0
                yield Secret(kind, found.start(group), found.end(group))
