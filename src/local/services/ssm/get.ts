// Reads the values of parameters: by name, by several names, or by path.
import type * as sdk from '@aws-sdk/client-ssm';
import { type Parameter, ParameterNotFound, ParameterVersionNotFound } from '@aws-sdk/client-ssm';
import type { Scope } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { page } from '../pages.ts';
import { invalid, invalidToken, notFound } from './errors.ts';
import { checkFilters, matches } from './filters.ts';
import { checkAskedName, type Found, findVersion, parseName, pathRules } from './names.ts';
import { latestOf, parameterArn, parameterKey, type SsmState, versionsOf } from './state.ts';

const secretPrefix = '/aws/reference/secretsmanager/';

export const get: Handlers<typeof sdk, SsmState> = {
  GetParameter({ Name = '', WithDecryption = false }, { state, call }) {
    new Violations().length(Name, 'name', 2048, 1).refuse();
    return { Parameter: parameterOf(state, call, Name, WithDecryption) };
  },

  GetParameters({ Names = [], WithDecryption = false }, { state, call }) {
    new Violations().length(Names, 'names', 10, 1).refuse();
    const Parameters: Parameter[] = [];
    const InvalidParameters: string[] = [];
    for (const name of new Set(Names)) {
      try {
        Parameters.push(parameterOf(state, call, name, WithDecryption));
      } catch (error) {
        if (!(error instanceof ParameterNotFound || error instanceof ParameterVersionNotFound)) throw error;
        InvalidParameters.push(name);
      }
    }
    Parameters.sort((a, b) => ((a.Name ?? '') < (b.Name ?? '') ? -1 : 1));
    return { Parameters, InvalidParameters };
  },

  GetParametersByPath(input, { state, call }) {
    const { Path = '', Recursive = false, ParameterFilters = [], WithDecryption = false } = input;
    new Violations().length(Path, 'path', 2048, 1).range(input.MaxResults, 'maxResults', 1, 10).refuse();
    if (!/^\/([a-zA-Z0-9_.-]+(\/[a-zA-Z0-9_.-]+)*\/?)?$/.test(Path) || /^\/(aws|ssm)/i.test(Path)) {
      throw invalid(pathRules);
    }
    checkFilters(ParameterFilters, true);
    const folder = Path.endsWith('/') ? Path : `${Path}/`;
    const found: Found[] = [];
    for (const [, parameter] of state.parameters.entries(parameterKey(call, folder))) {
      const { name } = parameter;
      if (!name.startsWith(folder) && folder !== '/') continue;
      if (!Recursive && name.slice(name.startsWith('/') ? folder.length : 0).includes('/')) continue;
      const label = ParameterFilters.find(({ Key }) => Key === 'Label');
      const version = label
        ? versionsOf(state, call, name).find(({ labels }) =>
            label.Values?.some((value) => labels.includes(value)),
          )
        : latestOf(state, call, parameter);
      if (!version || !matches(parameter, version, ParameterFilters)) continue;
      found.push({ name, parameter, version });
    }
    const { items, next } = page(
      found,
      ({ name }) => name,
      input.NextToken,
      input.MaxResults ?? 10,
      invalidToken,
    );
    return { Parameters: items.map((one) => answer(call, one, WithDecryption)), NextToken: next };
  },
};

function parameterOf(state: SsmState, scope: Scope, text: string, decrypted: boolean): Parameter {
  if (text.startsWith(secretPrefix)) return secretOf(state, scope, text, decrypted);
  checkAskedName(text);
  return answer(scope, findVersion(state, scope, text), decrypted);
}

function answer(scope: Scope, { name, selector, version }: Found, decrypted: boolean): Parameter {
  return {
    Name: name,
    Type: version.type,
    Value: decrypted ? version.value : (version.sealed ?? version.value),
    Version: version.version,
    ...(selector === undefined ? {} : { Selector: selector }),
    LastModifiedDate: new Date(version.modified),
    ARN: parameterArn(scope, name),
    DataType: version.dataType,
  };
}

function secretOf(state: SsmState, scope: Scope, text: string, decrypted: boolean): Parameter {
  if (!decrypted) throw invalid('WithDecryption flag must be True for retrieving a Secret Manager secret.');
  const { name } = parseName(text);
  const secret = state.secret(scope, name.slice(secretPrefix.length));
  if (!secret) {
    throw notFound(
      `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${name} not found.`,
    );
  }
  return {
    Name: name,
    Type: 'SecureString',
    Value: secret.value,
    Version: 0,
    SourceResult: secret.source,
    LastModifiedDate: new Date(secret.created),
    ARN: parameterArn(scope, name),
    DataType: 'text',
  };
}
