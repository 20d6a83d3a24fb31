// ListSecrets: filters and order.
import type * as sdk from '@aws-sdk/client-secrets-manager';
import type { Filter, ListSecretsRequest } from '@aws-sdk/client-secrets-manager';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { page } from '../pages.ts';
import { invalidToken } from './errors.ts';
import { described } from './secrets.ts';
import { alive, type SecretRecord, type SecretsState } from './state.ts';
import { stagesById } from './versions.ts';

const keys = ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'];

export const list: Handlers<typeof sdk, SecretsState> = {
  ListSecrets(input, { state, call }) {
    const { MaxResults, NextToken: token, Filters = [] } = input;
    const violations = new Violations()
      .range(MaxResults, 'maxResults', 1, 100)
      .length(Filters, 'filters', 10)
      .oneOf(input.SortOrder, 'sortOrder', ['asc', 'desc'])
      .oneOf(input.SortBy, 'sortBy', ['created-date', 'last-accessed-date', 'last-changed-date', 'name']);
    Filters.forEach(({ Key, Values }, index) => {
      violations.oneOf(Key, `filters.${index + 1}.member.key`, keys);
      violations.length(Values, `filters.${index + 1}.member.values`, 10, 1);
    });
    violations.refuse();
    const { items, next } = page(
      listed(state, call, input),
      ({ arn }) => arn,
      token,
      MaxResults ?? 100,
      invalidToken,
    );
    const SecretList = items.map((secret) => ({
      ...described(secret),
      SecretVersionsToStages: stagesById(secret),
    }));
    return { SecretList, NextToken: next };
  },
};

export function listed(state: SecretsState, scope: Scope, wishes: ListSecretsRequest): SecretRecord[] {
  const { Filters = [], IncludePlannedDeletion = false, SortBy = 'created-date', SortOrder = 'asc' } = wishes;
  const order: Record<string, (secret: SecretRecord) => number | string> = {
    name: ({ name }) => name,
    'created-date': ({ created }) => created,
    'last-changed-date': ({ changed }) => changed,
    'last-accessed-date': ({ accessed = 0 }) => accessed,
  };
  const by = order[SortBy] as (secret: SecretRecord) => number | string;
  const sign = SortOrder === 'desc' ? -1 : 1;
  return [...state.secrets.entries(scopePrefix(scope))]
    .map(([, secret]) => secret)
    .filter((secret) => alive(state, secret) && (IncludePlannedDeletion || !secret.deleted))
    .filter((secret) => Filters.every((filter) => passes(secret, scope, filter)))
    .sort((a, b) => (by(a) < by(b) ? -sign : by(a) > by(b) ? sign : 0));
}

/** Whether one of the values matches; a value with an exclamation mark must not match. */
function passes(secret: SecretRecord, scope: Scope, { Key = 'all', Values = [] }: Filter): boolean {
  const wanted = Values.filter((value) => !value.startsWith('!'));
  const unwanted = Values.filter((value) => value.startsWith('!')).map((value) => value.slice(1));
  const fits = (value: string) => fitting(secret, scope, Key, value);
  return (wanted.length === 0 || wanted.some(fits)) && !unwanted.some(fits);
}

function fitting(secret: SecretRecord, scope: Scope, key: string, value: string): boolean {
  const { name, description = '', tags } = secret;
  const begins = (texts: readonly string[]) => texts.some((text) => text.startsWith(value));
  switch (key) {
    case 'name':
      return begins([name]);
    case 'description':
      return wordsBegin(description, value);
    case 'tag-key':
      return begins(Object.keys(tags));
    case 'tag-value':
      return begins(Object.values(tags));
    case 'primary-region':
      return scope.region.startsWith(value);
    case 'owning-service':
      return false;
    default:
      return [name, description, ...Object.keys(tags), ...Object.values(tags)].some((text) =>
        wordsBegin(text, value),
      );
  }
}

/** Whether the text, or a word in it, begins with the value, in any case. */
function wordsBegin(text: string, value: string): boolean {
  const lower = text.toLowerCase();
  const wanted = value.toLowerCase();
  return lower.startsWith(wanted) || lower.split(/[\s/_+=.@!-]+/).some((word) => word.startsWith(wanted));
}
