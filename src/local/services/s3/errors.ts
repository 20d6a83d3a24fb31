// The refusals of S3, in its words.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { ServiceFault } from '../../service-error.ts';

type Details = Readonly<Record<string, string>>;

export const invalidArgument = (message: string, name: string, value: string) =>
  new ServiceFault('InvalidArgument', message, 400, { ArgumentName: name, ArgumentValue: value });

export const invalidRequest = (message: string) => new ServiceFault('InvalidRequest', message);

export const malformedXml = () =>
  new ServiceFault(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const accessDenied = () => new ServiceFault('AccessDenied', 'Access Denied', 403);

export const noSuchBucket = (BucketName: string) =>
  new ServiceFault('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName });

export const noSuchKey = (Key: string) =>
  new ServiceFault('NoSuchKey', 'The specified key does not exist.', 404, { Key });

export const noSuchVersion = (Key: string, VersionId: string) =>
  new ServiceFault('NoSuchVersion', 'The specified version does not exist.', 404, { Key, VersionId });

export const noSuchUpload = (UploadId: string) =>
  new ServiceFault(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
    { UploadId },
  );

export const preconditionFailed = (Condition: string) =>
  new ServiceFault(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
    {
      Condition,
    },
  );

export const notModified = () => new ServiceFault('NotModified', 'Not Modified', 304);

export const badDigest = (message: string, details?: Details) =>
  new ServiceFault('BadDigest', message, 400, details);

export const notImplemented = (what: string) =>
  new ServiceFault('NotImplemented', `${what} is not supported locally (slsctl local)`, 501);
