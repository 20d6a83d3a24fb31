// Authorizers: Lambda functions and issuers of JSON Web Tokens that decide about requests.
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { Authorizer, JWTConfiguration } from '@aws-sdk/client-apigatewayv2';
import type { Handlers } from '../../../service.ts';
import { bad, conflict } from '../errors.ts';
import {
  type AuthorizerRecord,
  all,
  type HttpApisState,
  newId,
  partKey,
  requireApi,
  requirePart,
} from '../state.ts';
import { checkEnum, checkLength, paged } from './checks.ts';
import { changed } from './deployments.ts';
import { functionIn } from './integration-checks.ts';

/** Seconds for which an answer is kept, unless the authorizer says otherwise. */
const defaultTtl = 300;

export const authorizers: Handlers<typeof sdk, HttpApisState> = {
  CreateAuthorizer({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    const record = checked({ ...input, AuthorizerId: newId(6) });
    state.authorizers.put(partKey(call, ApiId, record.AuthorizerId), record);
    changed(state, call, ApiId);
    return record;
  },

  GetAuthorizer({ ApiId, AuthorizerId }, { state, call }) {
    return requirePart(state, state.authorizers, call, ApiId, AuthorizerId, 'Authorizer');
  },

  GetAuthorizers({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    return paged(all(state.authorizers, call, ApiId), (one) => one.AuthorizerId, input);
  },

  UpdateAuthorizer({ ApiId = '', AuthorizerId, ...input }, { state, call }) {
    const before = requirePart(state, state.authorizers, call, ApiId, AuthorizerId, 'Authorizer');
    const sent = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const JwtConfiguration = input.JwtConfiguration && {
      ...before.JwtConfiguration,
      ...input.JwtConfiguration,
    };
    const record = checked({ ...before, ...sent, ...(JwtConfiguration ? { JwtConfiguration } : {}) });
    state.authorizers.put(partKey(call, ApiId, record.AuthorizerId), record);
    changed(state, call, ApiId);
    return record;
  },

  DeleteAuthorizer({ ApiId = '', AuthorizerId }, { state, call }) {
    const { AuthorizerId: id, Name } = requirePart(
      state,
      state.authorizers,
      call,
      ApiId,
      AuthorizerId,
      'Authorizer',
    );
    const route = all(state.routes, call, ApiId).find((one) => one.AuthorizerId === id);
    if (route) {
      throw conflict(`Cannot delete authorizer '${Name}', is referenced in route: ${route.RouteKey}`);
    }
    state.authorizers.remove(partKey(call, ApiId, id));
    changed(state, call, ApiId);
    return {};
  },

  ResetAuthorizersCache({ ApiId, StageName }, { state, call }) {
    requirePart(state, state.stages, call, ApiId, StageName, 'stage');
    changed(state, call, ApiId as string);
    return {};
  },
};

/** With the defaults of its type. @throws BadRequestException as API Gateway does */
function checked(
  authorizer: Omit<Authorizer, 'Name'> & { AuthorizerId: string; Name?: string | undefined },
): AuthorizerRecord {
  const { AuthorizerType: type, Name = '', ...rest } = authorizer;
  if (Name === '') throw bad('Name is a required field in an Authorizer');
  checkLength(Name, 'Name', 128);
  checkEnum(type, 'authorizer type', ['REQUEST', 'JWT']);
  const given = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined && value !== ''),
  ) as typeof rest;
  const record = { ...given, Name, AuthorizerType: type, AuthorizerId: authorizer.AuthorizerId };
  if (type === 'JWT') {
    checkJwt(record.JwtConfiguration, record.IdentitySource);
    return record;
  }
  return checkedRequest(record);
}

function checkJwt(configuration: JWTConfiguration | undefined, sources: readonly string[] = []): void {
  if (!configuration) throw bad('JwtConfiguration must not be null for JWT Authorizer');
  const { Issuer = '', Audience = [] } = configuration;
  if (Audience.length === 0) throw bad('Audience must not be empty for JWT Authorizer');
  if (!isIssuer(Issuer)) {
    throw bad(
      `Invalid issuer: ${Issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`,
    );
  }
  if (sources.length !== 1) throw bad('JWT Authorizer must have exactly one identity source');
  for (const source of sources) checkSource(source);
}

/** Issuers have addresses with https; those on this machine may do without. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isLoopback = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

function checkedRequest(record: AuthorizerRecord): AuthorizerRecord {
  const { AuthorizerUri: uri, AuthorizerPayloadFormatVersion: version, IdentitySource = [] } = record;
  if (uri === undefined) throw bad('AuthorizerUri is a required field in an Authorizer');
  if (uri.startsWith('arn:aws:lambda') || functionIn(uri) === undefined) {
    throw bad(
      `Invalid Authorizer URI: ${uri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  }
  if (version === undefined) {
    throw bad('AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer');
  }
  if (version !== '1.0' && version !== '2.0') {
    throw bad(`Unsupported AuthorizerPayloadFormatVersion: ${version}`);
  }
  const { EnableSimpleResponses = false } = record;
  if (EnableSimpleResponses && version !== '2.0') {
    throw bad('EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".');
  }
  const ttl = record.AuthorizerResultTtlInSeconds ?? (IdentitySource.length > 0 ? defaultTtl : 0);
  if (ttl < 0 || ttl > 3600) {
    throw bad('Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.');
  }
  if (ttl > 0 && IdentitySource.length === 0) {
    throw bad('Identity source must be set if authorizer caching is enabled (TTL is greater than 0)');
  }
  for (const source of IdentitySource) checkSource(source);
  return { ...record, EnableSimpleResponses, AuthorizerResultTtlInSeconds: ttl };
}

function checkSource(source: string): void {
  if (/^\$(request\.(header|querystring)|stageVariables|context)\.\S+$/.test(source)) return;
  throw bad(
    `Invalid identity source expression: ${source}. The source must be a request header, request querystring, stage variable or context parameter`,
  );
}
