// Secrets are masked in every form that they may have, and other texts stay as they are.
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, looksSecret } from '../../src/secrets/names.ts';
import { Secrets } from '../../src/secrets/secrets.ts';
import { anyText } from '../support/properties/any-text.ts';

const awkward = [
  's3cr3t-p4ss/w+rd=',
  'two words, and a "quote"',
  "it's $HOME\\n`x`",
  '<a&b>"c\'',
  'first line 1a2b3c\nsecond line 4d5e6f\n',
  'tab\tand \u001b[31m bell\u0007',
  'pässwörd-ключ-🔑',
  '-----BEGIN KEY-----\r\nMIIEabcdef0123456789\r\n-----END KEY-----',
];

const forms: [name: string, form: (value: string) => string][] = [
  ['as it is', (value) => `before${value}after`],
  ['in JSON', (value) => JSON.stringify({ message: value })],
  ['in JSON in JSON', (value) => JSON.stringify({ body: JSON.stringify({ value }) })],
  ['in the output of inspect', (value) => inspect({ error: new Error(value), list: [value] })],
  ['in an address', (value) => `https://x.test/?q=${encodeURIComponent(value)}&r=1`],
  ['in a form', (value) => new URLSearchParams({ value }).toString()],
  ['in single quotes of a shell', (value) => `'${value.replaceAll("'", "'\\''")}'`],
  [
    'in XML',
    (value) => `<v>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</v>`,
  ],
  ['in base64', (value) => Buffer.from(value).toString('base64')],
  ['in base64 with text around it', (value) => Buffer.from(`{"k":"${value}"}`).toString('base64')],
  ['in base64 with other text around it', (value) => Buffer.from(`ab${value}cd`).toString('base64url')],
  ['in JSON in base64', (value) => Buffer.from(JSON.stringify({ a: 1, value })).toString('base64')],
  ['in JSON in an address', (value) => encodeURIComponent(JSON.stringify({ value }))],
  ['in JSON in single quotes', (value) => `'${JSON.stringify({ value }).replaceAll("'", "'\\''")}'`],
  ['line by line', (value) => value.replaceAll('\n', '\n  | ')],
  ['with blanks as line breaks', (value) => value.replaceAll(' ', '\n    ')],
];

/** Parts of the value that may not be left: any eight characters of a word. */
function leaks(text: string, value: string): boolean {
  const words = value.split(/[\s"'\\<>&\p{Cc}]+/u).filter((word) => word.length >= 8);
  return [value, ...words].some((part) => text.includes(part));
}

describe('a secret', () => {
  it.each(
    awkward.flatMap((value) =>
      forms.map(([name, form]) => [JSON.stringify(value), name, form, value] as const),
    ),
  )('%s is masked %s', (_, __, form, value) => {
    const secrets = new Secrets();
    secrets.add(value);
    const masked = secrets.masked(form(value));
    expect(masked).toContain('***');
    expect(leaks(masked, value), masked).toBe(false);
  });

  it('is masked where a text is cut in the middle of it', () => {
    const secrets = new Secrets();
    secrets.add('s3cr3t-and-very-long');
    expect(secrets.masked('value s3cr3t-and-ve…, and more')).toBe('value ***…, and more');
    expect(secrets.masked('value s3cr…')).toBe('value ***…');
    expect(secrets.masked('reading…')).toBe('reading…');
  });

  it('is masked as a whole where it overlaps another one', () => {
    const secrets = new Secrets();
    secrets.add('abcdef-123');
    secrets.add('def-123-ghi');
    secrets.add('abcdef');
    expect(secrets.masked('x abcdef-123-ghi y abcdef z')).toBe('x *** y *** z');
  });

  it('is masked in the values of JSON, which stays JSON', () => {
    const secrets = new Secrets();
    secrets.add('12345678');
    const when = new Date(0);
    const value = {
      bytes: 12345678,
      text: 'is 12345678',
      when,
      list: [null, true, '12345678'],
      none: undefined,
    };
    expect(secrets.maskedIn(value)).toEqual({
      ...value,
      text: 'is ***',
      when: when.toISOString(),
      list: [null, true, '***'],
    });
  });

  it('leaves no part of itself, for any value and any text around it', () => {
    const value = anyText({ minLength: 6, maxLength: 40 }).filter((text) => text.trim().length >= 6);
    fc.assert(
      fc.property(
        value,
        anyText(),
        anyText(),
        fc.constantFrom(...forms),
        (value, before, after, [, form]) => {
          fc.pre(!leaks(before + after, value));
          const secrets = new Secrets();
          secrets.add(value);
          const masked = secrets.masked(before + form(value) + after);
          expect(masked.includes(value)).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is shown with --show-values, and when the user asks for it', () => {
    const secrets = new Secrets({ AWS_SECRET_ACCESS_KEY: 'abcdefghijklmnop' });
    expect(secrets.masked('is abcdefghijklmnop')).toBe('is ***');
    secrets.reveal('abcdefghijklmnop');
    expect(secrets.masked('is abcdefghijklmnop')).toBe('is abcdefghijklmnop');
    secrets.add('another-one');
    secrets.shown = true;
    expect(secrets.masked('is another-one')).toBe('is another-one');
  });

  it.each([
    ['the session token', { AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEBYaDH' }, 'FwoGZXIvYXdzEBYaDH'],
    ['the password of a proxy', { HTTPS_PROXY: 'http://me:pr0xy-p4ss@proxy:3128' }, 'pr0xy-p4ss'],
    ['the same without a scheme', { HTTPS_PROXY: 'me:pr0xy-p4ss@proxy:3128' }, 'pr0xy-p4ss'],
    ['the same in lower case, encoded', { all_proxy: 'http://me:p%40ss-w0rd@proxy:3128' }, 'p@ss-w0rd'],
  ])('is known from the environment: %s', (_, env, value) => {
    expect(new Secrets(env).masked(`it is ${value}!`)).toBe('it is ***!');
  });

  it('of JSON is masked as a whole and by its members', () => {
    const secrets = new Secrets();
    secrets.document('{"username":"admin","password":"swordfish","nested":{"apiKey":"k3y-0f-the-team"}}');
    expect(secrets.masked('swordfish k3y-0f-the-team admin')).toBe('*** *** admin');
  });

  it('that is short is not looked for', () => {
    const secrets = new Secrets();
    secrets.add('dev');
    secrets.add('12345');
    expect(secrets.masked('developer 12345')).toBe('developer 12345');
  });
});

describe('the value of a variable', () => {
  const masks = (name: string, value: string, author?: 'function') => {
    const secrets = new Secrets();
    secrets.variable(name, value);
    return secrets.masked(`it is ${value}.`, author) === 'it is ***.';
  };

  it.each([
    ['DB_PASSWORD', 'swordfish', true, true],
    ['API_KEY', 'swordfish', true, true],
    ['githubToken', 'swordfish', true, true],
    ['DATABASE_URL', 'postgres://app:swordfish@db/app', true, true],
    ['SENTRY', '9f8e7d6c5b4a3f2e', true, true],
    ['TABLE_NAME', 'my-users-prod', true, false],
    ['GREETING', 'hello there, world', true, false],
    ['SECRET_NAME', 'prod/db-main', true, false],
    ['STAGE', 'development', false, false],
    ['REGION', 'eu-central-1', false, false],
    ['ACCOUNT_ID', '012345678901', false, false],
    ['SINCE', '2024-01-02', false, false],
    ['QUEUE', 'arn:aws:sqs:us-east-1:123456789012:jobs', false, false],
    ['SHORT', 'ab-12', false, false],
    ['PIN', '1234', false, false],
  ])('%s=%s is masked in what slsctl says: %s, in what the function says: %s', (name, value, own, others) => {
    expect(masks(name, value)).toBe(own);
    expect(masks(name, value, 'function')).toBe(others);
  });

  it('is not masked where slsctl.yml shows the same text elsewhere, unless its name says that it is a secret', () => {
    const secrets = new Secrets();
    secrets.ordinary('arn:aws:s3:::my-uploads-prod/*', 'api-t0ken-x');
    secrets.variable('BUCKET', 'my-uploads-prod');
    secrets.variable('API_TOKEN', 'api-t0ken-x');
    expect(secrets.masked('bucket my-uploads-prod, api-t0ken-x')).toBe('bucket my-uploads-prod, ***');
  });
});

it('names of secrets are told from other names', () => {
  for (const name of [
    'API_KEY',
    'apiKey',
    'DB_PASSWORD',
    'TOKEN',
    'JWT_SECRET',
    'PRIVATE_KEY',
    'CREDENTIALS',
  ]) {
    expect([name, looksSecret(name), isSecretName(name)]).toEqual([name, true, true]);
  }
  for (const name of ['TABLE_NAME', 'KEYBOARD', 'AUTHOR', 'MONKEY', 'STAGE', 'PASSENGERS_TABLE', 'COMPASS']) {
    expect([name, looksSecret(name), isSecretName(name)]).toEqual([name, false, false]);
  }
  // These look like secrets, so that an import leaves them out, and their values are also those of other things.
  for (const name of ['PARTITION_KEY', 'BASIC_AUTH', 'SECRET_ARN', 'TOKEN_TTL', 'PRIVATE_SUBNET']) {
    expect([name, looksSecret(name), isSecretName(name)]).toEqual([name, true, false]);
  }
});
