// The supported operations of the services that a Lambda user needs most. The conformance suite checks the refusal of
// every other operation.
import { describe, expect, it } from 'vitest';
import { compose } from '../../src/local/compose.ts';
import { operationsOf } from '../../src/local/protocols/operations.ts';
import * as services from '../../src/local/services/all.ts';
import { surroundings } from './composed.ts';

/** Unsupported operations, by their subject. */
const left: Record<string, RegExp> = {
  lambda: /CapacityProvider|DurableExecution|FunctionScalingConfig|^(Get|Put|Delete)ResourcePolicy$/,
  iam: /InstanceProfiles?$|InstanceProfileTags|OpenIDConnect|SAMLProvider|MFADevice|ServerCertificate|SigningCertificate|SSHPublicKey|ServiceSpecificCredential|Delegation|Organizations|OutboundWebIdentity|PasswordPolicy|CredentialReport|LastAccessed|AccountProperties|^AcquireRole$|^ChangePassword$|HumanReadableSummary|RoleTemplate|GrantingServiceAccess|SecurityTokenServicePreferences/,
  logs: /Quer(y|ies)|Task|Deliver|Destination|Anomal|Policy|Policies|Integration|LookupTable|Syslog|Transformer|ConfigurationTemplates|FieldIndexes|ImportTask|^Get(LogFields|LogGroupFields|LogObject|LogRecord)$|AggregateLogGroup|BearerToken/,
  sts: /WithSAML|WithWebIdentity|AssumeRoot|DecodeAuthorizationMessage|DelegatedAccessToken|GetWebIdentityToken/,
};

const local = compose(services, surroundings()).services;

describe.each(Object.entries(left))('the operations of %s', (name, about) => {
  it('are complete, except those on other kinds of resources', () => {
    const service = local.find((one) => one.name === name);
    const all = [...operationsOf(service?.sdk as object).keys()];
    expect(all.length).toBeGreaterThan(10);
    const missing = all.filter((operation) => !(operation in (service?.handlers ?? {})));
    expect(missing.filter((operation) => !about.test(operation))).toEqual([]);
  });
});
