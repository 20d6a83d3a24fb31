// Custom domain names. They are kept; no name leads to this machine.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { DomainName } from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { endpointOf } from '../apis/checks.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { patched, type Rules, text } from '../patches/patches.ts';
import { type ApiGatewayState, arnOf, apiKey as keyOf } from '../state.ts';
import { Violations } from '../violations.ts';

type DomainRecord = DomainName & { readonly domainName: string };

export const domains: Handlers<typeof sdk, ApiGatewayState> = {
  CreateDomainName(input, { state, call }) {
    const {
      domainName,
      certificateBody: _,
      certificateChain: __,
      certificatePrivateKey: ___,
      ...rest
    } = input;
    if (!domainName) throw badRequest('No Domain Name specified');
    if (state.domains.get(keyOf(call, domainName))) {
      throw conflict('The domain name you provided already exists.');
    }
    const endpointConfiguration = endpointOf(rest.endpointConfiguration);
    const domain: DomainRecord = {
      ...rest,
      domainName,
      domainNameArn: arnOf(call, `/domainnames/${domainName}`),
      ...addressesOf(call.region, endpointConfiguration.types?.[0]),
      endpointConfiguration,
      domainNameStatus: 'AVAILABLE',
      securityPolicy: rest.securityPolicy ?? 'TLS_1_2',
      routingMode: rest.routingMode ?? 'BASE_PATH_MAPPING_ONLY',
      tags: rest.tags && Object.keys(rest.tags).length > 0 ? rest.tags : undefined,
    };
    state.domains.put(keyOf(call, domainName), domain);
    return domain;
  },

  GetDomainName({ domainName }, { state, call }) {
    return requireDomain(state, call, domainName);
  },

  GetDomainNames({ limit, position }, { state, call }) {
    const all = Array.from(state.domains.entries(scopePrefix(call)), ([, domain]) => domain);
    const { items, next } = pageOf(all, ({ domainName }) => domainName, position, limit);
    return { items, position: next };
  },

  UpdateDomainName({ domainName, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateDomainNameInput').refuse();
    const domain = patched(requireDomain(state, call, domainName), patchOperations, rules);
    state.domains.put(keyOf(call, domain.domainName), domain);
    return domain;
  },

  DeleteDomainName({ domainName }, { state, call }) {
    const { domainName: name } = requireDomain(state, call, domainName);
    for (const [key] of [...state.mappings.entries(`${keyOf(call, name)}/`)]) state.mappings.remove(key);
    state.domains.remove(keyOf(call, name));
    return {};
  },
};

const rules: Rules<DomainRecord> = {
  '/certificateName': text('certificateName'),
  '/certificateArn': text('certificateArn'),
  '/regionalCertificateName': text('regionalCertificateName'),
  '/regionalCertificateArn': text('regionalCertificateArn'),
  '/ownershipVerificationCertificateArn': text('ownershipVerificationCertificateArn'),
  '/securityPolicy': text('securityPolicy'),
  '/endpointAccessMode': text('endpointAccessMode'),
  '/routingMode': text('routingMode'),
  '/endpointConfiguration/types/*': {
    ops: ['add', 'replace', 'remove'],
    apply: (domain, { value }) => ({
      ...domain,
      endpointConfiguration: endpointOf({ ...domain.endpointConfiguration, types: [value as 'REGIONAL'] }),
    }),
  },
};

/** The zone of CloudFront is the same for everybody. */
const cloudFrontZone = 'Z2FDTNDATAQYW2';

function addressesOf(region: string, type: string | undefined): Partial<DomainName> {
  return type === 'REGIONAL'
    ? {
        regionalDomainName: `d-${newId(10)}.execute-api.${region}.amazonaws.com`,
        regionalHostedZoneId: `Z${newId(13).toUpperCase()}`,
      }
    : {
        distributionDomainName: `d${newId(13)}.cloudfront.net`,
        distributionHostedZoneId: cloudFrontZone,
      };
}

/** @throws NotFoundException */
export function requireDomain(state: ApiGatewayState, scope: Scope, name = ''): DomainRecord {
  const domain = state.domains.get(keyOf(scope, name));
  if (!domain) throw notFound('Invalid domain name identifier specified');
  return domain;
}
