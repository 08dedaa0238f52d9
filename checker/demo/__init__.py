"""An AWS to try things on: an emulator on the loopback interface, with a small organization.

The organization o-acme1234567 has four accounts: acme-management (111111111111),
acme-production (222222222222), acme-development (333333333333) and acme-acquired
(444444444444), which lets the collector in nowhere. With `allowlist.yaml` beside this file it
deserves these findings (policy, resource, principal):

| policy | resource | principal |
|---|---|---|
| anyone-trust | 333333333333 role/LegacyDataExport | * |
| unvetted-account-trust | 222222222222 role/CostReports | 454464851268 (a known vendor) |
| unvetted-account-trust | 222222222222 role/Migration2019 | 888888888888 (nobody knows) |
| unvetted-account-trust | 333333333333 role/OldAnalytics | 666666666666 (vetting expired) |
| unvetted-account-trust, waived | 333333333333 role/LegacyAuditor | 555555555555 |
| expired-vetting | allowlist.yaml#Old Analytics | 666666666666 |
| missing-external-id | 222222222222 role/BackupVendor | 777777777777 |
| vendor-out-of-scope | 333333333333 role/DatadogIntegration | 464622532012 |
| open-federation | 333333333333 role/github-preview | token.actions.githubusercontent.com |
| unvetted-federation | 333333333333 role/github-preview | token.actions.githubusercontent.com |
| unvetted-federation | 333333333333 role/PartnerSupport | https://idp.partner.example/saml |
| dangling-principal | 222222222222 role/FormerContractor | null |
| unvetted-image-owner | 222222222222 us-east-1 instance "api-1" | 313131313131 (look-alike) |
| unvetted-marketplace-image | 333333333333 us-east-1 instance "vpn-1" | 679593333241 |
| unknown-image-owner | 333333333333 eu-west-1 instance "cron-3" | null |
| unvetted-container-publisher | 222222222222 service "dashboards" | docker.io/grafana |
| mutable-third-party-code | 222222222222 service "dashboards" | docker.io/grafana |
| unvetted-container-publisher | 222222222222 service "cache" | docker.io/library (own mirror) |
| public-resource | 222222222222 key "AWS::KMS::Key" | * |
| unvetted-cluster-admin | 222222222222 access entry of "shop" | 888888888888 |
| shared-snapshot | 222222222222 snapshot "AWS::EC2::Snapshot" | 888888888888 |
| unvetted-resource-access | 222222222222 share "partner-network" | 888888888888 |
| open-deputy | 222222222222 queue "orders" | sns.amazonaws.com |
| unobserved-vendor | allowlist.yaml#Example Monitoring | 999999999999 |
| collection-gap | 444444444444/-/sts:AssumeRole | null |

And none of these: a vendor with its external id (222222222222 role/DatadogIntegration); a
pipeline bound to its repositories (222222222222 role/github-deploy, vetted with that claim);
own SAML (111111111111 role/Administrators); own accounts (role/ci-deployer,
OrganizationAccountAccessRole, vendorgate-collector); services (role/lambda-orders,
role/ec2-web); instances on an Amazon image (web-1), a vetted marketplace product (firewall-1),
own images (orders-1, orders-2, preview-1) and a vetted vendor's image that was deregistered
since (backup-1, known from the instance's metadata); a terminated instance on the look-alike; a
function with a vetted vendor's layer (orders); a bucket that a vetted vendor may write to, as its
entry says (acme-backups).
"""
