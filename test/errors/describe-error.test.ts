// What the user is told of an error of AWS or of the operating system: each code in one table.
import { describe, expect, it } from 'vitest';
import { kinds } from '../../src/errors/aws/advice.ts';
import { describeError } from '../../src/errors/describe-error.ts';
import { fileErrors } from '../../src/errors/system/files.ts';
import { networkErrors } from '../../src/errors/system/network.ts';

function thrown(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name }, fields);
}

describe('the tables of errors', () => {
  it.each([
    ['AWS', kinds.flatMap(({ codes }) => Object.keys(codes))],
    ['the operating system', [networkErrors, fileErrors].flatMap(Object.keys)],
  ])('have each code of %s once', (_, codes) => {
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });
});

describe('an error is described', () => {
  it.each<[what: string, error: Error, message: string, exitCode: number]>([
    [
      'by its code, with the call and what it is about',
      thrown('ResourceNotFoundException', 'Function not found: arn.', {
        apiCall: 'Lambda:GetFunction',
        apiResource: 'hello',
      }),
      'lambda GetFunction hello: function not found: arn',
      1,
    ],
    [
      'by its text, where the code says less',
      thrown('ResourceConflictException', 'The operation cannot be performed: an update is in progress'),
      'an update of the resource is still in progress',
      1,
    ],
    [
      'as one of the credentials',
      thrown('ExpiredTokenException', 'x'),
      'the AWS credentials have expired',
      3,
    ],
    [
      'as one of the operating system',
      thrown('Error', 'x', { code: 'ENOTDIR', path: '/a' }),
      '/a is a file, not a folder',
      1,
    ],
    [
      'by the status of the answer, where no table knows the code',
      thrown('ServiceException', 'Out of order.', { $metadata: { httpStatusCode: 500 } }),
      'the service failed (ServiceException)',
      1,
    ],
    ['in its own words, where nothing is known of it', thrown('constructor', 'It broke.'), 'it broke', 1],
  ])('%s', (_, error, message, exitCode) => {
    expect(describeError(error)).toMatchObject({ message, exitCode });
  });
});
