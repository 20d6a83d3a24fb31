// Ids as API Gateway gives them.
import { randomInt } from 'node:crypto';

const characters = 'abcdefghijklmnopqrstuvwxyz0123456789';

export const newId = (length: number, from = characters): string =>
  Array.from({ length }, () => from[randomInt(from.length)]).join('');

/** The value of an API key. */
export const newKeyValue = (): string => newId(40, characters + characters.slice(0, 26).toUpperCase());
