// Random passwords.
import { randomInt } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-secrets-manager';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { invalid } from './errors.ts';
import type { SecretsState } from './state.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export const passwords: Handlers<typeof sdk, SecretsState> = {
  GetRandomPassword(input) {
    const { PasswordLength = 32, ExcludeCharacters = '', RequireEachIncludedType = true } = input;
    new Violations().range(PasswordLength, 'passwordLength', 1, 4096).refuse();
    const kinds = [
      input.ExcludeLowercase ? '' : lower,
      input.ExcludeUppercase ? '' : lower.toUpperCase(),
      input.ExcludeNumbers ? '' : '0123456789',
      input.ExcludePunctuation ? '' : punctuation,
      input.IncludeSpace ? ' ' : '',
    ]
      .map((kind) => [...kind].filter((character) => !ExcludeCharacters.includes(character)))
      .filter((kind) => kind.length > 0);
    if (kinds.length === 0) throw invalid('The password cannot be generated: all characters are excluded.');
    const required = RequireEachIncludedType ? kinds : [];
    if (PasswordLength < required.length)
      throw invalid('Password length is too short based on the required types.');
    const all = kinds.flat();
    const characters = Array.from({ length: PasswordLength }, (_, index) => pick(required[index] ?? all));
    for (let last = characters.length - 1; last > 0; last--) {
      const other = randomInt(last + 1);
      [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
    }
    return { RandomPassword: characters.join('') };
  },
};

const pick = (from: readonly string[]): string => from[randomInt(from.length)] as string;
