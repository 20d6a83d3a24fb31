// Which requests go through a proxy, and what is said of a proxy that fails.
import { describe, expect, it } from 'vitest';
import { chooseProxy } from '../../src/aws/proxy/choice.ts';

const lambda = { protocol: 'https:', hostname: 'lambda.us-east-1.amazonaws.com' };
const of = (env: NodeJS.ProcessEnv, target: Parameters<typeof chooseProxy>[1] = lambda) =>
  chooseProxy(env, target)?.url.host;

describe('the proxy', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])(
    'of a request to AWS is named by %s',
    (name) => {
      expect(of({ [name]: 'http://proxy:3128' })).toBe('proxy:3128');
      expect(of({ [name]: 'proxy:3128' })).toBe('proxy:3128');
    },
  );

  it('is that of the scheme before ALL_PROXY, and small letters come first', () => {
    expect(of({ ALL_PROXY: 'http://all:1', HTTPS_PROXY: 'http://https:1' })).toBe('https:1');
    expect(of({ HTTPS_PROXY: 'http://large:1', https_proxy: 'http://small:1' })).toBe('small:1');
    expect(of({ HTTP_PROXY: 'http://http:1' })).toBeUndefined();
    expect(of({ HTTP_PROXY: 'http://http:1' }, { protocol: 'http:', hostname: 'aws.example' })).toBe(
      'http:1',
    );
    expect(of({ HTTPS_PROXY: '' })).toBeUndefined();
  });

  it.each([
    'localhost',
    'aws.localhost',
    '127.0.0.1',
    '127.8.9.10',
    '[::1]',
    '169.254.169.254',
    '169.254.170.2',
  ])('is never used for %s', (hostname) => {
    for (const protocol of ['http:', 'https:']) {
      expect(
        of(
          { ALL_PROXY: 'http://p:1', HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1' },
          { protocol, hostname },
        ),
      ).toBeUndefined();
    }
  });

  it.each<[exception: string, hostname: string, port: number | undefined, isExcepted: boolean]>([
    ['amazonaws.com', 'lambda.us-east-1.amazonaws.com', undefined, true],
    ['.amazonaws.com', 'lambda.us-east-1.amazonaws.com', undefined, true],
    ['*.amazonaws.com', 'lambda.us-east-1.amazonaws.com', undefined, true],
    ['one, amazonaws.com', 'lambda.us-east-1.amazonaws.com', undefined, true],
    ['*', 'lambda.us-east-1.amazonaws.com', undefined, true],
    ['naws.com', 'lambda.us-east-1.amazonaws.com', undefined, false],
    ['LAMBDA.us-east-1.AMAZONAWS.com', 'lambda.us-east-1.amazonaws.com', undefined, true],
    ['aws.example:8443', 'aws.example', 8443, true],
    ['aws.example:8443', 'aws.example', 443, false],
    ['10.0.0.0/8', '10.1.2.3', undefined, true],
    ['10.0.0.0/8', '11.1.2.3', undefined, false],
    ['10.1.2.3', '10.1.2.3', undefined, true],
    ['', 'lambda.us-east-1.amazonaws.com', undefined, false],
  ])('with NO_PROXY=%s, %s (port %s): not used is %s', (exception, hostname, port, isExcepted) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTPS_PROXY: 'http://proxy:3128', [name]: exception };
      expect(of(env, { protocol: 'https:', hostname, port }) === undefined).toBe(isExcepted);
    }
  });

  it.each([
    ['socks5://127.0.0.1:1080', 'ALL_PROXY begins with socks5://'],
    ['http://user:hunter2@:80:80', 'ALL_PROXY is not a URL'],
  ])('%s is refused without its value', (value, message) => {
    expect(() => chooseProxy({ ALL_PROXY: value }, lambda)).toThrow(message);
    expect(() => chooseProxy({ ALL_PROXY: value }, lambda)).not.toThrow('hunter2');
  });
});
