// The errors of S3, in AWS's words.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { ServiceError } from '../../service-error.ts';

type Details = Readonly<Record<string, string>>;

export const invalidArgument = (message: string, name: string, value: string) =>
  new ServiceError('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value });

export const invalidRequest = (message: string) => new ServiceError('InvalidRequest', message);

export const malformedXml = () =>
  new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const accessDenied = () => new ServiceError('AccessDenied', 'Access Denied', 403);

export const noSuchBucket = (BucketName: string) =>
  new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName });

export const noSuchKey = (Key: string) =>
  new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, { Key });

export const noSuchVersion = (Key: string, VersionId: string) =>
  new ServiceError('NoSuchVersion', 'The specified version does not exist.', 404, { Key, VersionId });

export const noSuchUpload = (UploadId: string) =>
  new ServiceError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId },
  );

export const preconditionFailed = (Condition: string) =>
  new ServiceError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
    {
      Condition,
    },
  );

export const notModified = () => new ServiceError('NotModified', 'Not Modified', 304);

export const badDigest = (message: string, details?: Details) =>
  new ServiceError('BadDigest', message, 400, details);

export const notImplemented = (what: string) =>
  new ServiceError('NotImplemented', `${what} is not supported locally (slsctl local)`, 501);
